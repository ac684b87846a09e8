"""The zone of trust of an analyzer: an account, or all of an organization.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-concepts.html
"""

from dataclasses import dataclass

from doorward.analysis.rules import When
from doorward.base.arn import Arn
from doorward.engine.conditions.combine import test
from doorward.policy.document import Condition, Text, Texts

ACCOUNT_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:sourceaccount",
        "aws:sourceowner",
        "aws:resourceaccount",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
    }
)
ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn", "s3:dataaccesspointarn"})


@dataclass(frozen=True, slots=True)
class Zone:
    """Who is trusted.

    Attributes:
        accounts: the accounts in it.
        organization: the id of the organization whose members they are; empty for an account.
        canonical: the ids that S3's ACLs know the accounts by.
        home: the id of the organization that the resource is in, zone or not; empty for none.
        members: the accounts of that organization.
    """

    accounts: frozenset[str]
    organization: str = ""
    canonical: frozenset[str] = frozenset()
    home: str = ""
    members: frozenset[str] = frozenset()

    def holds(self, key: str, value: str) -> bool:
        """Whether whoever has *value* for the condition key *key* is in the zone.

        *key* is lower case. A value with a wildcard is in the zone only where what it stands
        for is.
        """
        if key in ACCOUNT_KEYS:
            return value in self.accounts
        if key in ARN_KEYS:
            found = Arn.parse(value)
            return found is not None and found.account in self.accounts
        if not self.organization:
            return False
        if key in {"aws:principalorgid", "aws:sourceorgid"}:
            return value == self.organization
        if key in {"aws:principalorgpaths", "aws:sourceorgpaths"}:
            return value.startswith(f"{self.organization}/")
        return False

    def settled(self, account: str) -> dict[str, str]:
        """What is known of requests of *account* because it is a member of the organization."""
        return {"aws:principalorgid": self.home} if account in self.members else {}

    def strangers(self, account: str, *, anyone: bool) -> tuple[When, ...]:
        """What holds of a caller of *account*, which is outside: its organization is another.

        With *anyone* the account stands for every other one, among them those of the same
        organization where that is not the zone.
        """
        apart = self.organization or ("" if anyone or account in self.members else self.home)
        if not apart:
            return ()
        return (
            asked("StringNotEquals", "aws:PrincipalOrgID", (apart,)),
            asked("ForAllValues:StringNotLike", "aws:PrincipalOrgPaths", (f"{apart}/*",)),
        )


def asked(operator: str, key: str, values: tuple[str, ...]) -> When:
    """The question whether that condition holds."""
    written = Condition(Text(operator), Text(key), Texts(tuple(Text(one) for one in values)))
    return When(test(written, variables=False), loose=False)
