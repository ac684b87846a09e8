"""Templates as stacks have them, and what can be said of one beforehand.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
"""

import json
from typing import Any

from doorward.services.cloudformation import (
    change_sets,
    loading,
    lookup,
    resources,
    shapes,
    statuses,
)
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.cloudformation.template import capabilities, schema, transform, validate
from doorward.services.cloudformation.template.document import Parameter, Template
from doorward.services.context import Context
from doorward.services.operation import Output

STAGES = ["Original", "Processed"]


@cloudformation.operation(on=resources.change_set)
def get_template(
    ctx: Context,
    *,
    stack_name: str | None = None,
    change_set_name: str | None = None,
    template_stage: str = "Original",
) -> Output:
    """The template of a stack or change set, as it was submitted or after its transforms.

    Raises:
        StackNotFound, ChangeSetNotFound: what is named is not there.
        ValidationError: nothing is named.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
    """
    if change_set_name is not None:
        if stack_name is None and not change_set_name.startswith("arn:"):
            raise ValidationError("StackName is a required parameter.")
        found = lookup.change_set(ctx, change_set_name, stack_name)
        plan: works.Plan | None = change_sets.plan_of(ctx, found)
    elif stack_name is None:
        raise ValidationError("StackName is required if ChangeSetName is not specified.")
    else:
        stack = lookup.stack(ctx, stack_name)
        plan = works.deployed(ctx.secrets, stack)
        if plan is None and (under_way := works.opened(ctx.secrets, stack)):
            plan = under_way.plan
    if plan is None:
        return {"StagesAvailable": STAGES}
    processed = template_stage == "Processed" and plan.processed is not None
    body = plan.processed if processed else plan.template
    return {"TemplateBody": body, "StagesAvailable": STAGES}


@cloudformation.operation(on=resources.stack, prepare=loading.prepare, reads=True)
def validate_template(
    ctx: Context, *, template_body: str | None = None, template_url: str | None = None
) -> Output:
    """What a template takes, if it is one; properties are not looked at.

    Raises:
        ValidationError: it is none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html
    """
    text = loading.text_of(ctx, template_body, template_url)
    template = loading.parsed(text or "")
    validate.check(template)
    found = [
        shapes.present(
            {
                "ParameterKey": one.name,
                "DefaultValue": one.default,
                "NoEcho": one.no_echo,
                "Description": one.description,
            }
        )
        for one in template.parameters.values()
    ]
    return {"Parameters": found} | _told(template)


def _told(template: Template) -> dict[str, Any]:
    """What both ValidateTemplate and GetTemplateSummary tell."""
    needed = list(capabilities.needed(template))
    return shapes.present(
        {
            "Description": template.description,
            "Capabilities": needed or None,
            "CapabilitiesReason": capabilities.reason(template),
            "DeclaredTransforms": list(transform.names(template)) or None,
        }
    )


@cloudformation.operation(on=resources.stack, prepare=loading.prepare)
def get_template_summary(
    ctx: Context,
    *,
    template_body: str | None = None,
    template_url: str | None = None,
    stack_name: str | None = None,
    stack_set_name: str | None = None,
    call_as: str | None = None,
    template_summary_config: dict[str, Any] | None = None,
) -> Output:
    """What a template takes and makes.

    Raises:
        StackNotFound: there is no such stack.
        ValidationError: no template is named, or it is none.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
    """
    del call_as, template_summary_config
    if stack_set_name is not None:
        raise ValidationError("Stack sets are not supported here.")
    template = _summarized(ctx, stack_name, template_body, template_url)
    validate.check(template)
    types = list(dict.fromkeys(one.type for one in template.resources.values()))
    found = {
        "Parameters": [_declared(one) for one in template.parameters.values()],
        "ResourceTypes": types,
        "Version": template.version,
        "Metadata": None if template.metadata is None else json.dumps(template.metadata),
        "ResourceIdentifierSummaries": [_identified(template, one) for one in types],
    }
    return shapes.present(found) | _told(template)


def _summarized(
    ctx: Context, stack_name: str | None, body: str | None, url: str | None
) -> Template:
    if stack_name is None:
        return loading.parsed(loading.text_of(ctx, body, url) or "")
    stack = lookup.stack(ctx, stack_name)
    if stack.status == statuses.REVIEW_IN_PROGRESS:
        raise ValidationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
    plan = works.deployed(ctx.secrets, stack)
    if plan is None and (under_way := works.opened(ctx.secrets, stack)):
        plan = under_way.plan
    if plan is None:
        raise ValidationError(f"Stack with id {stack_name} does not exist")
    return loading.parsed(plan.template)


def _declared(one: Parameter) -> dict[str, Any]:
    constraints = {"AllowedValues": list(one.allowed_values)} if one.allowed_values else {}
    return shapes.present(
        {
            "ParameterKey": one.name,
            "DefaultValue": one.default,
            "ParameterType": one.type,
            "NoEcho": one.no_echo,
            "Description": one.description,
            "ParameterConstraints": constraints,
        }
    )


def _identified(template: Template, kind: str) -> dict[str, Any]:
    known = schema.of(kind)
    names = [one.logical_id for one in template.resources.values() if one.type == kind]
    found: dict[str, Any] = {"ResourceType": kind, "LogicalResourceIds": names}
    if known is not None:
        settable = [one for one in known.primary_identifier if one not in known.read_only]
        if settable:
            found["ResourceIdentifiers"] = ["/".join(one) for one in settable]
    return found
