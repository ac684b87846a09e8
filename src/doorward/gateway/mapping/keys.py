"""KMS: keys by id, ARN and alias, and what encryption says of itself.

https://docs.aws.amazon.com/kms/latest/developerguide/policy-conditions.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Context, Value
from doorward.gateway.mapping.arn_shape import ArnShape
from doorward.gateway.mapping.call import Call, Wanted, exactly
from doorward.gateway.mapping.requirement import Place, Requirement

KEY_MEMBERS = ("KeyId", "TargetKeyId", "DestinationKeyId", "SourceKeyId")


def resolve(call: Call, shape: ArnShape) -> list[str] | None:
    """The key, or the alias that is made, moved or deleted."""
    if shape.type == "alias":
        return [alias(call.text("AliasName"), call.place)]
    if call.operation == "DeleteAlias":
        return [behind(call, alias(call.text("AliasName"), call.place))]
    found = [key(call, call.text(member)) for member in KEY_MEMBERS if call.text(member)]
    return found or [any_key(call.place)]


def any_key(place: Place) -> str:
    """A key of the account that nobody names."""
    return f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{UNKNOWN}"


def alias(given: str, place: Place) -> str:
    """The ARN of an alias."""
    if given.startswith("arn:"):
        return given
    return f"arn:{place.partition}:kms:{place.region}:{place.account}:{given or UNKNOWN}"


def key(call: Call, given: str) -> str:
    """The ARN of the key that an id, an ARN or an alias means; unknown behind an alias."""
    place = call.place
    if not given.startswith("arn:"):
        if given.startswith("alias/"):
            return behind(call, alias(given, place))
        return f"arn:{place.partition}:kms:{place.region}:{place.account}:key/{given}"
    found = Arn.parse(given)
    if found is None or found.service != "kms":
        return UNKNOWN
    if found.resource.startswith("key/"):
        return given
    return behind(call, given) if found.resource.startswith("alias/") else UNKNOWN


def behind(call: Call, arn: str) -> str:
    """The ARN of the key behind the alias *arn*."""
    found = Arn.parse(arn)
    known = call.lookup(Wanted.KEY, arn)
    if known is not None or found is None:
        return known or UNKNOWN
    return any_key(Place(found.account, found.region, found.partition))


def requested_alias(given: str) -> dict[str, Value]:
    """`kms:RequestAlias`, where the request names a key by an alias."""
    if given.startswith("arn:"):
        parsed = Arn.parse(given)
        given = parsed.resource if parsed else ""
    return {"kms:requestalias": given} if given.startswith("alias/") else {}


def encryption(given: Any) -> dict[str, Value]:
    """The encryption context; the case of its keys counts for AWS, but not here.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    if not isinstance(given, Mapping) or not given:
        return {}
    found: dict[str, Value] = {
        f"kms:encryptioncontext:{name.lower()}": str(value) for name, value in given.items()
    }
    found["kms:encryptioncontextkeys"] = tuple(given)
    return found


def context(call: Call) -> dict[str, Value]:
    """Keys that most operations on keys share."""
    found: dict[str, Value] = {"kms:calleraccount": call.place.account}
    found.update(requested_alias(call.text("KeyId")))
    limits = call.parameters.get("Constraints") or {}
    of_grant = {**(limits.get("EncryptionContextSubset") or {})}
    of_grant.update(limits.get("EncryptionContextEquals") or {})
    found.update(encryption(call.parameters.get("EncryptionContext") or of_grant))
    if limits:
        found["kms:grantconstrainttype"] = next(iter(limits))
    if call.operation == "CreateGrant":
        found["kms:grantisforawsresource"] = "false"
    return found


def re_encrypt(call: Call) -> Iterator[Requirement]:
    """ReEncrypt: out of one key and into another.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html
    """
    source, target = call.text("SourceKeyId"), call.text("DestinationKeyId")
    from_key = key(call, source) if source else any_key(call.place)
    to_key = key(call, target) if target else any_key(call.place)
    same: Context = {
        "kms:calleraccount": call.place.account,
        "kms:reencryptonsamekey": str(from_key == to_key and UNKNOWN not in from_key).lower(),
    }
    for action, arn, given, member, algorithm in (
        (
            "kms:ReEncryptFrom",
            from_key,
            source,
            "SourceEncryptionContext",
            "SourceEncryptionAlgorithm",
        ),
        (
            "kms:ReEncryptTo",
            to_key,
            target,
            "DestinationEncryptionContext",
            "DestinationEncryptionAlgorithm",
        ),
    ):
        keys = {**same, **requested_alias(given), **encryption(call.parameters.get(member))}
        keys["kms:encryptionalgorithm"] = call.text(algorithm) or "SYMMETRIC_DEFAULT"
        yield exactly(action, "key", [arn], keys)


OPERATIONS = {"ReEncrypt": re_encrypt}
