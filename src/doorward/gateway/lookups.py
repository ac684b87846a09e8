"""What no request tells and the mapping asks for, such as the key behind an alias.

https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from doorward.base.arn import Arn
from doorward.gateway.held_keys import Asked, key_of
from doorward.gateway.mapping.call import Wanted
from doorward.gateway.memory import Known, Scope
from doorward.gateway.readers import is_missing
from doorward.gateway.refusals import UpstreamUnavailable
from doorward.gateway.sources import Sources, Unknown
from doorward.wire.client import Refused

KEY_ID_CHARACTERS = 36
OF_CIPHERTEXT = {
    "Decrypt": ("KeyId", "CiphertextBlob"),
    "ReEncrypt": ("SourceKeyId", "CiphertextBlob"),
}

RoleOf = Callable[[str], str | None]
"""The ARN of the role in the instance profile of that ARN, None where there is none."""


class Lookups:
    """Answers the mapping from the services behind the gateway."""

    def __init__(self, sources: Sources, role_of: RoleOf, *, ask: bool) -> None:
        self._sources = sources
        self._role_of = role_of
        self._ask = ask

    def __call__(self, wanted: Wanted, text: str) -> str | None:
        """What is *wanted* of the ARN *text*; None where there is no such thing.

        Raises:
            Unknown: it has to be asked for, which is not to be done now.
            UpstreamUnavailable: the service does not say.
        """
        if wanted is Wanted.ROLE:
            return self._role_of(text)
        arn = Arn.parse(text)
        asked = _asked(wanted, arn) if arn else None
        if arn is None or asked is None or not self._sources.upstreams.answers(asked.service):
            return None
        scope = Scope(asked.service, arn.account, arn.region)
        name = f"{wanted.name} {text}"
        now = self._sources.now()
        known = self._sources.memory.find(scope, name, now=now)
        if known is not None:
            return known.policy
        if not self._ask:
            raise Unknown
        mark = self._sources.memory.mark(scope)
        found = self._answer(asked, scope)
        known = Known(policy=found, there=found is not None)
        until = self._sources.until(asked.service, now)
        self._sources.memory.keep(scope, name, known, mark=mark, until=until)
        return found

    def _answer(self, asked: Asked, scope: Scope) -> str | None:
        try:
            output = self._sources.ask(asked.service, asked.operation, asked.parameters, scope)
        except Refused as error:
            if is_missing(error.code, error.status):
                return None
            raise UpstreamUnavailable(asked.service) from error
        found = asked.find(output)
        return None if found is None else str(found)


def _asked(wanted: Wanted, arn: Arn) -> Asked | None:
    match wanted:
        case Wanted.KEY:
            return Asked(
                "kms",
                "DescribeKey",
                {"KeyId": arn.resource},
                lambda output: output.get("KeyMetadata", {}).get("Arn"),
            )
        case Wanted.SECRET:
            return Asked(
                "secretsmanager",
                "DescribeSecret",
                {"SecretId": arn.resource.removeprefix("secret:")},
                lambda output: output.get("ARN"),
            )
        case Wanted.PARTITION_KEY:
            return Asked(
                "dynamodb",
                "DescribeTable",
                {"TableName": arn.resource.split("/")[1] if "/" in arn.resource else arn.resource},
                _partition_key,
            )
        case Wanted.KEY_OF:
            return key_of(arn)
        case _:
            return None


def _partition_key(output: Mapping[str, Any]) -> str | None:
    schema = output.get("Table", {}).get("KeySchema", ())
    return next((one["AttributeName"] for one in schema if one["KeyType"] == "HASH"), None)


def completed(
    sources: Sources, service: str, operation: str, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """*parameters* with the key of a ciphertext, as the mapping is to see them.

    moto begins a ciphertext with the id of its key; that of an endpoint tells nobody, so there the
    request has to name the key.
    """
    members = OF_CIPHERTEXT.get(operation) if service == "kms" else None
    if members is None or not sources.upstreams.by_moto(service) or parameters.get(members[0]):
        return parameters
    blob = parameters.get(members[1])
    if not isinstance(blob, bytes):
        return parameters
    begins = blob[:KEY_ID_CHARACTERS].decode("ascii", "replace")
    return {**parameters, members[0]: begins} if begins.isprintable() else parameters
