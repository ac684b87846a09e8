"""AWS::CloudFormation::CustomResource and Custom::X: what a function of the author's makes.

The function, or whoever listens to the topic, is told what to do and where to put its answer.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from doorward.base.arn import Arn
from doorward.services.cloudformation.engine.deployment import NO_ECHO
from doorward.services.cloudformation.types.provider import (
    Call,
    Created,
    Facts,
    Properties,
    Waiting,
)
from doorward.services.cloudformation.types.refusals import (
    InvalidRequest,
    LeftBehind,
    MissingProperty,
    NotSignalled,
)
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import DOCUMENT

TYPE = "AWS::CloudFormation::CustomResource"
TOKEN, TIMEOUT = "ServiceToken", "ServiceTimeout"
MOST_SECONDS = 3_600
MOST_ID = 1_024
SUBJECT = "AWS CloudFormation custom resource request"


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Have the resource made.

    Raises:
        LeftBehind: it was refused, or nobody answered; a rollback has it deleted all the same.
        Waiting: there is no answer yet.
    """
    request = _request("Create", facts)
    _ask(call, request, {"RequestType": "Create"}, properties, facts)
    try:
        answer = _answer(request, properties, facts)
    except NotSignalled as error:
        raise LeftBehind(_left(request, facts), error) from error
    return _shown(answer, _physical_id(answer))


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Have the resource changed; an answer with another id has put another in its place.

    Raises:
        NotSignalled: it was refused, or nobody answered.
        Waiting: there is no answer yet.
    """
    request = _request("Update", facts)
    what = {
        "RequestType": "Update",
        "PhysicalResourceId": physical_id,
        "OldResourceProperties": _texts(old),
    }
    _ask(call, request, what, new, facts)
    answer = _answer(request, new, facts)
    return _shown(answer, answer.get("PhysicalResourceId") or physical_id)


def delete(call: Call, physical_id: str, properties: Properties, facts: Facts) -> None:
    """Have the resource deleted.

    Raises:
        NotSignalled: it was refused, or nobody answered.
        Waiting: there is no answer yet.
    """
    request = _request("Delete", facts, physical_id)
    what = {"RequestType": "Delete", "PhysicalResourceId": physical_id}
    _ask(call, request, what, properties, facts)
    _answer(request, properties, facts)


def _request(verb: str, facts: Facts, *more: str) -> str:
    """The id of a request, the same one each time that this work on the resource goes on."""
    since = facts.since.isoformat() if facts.since else ""
    text = "\n".join((verb, facts.token, facts.operation, since, *more))
    return str(UUID(bytes=hashlib.sha256(text.encode()).digest()[:16]))


def _ask(
    call: Call, request: str, what: Mapping[str, Any], properties: Properties, facts: Facts
) -> None:
    """Tell the function, or the topic.

    Raises:
        MissingProperty: there is no service token.
        InvalidRequest: it is neither a function nor a topic, or nothing runs functions.
    """
    if TOKEN not in properties:
        raise MissingProperty(f"/{TOKEN}")
    event = {
        **what,
        "ServiceToken": properties[TOKEN],
        "ResponseURL": facts.signals.url(request),
        "StackId": facts.stack_id,
        "RequestId": request,
        "ResourceType": facts.type_name,
        "LogicalResourceId": facts.logical_id,
        "ResourceProperties": _texts(properties),
    }
    token, text = str(properties[TOKEN]), json.dumps(event)
    service = (Arn.parse(token) or Arn("", "", "", "", "")).service
    if service == "lambda":
        if facts.emulated(service):
            raise InvalidRequest(
                "Custom resources need an upstream for lambda that runs functions; moto does not."
            )
        call(
            service,
            "invoke",
            function_name=token,
            invocation_type="Event",
            payload=text.encode(),
        )
    elif service == "sns":
        call(service, "publish", topic_arn=token, subject=SUBJECT, message=text)
    else:
        raise InvalidRequest(f"Invalid service token: {token}")  # assumed


def _answer(request: str, properties: Properties, facts: Facts) -> Mapping[str, Any]:
    """The answer to *request*.

    Raises:
        NotSignalled: it tells of a failure, or the time is over.
        Waiting: there is none yet.
    """
    for answer in facts.signals.of(request):
        if answer.get("Status") == "SUCCESS":
            return answer
        raise NotSignalled(
            "Received response status [FAILED] from custom resource. Message returned: "
            f"{answer.get('Reason') or ''} (RequestId: {facts.token})"
        )
    seconds = min(int(properties.get(TIMEOUT) or MOST_SECONDS), MOST_SECONDS)
    until = (facts.since or facts.now) + timedelta(seconds=seconds)
    if facts.now < until:
        raise Waiting(until)
    raise NotSignalled(
        "CloudFormation did not receive a response from your Custom Resource. Please check your "
        f"logs for requestId [{request}]. If you are using the Python cfn-response module, you may "
        "need to update your Lambda function code so that CloudFormation can attach the updated "
        "version."
    )


def _physical_id(answer: Mapping[str, Any]) -> str:
    """The id that the function gives.

    Raises:
        NotSignalled: it gives none, or one that is too long.
    """
    found = answer.get("PhysicalResourceId")
    if not isinstance(found, str) or not 0 < len(found) <= MOST_ID:
        raise NotSignalled("Invalid PhysicalResourceId")
    return found


def _left(request: str, facts: Facts) -> str:
    """What a rollback is to delete: what the refusal names, or a name of ours for it."""
    for answer in facts.signals.of(request):
        if found := answer.get("PhysicalResourceId"):
            return str(found)[:MOST_ID]
    return facts.short_id()


def _texts(value: Any) -> Any:
    """*value* as it is told: every scalar is text."""
    if isinstance(value, Mapping):
        return {str(key): _texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _shown(answer: Mapping[str, Any], physical_id: str) -> Created:
    data = answer.get("Data")
    attributes = dict(data) if isinstance(data, Mapping) else {}
    if answer.get("NoEcho") is True or answer.get("NoEcho") == "true":
        attributes[NO_ECHO] = True
    return Created(physical_id, attributes)


TYPES = (ResourceType(TYPE, DOCUMENT, create, update, delete, None, waits=True),)
