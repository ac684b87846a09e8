"""Events of the trail read back: what each call was authorized on.

An event names an operation and shows its parameters; both become what the gateway's mapping takes.
What an event hides or cuts is unknown, and unknown parts of a resource become wildcards.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from doorward.analysis.generation.needed import CONDITIONED, Needed, pattern
from doorward.base.arn import Arn
from doorward.catalog import actions
from doorward.engine.match import ANY, UNKNOWN, glob, is_template
from doorward.gateway.mapping import How, Place, Requirement, requirements
from doorward.wire import catalogue, model
from doorward.wire.redaction import HIDDEN
from doorward.wire.shown import spelled

DOMAIN = ".amazonaws.com"
OBSERVED = "doorwardObservedDenial"
DENIED = re.compile(r'is not authorized to perform: ([\w-]+:\w+) on resource: (?:"([^"]+)"|(\S+))')
DATED = re.compile(r"\d{8}(v\d+)?$")
"""What ends the names of Lambda's and others' events, such as `CreateFunction20150331`."""

NO_CALLS = frozenset({"AwsConsoleSignIn", "AwsServiceEvent", "AwsConsoleAction"})
"""Types of events that no policy decided on."""

OPEN = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken", "sts:GetAccessKeyInfo"})
"""Actions that nobody needs to be allowed.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

BY_TOKEN = frozenset({"sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"})
"""Actions that a role's trust policy allows to who has a token."""

S3_EVENTS = {
    # the event's name → the model's
    "GetBucketLifecycle": "GetBucketLifecycleConfiguration",
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "GetBucketNotification": "GetBucketNotificationConfiguration",
    "PutBucketNotification": "PutBucketNotificationConfiguration",
    "GetBucketRequestPay": "GetBucketRequestPayment",
    "PutBucketRequestPay": "PutBucketRequestPayment",
    "GetBucketPublicAccessBlock": "GetPublicAccessBlock",
    "PutBucketPublicAccessBlock": "PutPublicAccessBlock",
    "DeleteBucketPublicAccessBlock": "DeletePublicAccessBlock",
    "GetBucketObjectLockConfiguration": "GetObjectLockConfiguration",
    "PutBucketObjectLockConfiguration": "PutObjectLockConfiguration",
}
S3_MEMBERS = {"bucketName": "Bucket", "key": "Key", "bucketPolicy": "Policy"}


class Call(NamedTuple):
    """An event as a request: botocore's names, and the parameters in wire casing."""

    service: str
    operation: str
    parameters: dict[str, Any]
    place: Place


class Told(NamedTuple):
    """What an event tells: what was needed, or the action that nobody can say more of."""

    needed: tuple[Needed, ...]
    unmapped: str = ""


def told(record: Mapping[str, Any], own: Iterable[str] = (), known: Iterable[str] = ()) -> Told:
    """What the call of *record* had to be allowed; nothing where nothing had to.

    *own* are ARNs of what this call was about, *known* of whatever there is, where somebody knows
    them: they tell what a name alone does not, such as the path of a role.
    """
    if record.get("eventType") in NO_CALLS:
        return Told(())
    own = (*own, *about(record))
    found: list[Needed] = []
    unmapped = ""
    for one in _mapped(record):
        if one.how is How.INFERRED:
            unmapped = one.action
            continue
        conditions = _conditions(one)
        for resource in one.resources:
            settled = _settled(resource, own, known)
            found += (Needed(one.action, each, conditions) for each in settled)
    kept = dict.fromkeys(one for one in found if one.action not in OPEN | BY_TOKEN)
    kept |= dict.fromkeys(denied(record, kept))
    return Told(tuple(kept), unmapped)


def denied(record: Mapping[str, Any], mapped: Iterable[Needed] = ()) -> list[Needed]:
    """What the denial says that was the answer, or that observe mode let by.

    It names some resources by their names only; those that are *mapped* tell the ARNs then.
    """
    extra = record.get("additionalEventData") or {}
    said = DENIED.search(str(extra.get(OBSERVED) or record.get("errorMessage") or ""))
    action = actions.find(said[1]) if said else None
    if said is None or action is None:
        return []
    if not action.resource_types:
        return [Needed(action.full_name, "*")]
    resource = said[2] or said[3]
    if resource.startswith("arn:"):
        return [Needed(action.full_name, _conventional(resource))]
    return [one for one in mapped if one.action == action.full_name]


def _mapped(record: Mapping[str, Any]) -> Iterator[Requirement]:
    made = call(record)
    if made is None:
        service = str(record.get("eventSource", "")).removesuffix(DOMAIN)
        named = f"{service}:{record.get('eventName', '')}"
        yield Requirement(named, (UNKNOWN,), how=How.INFERRED)
        return
    if made.operation == "DeleteObjects" and "Delete" not in made.parameters:
        bucket = f"arn:{made.place.partition}:s3:::{made.parameters.get('Bucket', UNKNOWN)}"
        yield Requirement("s3:DeleteObject", (f"{bucket}/{UNKNOWN}",))
        return
    yield from requirements(made.service, made.operation, made.parameters, made.place)


def _conditions(one: Requirement) -> tuple[tuple[str, str], ...]:
    found = ((key, one.context.get(key)) for key in CONDITIONED)
    return tuple((key, value) for key, value in found if isinstance(value, str))


