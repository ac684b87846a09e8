"""The types of policies, with what AWS allows of each.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from doorward.store.organizations import RCP, SCP


class Limits(NamedTuple):
    """Characters of a document, policies attached to one target, policies an organization."""

    characters: int
    attached: int
    policies: int


MANAGEMENT = Limits(10_000, 10, 1_000)

# Where the page names no number for a type, those of declarative policies stand (assumed).
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "SERVICE_CONTROL_POLICY": Limits(10_240, 10, 10_000),
        "RESOURCE_CONTROL_POLICY": Limits(5_120, 5, 2_000),
        "TAG_POLICY": MANAGEMENT,
        "BACKUP_POLICY": MANAGEMENT,
        "AISERVICES_OPT_OUT_POLICY": Limits(2_500, 5, 1_000),
        "CHATBOT_POLICY": Limits(10_000, 5, 1_000),
        "DECLARATIVE_POLICY_EC2": MANAGEMENT,
        "SECURITYHUB_POLICY": MANAGEMENT,
        "SECURITYHUB_CSPM_POLICY": MANAGEMENT,
        "INSPECTOR_POLICY": MANAGEMENT,
        "UPGRADE_ROLLOUT_POLICY": MANAGEMENT,
        "BEDROCK_POLICY": MANAGEMENT,
        "S3_POLICY": MANAGEMENT,
        "NETWORK_SECURITY_DIRECTOR_POLICY": MANAGEMENT,
        "GUARDDUTY_POLICY": MANAGEMENT,
    }
)

NEEDS_SERVICE: Mapping[str, str] = MappingProxyType(
    {"SECURITYHUB_POLICY": "securityhub.amazonaws.com"}
)
"""The services that need trusted access before a type can be enabled."""

_KINDS = {"SERVICE_CONTROL_POLICY": SCP, "RESOURCE_CONTROL_POLICY": RCP}
_TYPES = {kind: name for name, kind in _KINDS.items()}


def kind_of(wire: str) -> str:
    """How the store names AWS's type: `SERVICE_CONTROL_POLICY` → `scp`."""
    return _KINDS.get(wire, wire.lower())


def wire_type(kind: str) -> str:
    """How AWS names the store's kind: `scp` → `SERVICE_CONTROL_POLICY`."""
    return _TYPES.get(kind, kind.upper())
