"""The terms on which a statement lets somebody in: cells of the space of condition keys.

Only keys that say who or from where somebody asks make cells; on any other condition it is asked
whether it can be met at all. Each value is a cell of its own, so that a finding says one thing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-filter-keys.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from doorward.analysis.findings.zone import asked
from doorward.analysis.rules import When
from doorward.policy.document import Condition, Effect, Statement

KEYS = {
    one.lower(): one
    for one in (
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalOrgID",
        "aws:PrincipalOrgPaths",
        "aws:SourceArn",
        "aws:SourceAccount",
        "aws:SourceOwner",
        "aws:SourceIp",
        "aws:SourceVpc",
        "aws:SourceVpce",
        "aws:SourceOrgID",
        "aws:SourceOrgPaths",
        "aws:UserId",
        "aws:VpcSourceIp",
        "kms:CallerAccount",
        "kms:ViaService",
        "kms:GrantIsForAWSResource",
        "s3:DataAccessPointAccount",
        "s3:DataAccessPointArn",
        "sts:ExternalId",
        "lambda:EventSourceToken",
        "lambda:FunctionUrlAuthType",
        "sns:Endpoint",
        "sns:Protocol",
        "secretsmanager:VersionStage",
    )
}
POSITIVE = {
    # an operator that holds whoever asks to some values, and the one that means all others
    "StringEquals": "StringNotEquals",
    "StringEqualsIgnoreCase": "StringNotEqualsIgnoreCase",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "Bool": "",
}
SPELLED = {one.lower(): one for one in POSITIVE}
OPPOSITE = {other.lower(): one for one, other in POSITIVE.items() if other}
MULTIVALUED = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
MOST_CELLS = 64

Cell = tuple[tuple[str, str], ...]
"""Condition keys as AWS spells them, each with one value, in order."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A condition that holds callers to some values of one key."""

    operator: str
    key: str
    values: tuple[str, ...]

    def met(self, value: str | None = None) -> When:
        """The question whether the key has *value*, or any of the values."""
        wanted = self.values if value is None else (value,)
        return asked(self._several(self.operator, "ForAnyValue"), self.key, wanted)

    def unmet(self) -> When | None:
        """The question whether the key has none of the values; None where there is no such one."""
        other = POSITIVE[self.operator]
        if not other:
            return None
        return asked(self._several(other, "ForAllValues"), self.key, self.values)

    def _several(self, operator: str, how: str) -> str:
        return f"{how}:{operator}" if self.key.lower() in MULTIVALUED else operator


def held_to(statement: Statement) -> Iterator[Terms]:
    """The terms that the conditions of *statement*, which allows, may hold callers to."""
    for one in statement.conditions or ():
        name = one.operator.value.lower().removeprefix("foranyvalue:").removesuffix("ifexists")
        if name in SPELLED and (key := spelled(one)) is not None:
            yield Terms(SPELLED[name], key, _values(one))


def kept_from(denying: Sequence[Statement]) -> Iterator[Terms]:
    """The terms that a Deny may hold callers to, by turning all others away."""
    for statement in denying:
        if statement.effect is not Effect.DENY:
            continue
        for one in statement.conditions or ():
            name = one.operator.value.lower().removeprefix("forallvalues:")
            name = name.removeprefix("foranyvalue:").removesuffix("ifexists")
            if name in OPPOSITE and (key := spelled(one)) is not None:
                yield Terms(OPPOSITE[name], key, _values(one))


def spelled(condition: Condition) -> str | None:
    """The key as AWS spells it where it tells who asks, or from where; None of all others.

    The claims of providers do, such as `token.actions.githubusercontent.com:sub`.
    """
    key = condition.key.value
    known = KEYS.get(key.lower())
    if known is not None:
        return known
    vendor = key.rpartition(":")[0]
    return key if "." in vendor or vendor.lower() == "saml" else None


def cells(terms: Sequence[Terms]) -> Iterator[Cell]:
    """Every choice of one value for each of *terms*.

    Where there are very many, all values of a key together, with commas between (assumed).
    """
    many = 1
    for one in terms:
        many *= len(one.values)
    if many > MOST_CELLS:
        yield tuple((one.key, ",".join(one.values)) for one in terms)
        return
    for chosen in product(*(one.values for one in terms)):
        yield tuple((one.key, value) for one, value in zip(terms, chosen, strict=True))


def _values(condition: Condition) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.value for one in condition.values.items))