def _settled(resource: str, own: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """*resource*, as ARNs tell it that may be it and say more."""
    if resource == "*":
        yield resource
        return
    if is_template(resource):
        wanted = pattern(resource)
        fits = [one for one in own if glob(wanted, one)]
        yield from fits or [_conventional(wanted)]
        return
    parsed = Arn.parse(resource)
    for text in (*own, *known) if parsed is not None else ():
        other = Arn.parse(text)
        if parsed is not None and other is not None and _same(parsed, other):
            yield text
            return
    yield _conventional(resource)


def _conventional(resource: str) -> str:
    """*resource*; the `*` at the end of that of a log group stands for its streams."""
    of_logs = resource.endswith(":*") and resource.split(":")[2] == "logs"
    return f"{resource[:-1]}{ANY}" if of_logs else resource


def _same(own: Arn, other: Arn) -> bool:
    """Whether *other* is *own* with its path, or with what is unknown of it."""
    if (own.service, own.account) != (other.service, other.account) or own == other:
        return own == other
    kind, slash, name = own.resource.partition("/")
    start, _, rest = other.resource.partition("/")
    return bool(slash) and kind == start and rest.endswith(f"/{name}")


def about(record: Mapping[str, Any]) -> Iterator[str]:
    """The ARNs that the event gives of what it was about, or of what it made."""
    for one in record.get("resources") or ():
        if isinstance(one, Mapping) and isinstance(one.get("ARN"), str):
            yield one["ARN"]
    answer = record.get("responseElements")
    for inner in answer.values() if isinstance(answer, Mapping) else ():
        if isinstance(inner, Mapping) and isinstance(inner.get("arn"), str):
            yield inner["arn"]


def call(record: Mapping[str, Any]) -> Call | None:
    """The request that *record* tells of; None for an operation that no model has."""
    source = str(record.get("eventSource", "")).removesuffix(DOMAIN)
    found = _operation(source, str(record.get("eventName", "")))
    if found is None:
        return None
    service, operation = found
    who = record.get("userIdentity") or {}
    account = record.get("recipientAccountId") or who.get("accountId") or ""
    place = Place(account, record.get("awsRegion") or "", partition(record))
    given = record.get("requestParameters")
    shape = model.service(service).operation(operation)
    parameters = given if isinstance(given, Mapping) else {}
    if shape is None or shape.input is None:
        return Call(service, operation, {}, place)
    if service == "s3":
        parameters = {S3_MEMBERS.get(name, name): one for name, one in parameters.items()}
    return Call(service, operation, _restored(shape.input, parameters), place)


def partition(record: Mapping[str, Any]) -> str:
    """The partition of the caller."""
    arn = Arn.parse(str((record.get("userIdentity") or {}).get("arn") or ""))
    return arn.partition if arn else "aws"


@lru_cache(maxsize=4096)
def _operation(source: str, name: str) -> tuple[str, str] | None:
    """The models' names for what events of *source* call *name*."""
    services = catalogue.signed_as(source) or ((source,) if source in model.names() else ())
    spellings = (name, DATED.sub("", name), S3_EVENTS.get(name, name))
    for service in services:
        for one in spellings:
            if model.service(service).operation(one) is not None:
                return service, one
    return None


def _restored(shape: Any, value: Mapping[str, Any]) -> dict[str, Any]:
    """A structure as requests write it; what is hidden is left out, as is what no model has."""
    names = _spellings(shape)
    found: dict[str, Any] = {}
    for name, inner in value.items():
        member = names.get(name)
        if member is None and name.endswith("Set"):
            found |= _restored(shape, _columns(inner))
        elif member is not None and _told(shape.members[member], inner):
            found[member] = _value(shape.members[member], inner)
    return found


def _told(shape: Any, value: Any) -> bool:
    """Whether *value* is one of a member of *shape*: not hidden, nor a flag of S3 of its name."""
    is_flag = shape.type_name == "structure" and not isinstance(value, Mapping)
    return value is not None and value != HIDDEN and not is_flag


def _columns(value: Any) -> dict[str, Any]:
    """EC2's `{"items": [{"instanceId": "i-1"}, …]}` as a list of each member.

    A request with several members in an item has them once, as RunInstances its image.
    """
    items = value.get("items") if isinstance(value, Mapping) else None
    rows = [one for one in items or () if isinstance(one, Mapping)]
    names = dict.fromkeys(name for one in rows for name in one)
    many = {name: [one[name] for one in rows if name in one] for name in names}
    return {name: found[0] if len(names) > 1 else found for name, found in many.items()}


def _spellings(shape: Any) -> dict[str, str]:
    """The members of *shape* by how events spell them."""
    found: dict[str, str] = {}
    for member, inner in shape.members.items():
        wire = inner.serialization.get("name", member)
        for one in (member, spelled(member), wire, spelled(wire)):
            found.setdefault(one, member)
    return found


def _value(shape: Any, value: Any) -> Any:
    match shape.type_name:
        case "structure" if isinstance(value, Mapping):
            return _restored(shape, value)
        case "list":
            items = value
            if isinstance(value, Mapping) and len(value) == 1:  # EC2's `items`, S3's elements
                (items,) = value.values()
            if isinstance(items, list):
                return [_value(shape.member, one) for one in items]
            return value
        case "map" if isinstance(value, Mapping):
            return {str(key): _value(shape.value, one) for key, one in value.items()}
        case _:
            return value
