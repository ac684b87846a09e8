"""What a decision reads, as a protocol: the live store and an account dump both provide it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from doorward.engine.compile import NamedPolicy, PolicySet


@dataclass(frozen=True, slots=True)
class Entity:
    """A user or role with the policies that apply to it.

    `identity` holds inline and attached policies, for a user those of its groups too. `boundary`
    is None where none is set. `tags` map keys, case preserved, to values.
    """

    unique_id: str
    account: str
    arn: str
    name: str
    path: str
    identity: PolicySet
    boundary: PolicySet | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def service_linked(self) -> bool:
        """Whether this is a service-linked role, which no SCP or RCP limits.

        assumed: AWS names the role type only; the reserved path is what tells it.
        """
        return self.path.startswith("/aws-service-role/")


@dataclass(frozen=True, slots=True)
class Membership:
    """An account's place in an organization.

    `path` is `o-…/r-…/ou-…/` with its trailing slash. `scps` and `rcps` are one PolicySet a level,
    root first, the account last; None while the policy type is not enabled.
    """

    organization_id: str
    management_account: str
    path: str
    scps: tuple[PolicySet, ...] | None
    rcps: tuple[PolicySet, ...] | None


class World(Protocol):
    """Everything a decision reads, at one moment."""

    def user(self, account: str, unique_id: str) -> Entity | None:
        """The user of that unique id, None once it is gone."""
        ...

    def role(self, account: str, unique_id: str) -> Entity | None:
        """The role of that unique id, None once it is gone."""
        ...

    def membership(self, account: str) -> Membership | None:
        """The account's organization, None where it is in none."""
        ...

    def managed_policy(self, account: str, arn: str) -> NamedPolicy | None:
        """The default version of an AWS managed policy or of one of *account*."""
        ...
