"""Whose report is asked for: a user, group, role or policy, its policies and its members."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from doorward.base.arn import Arn
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Policy
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.iam import holders, identity_policies, managed
from doorward.services.iam.holders import Holder
from doorward.store import attachments, groups
from doorward.store.attachments import Use
from doorward.store.tables.group import groups as group_table
from doorward.store.tables.role import roles as role_table
from doorward.store.tables.user import users as user_table

PER_READ = 1_000


@dataclass(frozen=True, slots=True)
class Subject:
    """The policies of what a report is about, and who uses them, each once."""

    policies: list[Policy]
    members: list[Holder]


def of(ctx: Context, arn: str) -> Subject:
    """The subject that *arn* names.

    Raises:
        InvalidInput: it is the ARN of something else.
        NoSuchEntity, PolicyNotFound: the account has none.
    """
    parsed = Arn.parse(arn)
    if parsed and parsed.service == "iam" and parsed.resource.startswith("policy/"):
        return _of_policy(ctx, arn)
    holder = identity_policies.holder(ctx, arn)
    texts = [policy.document for policy in identity_policies.of(ctx, holder)]
    members = list(_of_group(ctx, holder.id)) if holder.kind == "group" else [holder]
    return Subject([_read(text) for text in texts], members)


def _of_policy(ctx: Context, arn: str) -> Subject:
    policy = managed.known(ctx, arn)
    found = {one.id: one for one in _holding(ctx, arn)}
    return Subject([_read(managed.document(ctx, policy))], list(found.values()))


def _holding(ctx: Context, policy_arn: str) -> Iterator[Holder]:
    """The users and roles that have the policy, also by a group."""
    use = Use(policy_arn, bounding=False)
    tables = ((user_table, holders.user), (role_table, holders.role))
    for table, find in tables:
        after = None
        while True:
            page = attachments.entities(
                ctx.db, ctx.account, table, use, after=after, limit=PER_READ
            )
            yield from (find(ctx, one.name) for one in page.items)
            if (after := page.last) is None:
                break
    after = None
    while True:
        page = attachments.entities(
            ctx.db, ctx.account, group_table, use, after=after, limit=PER_READ
        )
        for one in page.items:
            yield from _of_group(ctx, one.id)
        if (after := page.last) is None:
            return


def _of_group(ctx: Context, group_id: str) -> Iterator[Holder]:
    """The members of a group."""
    after = None
    while True:
        page = groups.users_of(ctx.db, ctx.account, group_id, after=after, limit=PER_READ)
        for user in page.items:
            yield Holder("user", user.id, user.account, user.name, user.path, user.boundary)
        if (after := page.last) is None:
            return


def _read(text: str) -> Policy:
    return parse(text, limit=AWS_POLICY_DOCUMENT_CHARACTERS)


def shown(ctx: Context, holder: Holder) -> dict[str, Any]:
    """The holder as reports name it."""
    return {
        "Arn": holder.arn(ctx.partition),
        "Name": holder.name,
        "Type": holder.kind.upper(),
        "Id": holder.id,
        "Path": holder.path,
    }
