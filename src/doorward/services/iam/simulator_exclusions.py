"""Policies that a simulation leaves out, as if they were removed.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from doorward.base.arn import Arn
from doorward.engine.match import glob, wild
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.identity_policies import IdentityPolicy

ONE_OF = ("PolicyType", "PolicyArn", "InlinePolicyIdentifier")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """What is left out: types of policy, ARNs with wildcards, inline policies of entities.

    Identifiers that match nothing are ignored, and so are resource control policies.
    """

    types: frozenset[str]
    arns: tuple[str, ...]
    inline: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, identifiers: Sequence[Mapping[str, Any]]) -> Self:
        """The exclusions that *identifiers* spell.

        Raises:
            InvalidInput: one names not exactly one thing, or has wildcards where none may be.
        """
        for identifier in identifiers:
            if len([name for name in ONE_OF if identifier.get(name)]) != 1:
                raise InvalidInput(f"A policy identifier must have exactly one of {ONE_OF}.")
        arns = tuple(one["PolicyArn"] for one in identifiers if one.get("PolicyArn"))
        inline = tuple(
            one["InlinePolicyIdentifier"]
            for one in identifiers
            if one.get("InlinePolicyIdentifier")
        )
        for arn in arns:
            _check_arn(arn)
        for identifier in inline:
            _check_inline(identifier)
        types = (one["PolicyType"] for one in identifiers if one.get("PolicyType"))
        return cls(frozenset(types), arns, inline)

    @property
    def boundary(self) -> bool:
        """Whether the permissions boundary is left out."""
        return "permission-boundary" in self.types

    @property
    def scps(self) -> bool:
        """Whether the service control policies are left out."""
        return "scp" in self.types

    def covers(self, policy: IdentityPolicy) -> bool:
        """Whether *policy* is left out."""
        if policy.source in self.types:
            return True
        if policy.arn is not None:
            return any(glob(wild(pattern), policy.arn) for pattern in self.arns)
        return any(_is(one, policy) for one in self.inline)


def _is(identifier: Mapping[str, str], policy: IdentityPolicy) -> bool:
    return (
        identifier["PolicyName"] == policy.name
        and identifier["AttachmentType"] == policy.kind
        and glob(wild(identifier["AttachmentName"]), policy.entity)
    )


def _check_arn(arn: str) -> None:
    """See that *arn* is that of a managed policy, with wildcards in its name at most."""
    parsed = Arn.parse(arn)
    before = arn.rpartition("/")[0]
    policy = parsed is not None and parsed.resource.startswith("policy/")
    if not policy or "*" in before or "?" in before or arn.count("*") > 1:
        raise InvalidInput(f"ARN {arn} is not valid.")


def _check_inline(identifier: Mapping[str, str]) -> None:
    name = identifier["PolicyName"]
    if "*" in name or "?" in name or identifier["AttachmentName"].count("*") > 1:
        raise InvalidInput(f"Inline policy {name} cannot be identified that way.")
