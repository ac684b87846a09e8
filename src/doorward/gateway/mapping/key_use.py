"""Keys of KMS that a service uses in the caller's name: what the caller needs for them.

The service asks KMS with a forward access session of the caller, so the caller has to be allowed to
use the key, be it only by way of that service. The key is one that the request names, or the one
that the resource is encrypted with. A key that AWS manages lets in whoever the service lets in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN, is_template
from doorward.engine.request import Value
from doorward.gateway.mapping import keys
from doorward.gateway.mapping.call import Call, Wanted
from doorward.gateway.mapping.fill import at
from doorward.gateway.mapping.key_rows import OPERATIONS, PRINCIPALS, Use
from doorward.gateway.mapping.requirement import How, Requirement

MANAGED = "alias/aws/"


class Named(NamedTuple):
    """A key: its ARN, as what it was named, and what is encrypted under it."""

    arn: str
    given: str
    subject: str


def requirements(call: Call, own: Sequence[Requirement]) -> Iterator[Requirement]:
    """What has to be allowed on keys besides *own*, which is what the request itself needs."""
    use = OPERATIONS.get(call.service, {}).get(call.operation)
    if use is None or not own or (use.when and not call.parameters.get(use.when)):
        return
    for named in dict.fromkeys(_keys(call, use, own)):
        for action in use.actions(call):
            context = _context(call, use, named, action)
            via = PRINCIPALS.get(call.service, call.service)
            yield Requirement(f"kms:{action}", (named.arn,), ("key",), context, How.EXACT, via)


def _keys(call: Call, use: Use, own: Sequence[Requirement]) -> Iterator[Named]:
    resources = [one for part in own[:1] for one in part.resources]
    given = [text for path in use.members if isinstance(text := at(call.parameters, path), str)]
    for text in given:
        if text:
            yield _named(call, text, resources[0])
    if given or not use.held:
        return
    for resource in resources:
        if not is_template(resource) and (text := call.lookup(Wanted.KEY_OF, resource) or ""):
            yield _named(call, text, resource)


def _named(call: Call, given: str, resource: str) -> Named:
    """The key that *given* means to the account that owns *resource*."""
    owner = Arn.parse(resource)
    place = call.place
    if owner is not None and owner.account.isdigit():
        place = place._replace(account=owner.account)
    alias = given.partition(":alias/")[1].lstrip(":") + given.rpartition(":alias/")[2]
    if alias.startswith(MANAGED):
        name = alias.removeprefix("alias/")
        arn = f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{name}"
        return Named(arn, alias, resource)
    return Named(keys.key(call._replace(place=place), given), given, resource)


def _context(call: Call, use: Use, named: Named, action: str) -> dict[str, Value]:
    principal = PRINCIPALS.get(call.service, call.service)
    found: dict[str, Value] = {
        "kms:viaservice": f"{principal}.{call.place.region}.amazonaws.com",
        "kms:calleraccount": call.place.account,
        **keys.requested_alias(named.given),
    }
    if action == "CreateGrant":
        found["kms:grantisforawsresource"] = "true"
    if action in {"Encrypt", "Decrypt"}:
        found["kms:encryptionalgorithm"] = "SYMMETRIC_DEFAULT"
    if action == "DescribeKey":
        return found
    sealed = use.sealed(named.subject)
    for name, value in sealed.items():
        known = UNKNOWN if is_template(value) else value
        found[f"kms:encryptioncontext:{name.lower()}"] = known
    if sealed:
        found["kms:encryptioncontextkeys"] = tuple(sealed)
    else:
        found["kms:encryptioncontext:"] = found["kms:encryptioncontextkeys"] = UNKNOWN
    return found
