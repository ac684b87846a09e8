"""An account's place in its organization, with the policies of every level above it.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Connection

from doorward.engine.compile import PolicySet
from doorward.engine.decision import PolicyKind
from doorward.store import organizations, snapshot
from doorward.store.organizations import RCP, SCP, Place
from doorward.store.sources import Inconsistent, PolicyText
from doorward.store.tables.organization import OrganizationPolicy
from doorward.world.source import Membership

Level = tuple[PolicyText, ...]
"""The policies of one kind attached to the root, one unit or the account."""

KINDS = {SCP: PolicyKind.SCP, RCP: PolicyKind.RCP}
TYPES = {SCP: "service_control_policy", RCP: "resource_control_policy"}

_AWS = "arn:aws:organizations::aws:policy"
AWS_POLICIES: Mapping[str, tuple[str, PolicyText]] = MappingProxyType(
    {
        organizations.FULL_AWS_ACCESS: (
            SCP,
            PolicyText(
                "FullAWSAccess",
                '{"Version":"2012-10-17",'
                '"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
                f"{_AWS}/{TYPES[SCP]}/{organizations.FULL_AWS_ACCESS}",
            ),
        ),
        organizations.RCP_FULL_AWS_ACCESS: (
            RCP,
            PolicyText(
                "RCPFullAWSAccess",
                '{"Version":"2012-10-17","Statement":'
                '[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}',
                f"{_AWS}/{TYPES[RCP]}/{organizations.RCP_FULL_AWS_ACCESS}",
            ),
        ),
    }
)
"""The policies of AWS, by id, with their kinds."""


class MembershipSource(NamedTuple):
    """What a membership is made of; `place` is None where the account is in no organization.

    `scps` and `rcps` hold the levels, root first; None while that kind is not enabled.
    """

    place: Place | None
    scps: tuple[Level, ...] | None = None
    rcps: tuple[Level, ...] | None = None


def source(db: Connection, account: str) -> MembershipSource:
    """Where *account* stands and what is attached above it.

    No SCP limits the management account, and no RCP its resources, so none are read for it.

    Raises:
        Inconsistent: the units above it do not lead to the root.
    """
    place = organizations.place(db, account)
    if place is None or place.organization.management_account == account:
        return MembershipSource(place)
    attached = [
        organizations.attached_to(db, place.organization.id, target) for target in place.targets
    ]
    levels = {
        kind: tuple(
            tuple(text for text in (_text(place, kind, *one) for one in level) if text)
            for level in attached
        )
        for kind in KINDS
        if kind in place.organization.policy_types
    }
    return MembershipSource(place, levels.get(SCP), levels.get(RCP))


def compiled(found: MembershipSource) -> Membership | None:
    """The membership of a source, None where the account is in no organization.

    Raises:
        Inconsistent: a policy cannot be read.
    """
    if found.place is None:
        return None
    organization = found.place.organization
    return Membership(
        organization_id=organization.id,
        management_account=organization.management_account,
        path=found.place.path,
        scps=_sets(PolicyKind.SCP, found.scps),
        rcps=_sets(PolicyKind.RCP, found.rcps),
    )


def _sets(kind: PolicyKind, levels: tuple[Level, ...] | None) -> tuple[PolicySet, ...] | None:
    return None if levels is None else tuple(snapshot.policy_set(kind, one) for one in levels)


def _text(
    place: Place, kind: str, policy_id: str, policy: OrganizationPolicy | None
) -> PolicyText | None:
    """An attached policy if it is of *kind*."""
    if policy is None:
        if policy_id not in AWS_POLICIES:
            # Fail closed: the policy may hold a Deny.
            raise Inconsistent(f"policy {policy_id} is attached and not there")
        its_kind, text = AWS_POLICIES[policy_id]
        return text if its_kind == kind else None
    if policy.kind != kind:
        return None
    owner = place.organization
    arn = (
        f"arn:aws:organizations::{owner.management_account}:"
        f"policy/{owner.id}/{TYPES[kind]}/{policy.id}"
    )
    return PolicyText(policy.name, policy.document, arn)
