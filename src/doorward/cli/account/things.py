"""The resources of a live account beside buckets: their policies, and what runs as which role.

Each service is asked for its list, and for the policy of each resource in it. What refuses, or is
not there at all, is told and leaves the rest as it is. Only one Region is asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.model import Account, Document, Resource, Running
from doorward.base.arn import Arn
from doorward.base.errors import BadInput
from doorward.cli.calls import Calls, Unanswered
from doorward.gateway.readers import is_missing, reader
from doorward.wire.client import Refused
from doorward.wire.refusals import NotImplementedOperation

TOKENS = (("NextToken", "NextToken"), ("NextMarker", "Marker"))
"""What a page says of the next, and what this is asked with."""

Page = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """One resource: its ARN, what its policy is asked by, and the role that it runs as."""

    arn: str
    asked_by: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource; `service` tells of policies where `policies`, of roles by `runs_as`."""

    title: str
    service: str
    operation: str
    parameters: Mapping[str, Any]
    take: Callable[[Page, Account, str], Iterator[Listed]]
    policies: bool = True
    runs_as: str = ""


def _members(name: str, arn: str, page: Page, _account: Account, _region: str) -> Iterator[Listed]:
    for one in page.get(name, ()):
        yield Listed(str(one[arn]), role=str(one.get("Role", "")))


def _queues(page: Page, account: Account, region: str) -> Iterator[Listed]:
    for url in page.get("QueueUrls", ()):
        owner, name = str(url).split("/")[-2:]
        yield Listed(f"arn:{account.partition}:sqs:{region}:{owner}:{name}", str(url))


def _instances(page: Page, account: Account, region: str) -> Iterator[Listed]:
    for reservation in page.get("Reservations", ()):
        for one in reservation.get("Instances", ()):
            if one.get("State", {}).get("Name") == "terminated":
                continue
            arn = f"arn:{account.partition}:ec2:{region}:{account.id}:instance/{one['InstanceId']}"
            yield Listed(arn, role=str(one.get("IamInstanceProfile", {}).get("Arn", "")))


def _stacks(page: Page, _account: Account, _region: str) -> Iterator[Listed]:
    for one in page.get("Stacks", ()):
        yield Listed(str(one["StackId"]), role=str(one.get("RoleARN", "")))


KINDS = (
    Kind("keys", "kms", "ListKeys", {"Limit": 1_000}, partial(_members, "Keys", "KeyArn")),
    Kind("queues", "sqs", "ListQueues", {"MaxResults": 1_000}, _queues),
    Kind("topics", "sns", "ListTopics", {}, partial(_members, "Topics", "TopicArn")),
    Kind(
        "secrets",
        "secretsmanager",
        "ListSecrets",
        {"MaxResults": 100},
        partial(_members, "SecretList", "ARN"),
    ),
    Kind(
        "functions",
        "lambda",
        "ListFunctions",
        {"MaxItems": 50},
        partial(_members, "Functions", "FunctionArn"),
        runs_as="lambda.amazonaws.com",
    ),
    Kind(
        "instances",
        "ec2",
        "DescribeInstances",
        {},
        _instances,
        policies=False,
        runs_as="ec2.amazonaws.com",
    ),
    Kind(
        "stacks",
        "cloudformation",
        "DescribeStacks",
        {},
        _stacks,
        policies=False,
        runs_as="cloudformation.amazonaws.com",
    ),
)


def listed(calls: Calls, kind: Kind, account: Account) -> Sequence[Listed]:
    """The resources of *kind* in the Region of *calls*.

    Raises:
        Refused: the caller may not list them, or there is no such service.
        Unanswered: nobody answers.
    """
    found: list[Listed] = []
    more: dict[str, Any] = {}
    while True:
        try:
            page = calls(kind.service, kind.operation, **kind.parameters, **more)
        except NotImplementedOperation as error:
            raise Unanswered(str(error)) from error
        found += kind.take(page, account, calls.region)
        more = {asked: page[told] for told, asked in TOKENS if page.get(told)}
        if not more:
            return found


def read(calls: Calls, kind: Kind, one: Listed) -> Resource:
    """The resource with its policy; what is refused is told in it."""
    question, parsed = reader(kind.service).policy, Arn.parse(one.arn)
    if question is None or parsed is None:
        return Resource(one.arn)
    parameters = question.ask(parsed) or {}
    if one.asked_by:
        parameters = {**parameters, "QueueUrl": one.asked_by}
    try:
        text = question.take(calls(kind.service, question.operation, **parameters))
        policy = None if not text else documents.read(text, f"the policy of {one.arn}")
    except Refused as error:
        if is_missing(error.code, error.status):
            return Resource(one.arn)
        return Resource(one.arn, unread=(f"the policy ({error.code})",))
    except Unanswered:
        return Resource(one.arn, unread=("the policy",))
    except BadInput:
        return Resource(one.arn, unread=("the policy (it does not parse)",))
    return Resource(one.arn, Document("resource policy", policy) if policy else None)


def running(kind: Kind, one: Listed) -> Running:
    """The resource as something that runs as a role, or as none."""
    return Running(kind.runs_as, one.arn, one.role)
