"""Managed policies: creating, showing, deleting and tagging them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from doorward.base import arn
from doorward.base.limits import ACCOUNT_QUOTAS
from doorward.services.context import Context
from doorward.services.iam import documents, managed, paging, policy_finders
from doorward.services.iam import tags as tag_lists
from doorward.services.iam.errors import LimitExceeded
from doorward.services.iam.policy_errors import PolicyExists, PolicyInUse, VersionsLeft
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments, policies, policy_versions
from doorward.store.tables.policy import ManagedPolicy, PolicyVersion


@iam.operation(on=policy_finders.new_policy)
def create_policy(
    ctx: Context,
    *,
    policy_name: str,
    policy_document: str,
    path: str = "/",
    description: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Create a managed policy, whose document becomes its version `v1`.

    Raises:
        PolicyExists: the account has a policy of that name, in whatever case and path.
        MalformedPolicyDocument: the document is refused.
        LimitExceeded: the document is too long, or the account has no room for another policy.
        InvalidInput: a tag key is given twice.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
    """
    documents.managed(policy_document)
    if policies.named(ctx.db, ctx.account, policy_name):
        raise PolicyExists(policy_name)
    most = ACCOUNT_QUOTAS["Policies"]
    if policies.count(ctx.db, ctx.account) >= most:
        raise LimitExceeded("PoliciesPerAccount", most)
    policy = ManagedPolicy(
        id=ctx.ids.unique_id("ANPA"),
        account=ctx.account,
        name=policy_name,
        name_key=policy_name.lower(),
        path=path,
        arn=arn.entity(ctx.partition, ctx.account, "policy", path, policy_name),
        description=description,
        default_version=1,
        latest_version=1,
        created_at=ctx.now,
        updated_at=ctx.now,
        tags=tag_lists.checked(tags or []),
    )
    policies.add(ctx.db, policy)
    policy_versions.add(ctx.db, PolicyVersion(policy.id, 1, policy_document, ctx.now))
    created = managed.of_account(policy)
    return {"Policy": managed.Uses(ctx, [created]).full(created)}


@iam.operation(on=policy_finders.policy)
def get_policy(ctx: Context, *, policy_arn: str) -> Output:
    """Show a managed policy, without its document.

    Raises:
        PolicyNotFound: neither AWS nor the account has one of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html
    """
    policy = managed.known(ctx, policy_arn)
    return {"Policy": managed.Uses(ctx, [policy]).full(policy)}


@iam.operation(on=policy_finders.policy)
def delete_policy(ctx: Context, *, policy_arn: str) -> Output:
    """Delete a policy that nobody has any more, with its default and only version.

    Raises:
        PolicyNotFound: the account has no such policy.
        PolicyInUse: it is attached, or is a permissions boundary.
        VersionsLeft: it has versions besides the default one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    policy = managed.own(ctx, policy_arn)
    arns = [policy.arn]
    uses = attachments.counts(ctx.db, ctx.account, arns)[policy.arn]
    uses += attachments.boundary_counts(ctx.db, ctx.account, arns)[policy.arn]
    if uses:
        raise PolicyInUse
    if policy_versions.count(ctx.db, policy.id) > 1:
        raise VersionsLeft
    policies.remove(ctx.db, policy.id)
    return {}


@iam.operation(on=policy_finders.tagged_policy)
def tag_policy(ctx: Context, *, policy_arn: str, tags: list[dict[str, str]]) -> Output:
    """Add tags; a key that is there, in whatever case, gets the new value.

    Raises:
        PolicyNotFound: the account has no such policy.
        InvalidInput: a key is given twice.
        TooManyTags: it would have more than 50.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html
    """
    policy = managed.own(ctx, policy_arn)
    policies.change(ctx.db, policy.id, {"tags": tag_lists.added(policy.tags, tags)})
    return {}


@iam.operation(on=policy_finders.untagged_policy)
def untag_policy(ctx: Context, *, policy_arn: str, tag_keys: list[str]) -> Output:
    """Remove tags; keys that are not there are ignored.

    Raises:
        PolicyNotFound: the account has no such policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html
    """
    policy = managed.own(ctx, policy_arn)
    policies.change(ctx.db, policy.id, {"tags": tag_lists.removed(policy.tags, tag_keys)})
    return {}


@iam.operation(on=policy_finders.policy)
def list_policy_tags(
    ctx: Context, *, policy_arn: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of a policy by key; those of AWS have none.

    Raises:
        PolicyNotFound: neither AWS nor the account has one of that ARN.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html
    """
    policy = managed.known(ctx, policy_arn)
    return paging.tags(ctx, f"ListPolicyTags {policy.id}", policy.tags, marker, max_items)
