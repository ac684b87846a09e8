"""ListEntitiesForPolicy: who has a managed policy, as permissions or as a boundary."""

from sqlalchemy import Table

from doorward.services.context import Context
from doorward.services.iam import chain, managed, paging, policy_finders
from doorward.services.iam.chain import Read
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import attachments
from doorward.store.attachments import Named, Use
from doorward.store.page import Page
from doorward.store.tables.group import groups
from doorward.store.tables.role import roles
from doorward.store.tables.user import users

KINDS = {"Group": groups, "User": users, "Role": roles}
"""The kinds in the order in which pages run through them (assumed)."""


@iam.operation(on=policy_finders.policy)
def list_entities_for_policy(
    ctx: Context,
    *,
    policy_arn: str,
    entity_filter: str | None = None,
    path_prefix: str = "/",
    policy_usage_filter: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the users, groups and roles of the account that have a policy.

    The three lists share one page.

    Raises:
        PolicyNotFound: neither AWS nor the account has such a policy.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    policy = managed.known(ctx, policy_arn)
    use = Use(
        policy.arn,
        attached=policy_usage_filter != "PermissionsBoundary",
        bounding=policy_usage_filter != "PermissionsPolicy",
    )
    asked = [kind for kind in KINDS if entity_filter in {None, kind}]
    lists = {kind: _reader(ctx, KINDS[kind], use, path_prefix) for kind in asked}
    scope = f"ListEntitiesForPolicy {use} {entity_filter} {path_prefix}"
    page = chain.page(lists, paging.after(ctx, scope, marker), max_items)
    shown: dict[str, list[dict[str, str]]] = {f"Policy{kind}s": [] for kind in KINDS}
    for kind, one in page.items:
        shown[f"Policy{kind}s"].append({f"{kind}Name": one.name, f"{kind}Id": one.id})
    return shown | paging.end(ctx, scope, page)


def _reader(ctx: Context, table: Table, use: Use, prefix: str) -> Read[Named]:
    def read(after: str | None, limit: int) -> Page[Named]:
        return attachments.entities(
            ctx.db, ctx.account, table, use, prefix=prefix, after=after, limit=limit
        )

    return read
