"""AWS::CloudFormation::Stack: a stack whose template lies in a bucket, nested in another.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html
"""

from typing import Any

from doorward.base.errors import AwsError
from doorward.services import system_tags
from doorward.services.cloudformation import places, statuses
from doorward.services.cloudformation.template import bounds
from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.provider import Call, Created, Ended, Facts, Properties
from doorward.services.cloudformation.types.refusals import EmbeddedStack, LeftBehind
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import INTEGER, MAP, TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import unless

TYPE = "AWS::CloudFormation::Stack"
SERVICE = "cloudformation"
NAME_LIMIT = 128
NOTHING = "No updates are to be performed."
BEFORE = "doorward:template"
"""Beside the attributes: the template that an update replaced, for its rollback."""


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the stack and wait until it is whole.

    Raises:
        LeftBehind: it is not; a rollback deletes what is there of it.
    """
    marks = {
        system_tags.STACK_NAME: facts.stack_name,
        system_tags.STACK_ID: facts.stack_id,
        system_tags.LOGICAL_ID: facts.logical_id,
    }
    stack_id: str = call(
        SERVICE,
        "create_stack",
        stack_name=facts.name(NAME_LIMIT),
        template_url=_url(properties, facts),
        timeout_in_minutes=properties.get("TimeoutInMinutes"),
        disable_rollback=facts.disable_rollback or None,
        tags=tags.listed(marks | tags.wanted(properties, facts)),
        **_said(properties, facts),
    )["StackId"]
    ended = facts.settle(stack_id)
    if ended.status != statuses.CREATE_COMPLETE:
        why = f": {_cause(call, stack_id, ended)}"
        raise LeftBehind(stack_id, EmbeddedStack(stack_id, "created", why))
    return _shown(stack_id, ended)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Update the stack, also where only its template may be another by now.

    Where the update of the stack around is taken back, it gets the template that it had.

    Raises:
        EmbeddedStack: it has not become what it was to be.
    """
    del old
    template: dict[str, Any] = {"template_url": _url(new, facts)}
    noted: dict[str, object] = {}
    if facts.reverting:
        if BEFORE in facts.attributes:
            template = {"template_body": facts.attributes[BEFORE]}
        elif _rolled_back(call, physical_id):
            template = {"use_previous_template": True}
    else:
        noted = _before(call, physical_id)
    try:
        call(
            SERVICE,
            "update_stack",
            stack_name=physical_id,
            disable_rollback=facts.disable_rollback or None,
            tags=tags.listed(tags.wanted(new, facts)),
            **template,
            **_said(new, facts),
        )
    except AwsError as error:
        if error.message != NOTHING:
            raise
    ended = facts.settle(physical_id)
    if ended.status not in statuses.UPDATABLE or ended.status == statuses.UPDATE_ROLLBACK_COMPLETE:
        why = f". Currently in {ended.status} with reason: {_cause(call, physical_id, ended)}"
        if not facts.reverting or ended.status != statuses.UPDATE_ROLLBACK_COMPLETE:
            raise EmbeddedStack(physical_id, "updated", why)
    shown = _shown(physical_id, ended)
    return Created(physical_id, {**shown.attributes, **noted})


def delete(call: Call, physical_id: str, _properties: Properties, facts: Facts) -> None:
    """Delete the stack with everything in it.

    Raises:
        EmbeddedStack: something of it could not be deleted.
    """
    call(SERVICE, "delete_stack", stack_name=physical_id)
    ended = facts.settle(physical_id)
    if ended.status != statuses.DELETE_COMPLETE:
        raise EmbeddedStack(physical_id, "deleted", f": {ended.reason or ''}")


def _said(properties: Properties, facts: Facts) -> dict[str, Any]:
    given = properties.get("Parameters") or {}
    return {
        "parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
        ],
        "capabilities": [*facts.capabilities],
        "notification_arns": properties.get("NotificationARNs"),
    }


def _url(properties: Properties, facts: Facts) -> str:
    """The place of the template as S3's own URL, however this server was named in it."""
    found = places.read(properties["TemplateURL"], facts.base_url)
    return places.url(found)


def _before(call: Call, physical_id: str) -> dict[str, object]:
    """The template that the stack has, where it may be read and fits into a request."""
    with unless("AccessDenied"):
        body = call(SERVICE, "get_template", stack_name=physical_id)["TemplateBody"]
        if len(body.encode()) <= bounds.BODY_BYTES:
            return {BEFORE: body}
    return {}


def _rolled_back(call: Call, physical_id: str) -> bool:
    """Whether the stack itself took its update back, so that it has its old template."""
    with unless("AccessDenied"):
        (found,) = call(SERVICE, "describe_stacks", stack_name=physical_id)["Stacks"]
        return bool(found["StackStatus"] == statuses.UPDATE_ROLLBACK_COMPLETE)
    return False


def _cause(call: Call, stack_id: str, ended: Ended) -> str:
    """Why the stack failed, as the first event says that tells of it."""
    with unless("AccessDenied"):
        events = call(SERVICE, "describe_stack_events", stack_name=stack_id)["StackEvents"]
        for one in events:
            failing = (statuses.ROLLBACK_IN_PROGRESS, statuses.UPDATE_ROLLBACK_IN_PROGRESS)
            if one["PhysicalResourceId"] == stack_id and one["ResourceStatus"] in failing:
                reason = one.get("ResourceStatusReason") or ""
                return str(reason.removesuffix("Rollback requested by user."))
    return ended.reason or ""


def _shown(stack_id: str, ended: Ended) -> Created:
    outputs = {f"Outputs.{name}": one for name, one in ended.outputs.items()}
    return Created(stack_id, {"StackId": stack_id, **outputs})


TYPES = (
    ResourceType(
        TYPE,
        structure(
            {
                "NotificationARNs": TEXTS,
                "Parameters": MAP,
                "Tags": TAGS,
                "TemplateURL": TEXT,
                "TimeoutInMinutes": INTEGER,
            },
            "TemplateURL",
        ),
        create,
        update,
        delete,
        None,
        ("StackId",),
    ),
)
