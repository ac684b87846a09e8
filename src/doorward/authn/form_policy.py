"""The policy of a browser upload: which form the signer allows.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from doorward.authn.errors import InvalidFormPolicy, Refused

LENGTH_RANGE = "content-length-range"
MATCHES = ("eq", "starts-with")
CONDITION_PARTS = 3
FREE = frozenset({"x-amz-signature", "awsaccesskeyid", "signature", "file", "policy"})
FREE_PREFIX = "x-ignore-"
DIGITS = 18


@dataclass(frozen=True, slots=True)
class Condition:
    """What the value of one field must be; `field` is in lower case."""

    match: str
    field: str
    value: str

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Whether *fields* have it so. A field that is absent has no value, not an empty one."""
        found = fields.get(self.field)
        if found is None:
            return False
        if self.match == "eq":
            return found == self.value
        if self.field == "content-type":
            return all(one.strip().startswith(self.value) for one in found.split(","))
        return found.startswith(self.value)

    def failed(self) -> Refused:
        """The refusal of a form that does not meet it."""
        shown = json.dumps([self.match, f"${self.field}", self.value])
        return Refused(f"Invalid according to Policy: Policy Condition failed: {shown}")


@dataclass(frozen=True, slots=True)
class FormPolicy:
    """A policy that was read. `length_range` holds the smallest and largest size, inclusive."""

    expires_at: datetime
    conditions: tuple[Condition, ...]
    length_range: tuple[int, int] | None = None

    def check(self, fields: Mapping[str, str], bucket: str, now: datetime) -> None:
        """Hold a form to this policy; *fields* by lower-case name, as the upload will use them.

        The bucket counts as a field: a policy that names none would be good for all of them.

        Raises:
            Refused: the policy is over, a condition fails, or a field has no condition.
        """
        if now >= self.expires_at:
            raise Refused("Invalid according to Policy: Policy expired.")
        known = {**fields, "bucket": bucket}
        named = Condition("eq", "bucket", bucket)
        for condition in self.conditions:
            if not condition.holds(known):
                raise condition.failed()
        if "bucket" in fields and not named.holds(fields):
            raise named.failed()
        covered = {condition.field for condition in self.conditions}
        extra = [name for name in known if name not in covered and not _free(name)]
        if extra:
            raise Refused(
                f"Invalid according to Policy: Extra input fields: {', '.join(sorted(extra))}"
            )


def _free(name: str) -> bool:
    return name in FREE or name.startswith(FREE_PREFIX)


def read(text: str) -> FormPolicy:
    """The policy that *text*, base64 of JSON, spells.

    Raises:
        InvalidFormPolicy: it is no policy.
    """
    try:
        document = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidFormPolicy("Invalid JSON.") from error
    if not isinstance(document, dict):
        raise InvalidFormPolicy("Invalid JSON.")
    if not isinstance(document.get("conditions"), list):
        raise InvalidFormPolicy("Policy missing conditions.")
    conditions: list[Condition] = []
    ranges: list[tuple[int, int]] = []
    for one in document["conditions"]:
        if isinstance(one, list) and one[:1] == [LENGTH_RANGE]:
            ranges.append(_range(one))
        else:
            conditions.append(_condition(one))
    length = (max(low for low, _ in ranges), min(high for _, high in ranges)) if ranges else None
    return FormPolicy(_expiration(document.get("expiration")), tuple(conditions), length)


def _expiration(text: Any) -> datetime:
    if not isinstance(text, str) or not text.endswith("Z"):
        raise InvalidFormPolicy("Policy missing expiration.")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise InvalidFormPolicy(f"Invalid 'expiration' value: '{text}'") from error


def _condition(one: Any) -> Condition:
    match one:
        case {} if len(one) != 1:
            raise InvalidFormPolicy(
                "Invalid Simple-Condition: Simple-Conditions must have exactly one property "
                "specified."
            )
        case {}:
            ((field, value),) = one.items()
            if not isinstance(value, str):
                raise InvalidFormPolicy("Invalid Simple-Condition: value must be a string.")
            return Condition("eq", field.lower(), value)
        case [str(how), str(field), str(value)] if how.lower() in MATCHES and field[:1] == "$":
            return Condition(how.lower(), field[1:].lower(), value)
        case _:
            raise InvalidFormPolicy("Invalid Condition.")


def _range(one: list[Any]) -> tuple[int, int]:
    if len(one) != CONDITION_PARTS:
        raise InvalidFormPolicy("Invalid content-length-range: wrong number of arguments.")
    low, high = (_number(part) for part in one[1:])
    return low, high


def _number(part: Any) -> int:
    digits = str(part)
    numeric = digits.isascii() and digits.isdigit() and len(digits) <= DIGITS
    if isinstance(part, bool) or not numeric:
        raise InvalidFormPolicy("Invalid content-length-range: not a number.")
    return int(digits)
