"""AssumeRoot: short sessions of a member account's root, for one task.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html
"""

from doorward.authn.caller import ASSUMED_ROOT, SessionKind
from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn, is_account
from doorward.catalog import managed_policies
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.services.sts import credentials
from doorward.services.sts.errors import Denied, ValidationError
from doorward.services.sts.service import sts
from doorward.store import accounts, organizations, root_features
from doorward.store.root_features import CREDENTIALS, SESSIONS

MOST_SECONDS = 900
TASKS = {
    "IAMAuditRootUserCredentials": CREDENTIALS,
    "IAMCreateRootUserPassword": CREDENTIALS,
    "IAMDeleteRootUserCredentials": CREDENTIALS,
    "S3UnlockBucketPolicy": SESSIONS,
    "SQSUnlockQueuePolicy": SESSIONS,
}
"""The policies of tasks, and the feature that the organization must have switched on for each."""

EVERYTHING = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
"""Task policies only deny; a session policy must allow as well."""


def target(ctx: Context, principal: str) -> str:
    """The account of *principal*, an account id or the ARN of a root.

    Raises:
        ValidationError: it is neither.
    """
    parsed = Arn.parse(principal)
    account = parsed.account if parsed else principal
    if not is_account(account) or principal not in {account, arn.root(ctx.partition, account)}:
        raise ValidationError(f"{principal} is invalid")  # assumed wording
    return account


def assumed(ctx: Context, parameters: Parameters) -> Access:
    """The root of the account; the caller's own permissions decide.

    Raises:
        ValidationError: the target is no account or root.
    """
    account = target(ctx, parameters["TargetPrincipal"])
    context: dict[str, Value] = {
        "sts:taskpolicyarn": parameters["TaskPolicyArn"].get("arn", ""),
        "aws:resourceaccount": account,
    }
    return Access(OWN_ACTION, arn.root(ctx.partition, account), context=context)


@sts.operation(on=assumed, reads=True)
def assume_root(
    ctx: Context,
    *,
    target_principal: str,
    task_policy_arn: dict[str, str],
    duration_seconds: int = MOST_SECONDS,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue credentials of the root of a member account, good for one task.

    Raises:
        Denied: the caller is a root user, or its account administers no organization that has the
            task switched on and the target as a member.
        ValidationError: the policy is none of a task.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
    """
    if ctx.caller.is_root:
        raise Denied("AssumeRoot cannot be called by root accounts.")  # assumed, as all below
    name = task_policy_arn.get("arn", "")
    task = name.removeprefix(f"arn:{ctx.partition}:iam::aws:policy/root-task/")
    policy = managed_policies.find(name)
    if task not in TASKS or policy is None:
        raise ValidationError(f"The task policy {name} is not supported.")
    account = target(ctx, target_principal)
    if not _administers(ctx, account, TASKS[task]):
        raise Denied(
            f"The account is not permitted to perform the task {task} on account {account}."
        )
    session = ctx.caller.session
    identity = session.source_identity if session else None
    issued = credentials.issue(
        ctx,
        SessionKind.ROOT,
        account,
        duration_seconds,
        principal_id=None,
        principal_name="",
        session_name="",
        source_identity=identity,
        policies=(EVERYTHING, policy.document),
        scoped=True,
        context=((ASSUMED_ROOT, ("true",)),),
        at_least=minimum_session_token_size,
    )
    return issued | ({"SourceIdentity": identity} if identity else {})


def _administers(ctx: Context, account: str, feature: str) -> bool:
    """Whether the caller's account may do tasks of *feature* as the root of *account*."""
    own = organizations.find_account(ctx.db, ctx.account)
    other = organizations.find_account(ctx.db, account)
    if own is None or other is None or own.organization_id != other.organization_id:
        return False
    found = organizations.find(ctx.db, own.organization_id)
    held = accounts.find(ctx.db, account)
    if found is None or held is None or held.closed_at or found.management_account == account:
        return False
    return (
        found.feature_set == "ALL"
        and root_features.administers(ctx.db, found, ctx.account)
        and root_features.is_trusted(ctx.db, found.id)
        and feature in root_features.of(ctx.db, found.id)
    )
