"""Versions of managed policies, of which one is in force.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
"""

import re
from typing import Any

from doorward.base.limits import POLICY_VERSIONS
from doorward.catalog import managed_policies
from doorward.services.context import Context
from doorward.services.iam import documents, managed, paging, policy_finders, shapes
from doorward.services.iam.policy_errors import DefaultVersion, NothingToAttach, TooManyVersions
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import policies, policy_versions
from doorward.store.tables.policy import ManagedPolicy, PolicyVersion

VERSION_ID = re.compile(r"v([1-9][0-9]{0,8})", re.ASCII)


@iam.operation(on=policy_finders.policy)
def create_policy_version(
    ctx: Context, *, policy_arn: str, policy_document: str, set_as_default: bool = False
) -> Output:
    """Add a version, which gets a number that no version of the policy ever had.

    Only iam:CreatePolicyVersion is asked for, also where the version becomes the default.

    Raises:
        PolicyNotFound: the account has no such policy.
        MalformedPolicyDocument: the document is refused.
        LimitExceeded: the document is too long.
        TooManyVersions: the policy has five versions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html
    """
    policy = managed.own(ctx, policy_arn)
    documents.managed(policy_document)
    if policy_versions.count(ctx.db, policy.id) >= POLICY_VERSIONS:
        raise TooManyVersions
    number = policy.latest_version + 1
    version = PolicyVersion(policy.id, number, policy_document, ctx.now)
    policy_versions.add(ctx.db, version)
    default = number if set_as_default else policy.default_version
    changes = {"latest_version": number, "updated_at": ctx.now, "default_version": default}
    policies.change(ctx.db, policy.id, changes)
    return {"PolicyVersion": listed(version, default)}


@iam.operation(on=policy_finders.policy)
def get_policy_version(ctx: Context, *, policy_arn: str, version_id: str) -> Output:
    """Show one version with its document; of a policy of AWS only the default is known here.

    Raises:
        PolicyNotFound: neither AWS nor the account has one of that ARN.
        NothingToAttach: the policy has no such version.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html
    """
    policy = managed.known(ctx, policy_arn)
    if policy.own is not None:
        version = found(ctx, policy.own, version_id)
        return {"PolicyVersion": full(version, policy.own.default_version)}
    record = managed_policies.find(policy.arn)
    if record is None or policy.version_id != version_id:
        raise NothingToAttach(policy.arn, version_id)
    return {"PolicyVersion": only(policy) | {"Document": shapes.encoded(record.document)}}


@iam.operation(on=policy_finders.policy)
def list_policy_versions(
    ctx: Context, *, policy_arn: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the versions, newest first, without their documents.

    Raises:
        PolicyNotFound: neither AWS nor the account has one of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyVersions.html
    """
    policy = managed.known(ctx, policy_arn)
    if policy.own is None:
        return {"Versions": [only(policy)], "IsTruncated": False}
    scope = f"ListPolicyVersions {policy.id}"
    page = paging.of_few(
        policy_versions.newest_first(ctx.db, policy.own.id),
        _newest_first,
        paging.after(ctx, scope, marker),
        max_items,
    )
    default = policy.own.default_version
    shown = [listed(version, default) for version in page.items]
    return {"Versions": shown} | paging.end(ctx, scope, page)


@iam.operation(on=policy_finders.policy)
def delete_policy_version(ctx: Context, *, policy_arn: str, version_id: str) -> Output:
    """Delete a version that is not the default one.

    Raises:
        PolicyNotFound: the account has no such policy.
        NothingToAttach: the policy has no such version.
        DefaultVersion: the version is in force.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html
    """
    policy = managed.own(ctx, policy_arn)
    version = found(ctx, policy, version_id)
    if version.number == policy.default_version:
        raise DefaultVersion
    policy_versions.remove(ctx.db, policy.id, version.number)
    return {}


@iam.operation(on=policy_finders.policy)
def set_default_policy_version(ctx: Context, *, policy_arn: str, version_id: str) -> Output:
    """Put a version in force, for everybody who has the policy at once.

    Raises:
        PolicyNotFound: the account has no such policy.
        NothingToAttach: the policy has no such version.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html
    """
    policy = managed.own(ctx, policy_arn)
    version = found(ctx, policy, version_id)
    policies.change(ctx.db, policy.id, {"default_version": version.number})
    return {}


def found(ctx: Context, policy: ManagedPolicy, version_id: str) -> PolicyVersion:
    """The version of that id.

    Raises:
        NothingToAttach: the policy has none.
    """
    spelled = VERSION_ID.fullmatch(version_id)
    version = spelled and policy_versions.find(ctx.db, policy.id, int(spelled[1]))
    if not version:
        raise NothingToAttach(policy.arn, version_id)
    return version


def listed(version: PolicyVersion, default: int) -> dict[str, Any]:
    """A version without its document; *default* is the number of the one in force."""
    return {
        "VersionId": managed.version_id(version.number),
        "IsDefaultVersion": version.number == default,
        "CreateDate": version.created_at,
    }


def full(version: PolicyVersion, default: int) -> dict[str, Any]:
    """A version with its document."""
    return listed(version, default) | {"Document": shapes.encoded(version.document)}


def only(policy: managed.Managed) -> dict[str, Any]:
    """The one version of a policy of AWS that is known here."""
    return {
        "VersionId": policy.version_id,
        "IsDefaultVersion": True,
        "CreateDate": policy.updated_at,
    }


def _newest_first(version: PolicyVersion) -> str:
    """A key whose order is that of the list."""
    return f"{10**9 - version.number:010d}"
