"""Managed policies, AWS's and the account's, as one kind of thing.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from doorward.base.arn import Arn
from doorward.catalog import managed_policies
from doorward.catalog.managed_policies import ManagedPolicyRecord
from doorward.services.context import Context
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import InvalidInput, ValidationError
from doorward.services.iam.policy_errors import PolicyNotFound
from doorward.store import attachments, policies, policy_versions
from doorward.store.tables.policy import ManagedPolicy

AWS = "aws"
"""The owner of AWS's own policies, where an ARN has the account."""

SERVICE_PATHS = ("/aws-service-role/", "/root-task/")
"""Paths of policies that cannot be attached: AWS attaches or passes them itself."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A managed policy. `own` is the account's row; None for a policy of AWS.

    `version_id` is that of the default version, such as `v3`.
    """

    arn: str
    id: str
    name: str
    path: str
    version_id: str
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    attachable: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    own: ManagedPolicy | None = None

    @property
    def source(self) -> Literal["aws-managed", "user-managed"]:
        """Whose it is, in the words of the policy simulator."""
        return "aws-managed" if self.own is None else "user-managed"


def version_id(number: int) -> str:
    """The id of a version, such as `v3`."""
    return f"v{number}"


def of_account(policy: ManagedPolicy) -> Managed:
    """A policy of the account."""
    return Managed(
        arn=policy.arn,
        id=policy.id,
        name=policy.name,
        path=policy.path,
        version_id=version_id(policy.default_version),
        created_at=policy.created_at,
        updated_at=policy.updated_at,
        description=policy.description,
        tags=policy.tags,
        own=policy,
    )


def of_aws(record: ManagedPolicyRecord, partition: str) -> Managed:
    """A policy of AWS."""
    return Managed(
        arn=record.arn(partition),
        id=record.id,
        name=record.name,
        path=record.path,
        version_id=record.default_version,
        created_at=record.created_at,
        updated_at=record.updated_at,
        description=record.description,
        attachable=record.attachable,
    )


def find(ctx: Context, arn: str) -> Managed | None:
    """The managed policy of that ARN, AWS's or the account's own.

    Raises:
        ValidationError: the text is no ARN.
        InvalidInput: it is the ARN of something else.
    """
    parsed = Arn.parse(arn)
    if parsed is None:
        raise ValidationError("Invalid ARN:  Could not be parsed!")
    if parsed.service != "iam" or not parsed.resource.startswith("policy/"):
        raise InvalidInput(f"ARN {arn} is not valid.")
    if parsed.account == AWS:
        record = managed_policies.find(arn)
        return None if record is None else of_aws(record, parsed.partition)
    row = policies.find(ctx.db, ctx.account, arn)
    return None if row is None else of_account(row)


def known(ctx: Context, arn: str) -> Managed:
    """The managed policy of that ARN.

    Raises:
        ValidationError: the text is no ARN.
        InvalidInput: it is the ARN of something else.
        PolicyNotFound: there is none.
    """
    found = find(ctx, arn)
    if found is None:
        raise PolicyNotFound(arn)
    return found


def own(ctx: Context, arn: str) -> ManagedPolicy:
    """The account's own policy of that ARN; those of AWS cannot be changed.

    Raises:
        ValidationError: the text is no ARN.
        InvalidInput: it is the ARN of something else.
        PolicyNotFound: the account has none.
    """
    found = known(ctx, arn)
    if found.own is None:
        raise PolicyNotFound(arn)
    return found.own


def document(ctx: Context, policy: Managed) -> str:
    """The text of the default version."""
    if policy.own is None:
        record = managed_policies.find(policy.arn)
        if record is None:
            raise PolicyNotFound(policy.arn)
        return record.document
    version = policy_versions.find(ctx.db, policy.own.id, policy.own.default_version)
    if version is None:
        raise PolicyNotFound(policy.arn)
    return version.document


def name_of(arn: str) -> str:
    """The name of a managed policy, which its ARN ends with."""
    return arn.rpartition("/")[2]


def path_of(arn: str) -> str:
    """The path of a managed policy, which its ARN holds: `/job-function/`."""
    resource = arn.split(":", 5)[5].removeprefix("policy")
    return resource.rpartition("/")[0] + "/"


class Uses:
    """How often each of some policies is attached and set as a boundary in the account."""

    def __init__(self, ctx: Context, found: Iterable[Managed]) -> None:
        arns = [policy.arn for policy in found]
        self._attached = attachments.counts(ctx.db, ctx.account, arns)
        self._bounding = attachments.boundary_counts(ctx.db, ctx.account, arns)

    def listed(self, policy: Managed) -> dict[str, Any]:
        """The policy as lists show it: without description and tags."""
        return {
            "PolicyName": policy.name,
            "PolicyId": policy.id,
            "Arn": policy.arn,
            "Path": policy.path,
            "DefaultVersionId": policy.version_id,
            "AttachmentCount": self._attached[policy.arn],
            "PermissionsBoundaryUsageCount": self._bounding[policy.arn],
            "IsAttachable": policy.attachable,
            "CreateDate": policy.created_at,
            "UpdateDate": policy.updated_at,
        }

    def described(self, policy: Managed) -> dict[str, Any]:
        """The policy with its description, as the account dump shows it."""
        shown = self.listed(policy)
        return shown | {"Description": policy.description} if policy.description else shown

    def full(self, policy: Managed) -> dict[str, Any]:
        """The policy with description and tags, as far as it has them."""
        shown = self.described(policy)
        return shown | {"Tags": tag_lists.shown(policy.tags)} if policy.tags else shown
