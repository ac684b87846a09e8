"""No operation on users, groups and credentials reads a whole table."""

from collections.abc import Callable

import pytest

from doorward.services.context import Context
from doorward.services.iam import (
    access_keys,
    account,
    credential_report,
    groups,
    login_profiles,
    users,
)
from doorward.store import users as user_queries
from services.support import ACCOUNT, World
from store import plans

PASSWORD = "Correct-Horse-1"
OPERATIONS: list[Callable[[Context], object]] = [
    lambda ctx: users.create_user(ctx, user_name="bob"),
    lambda ctx: users.get_user(ctx, user_name="alice"),
    lambda ctx: users.update_user(ctx, user_name="alice", new_user_name="bob", new_path="/a/"),
    lambda ctx: users.list_users(ctx, path_prefix="/a/"),
    lambda ctx: users.list_users(ctx, marker=users.list_users(ctx, max_items=1)["Marker"]),
    lambda ctx: users.delete_user(ctx, user_name="carol"),
    lambda ctx: groups.create_group(ctx, group_name="crew"),
    lambda ctx: groups.get_group(ctx, group_name="staff"),
    lambda ctx: groups.update_group(ctx, group_name="staff", new_group_name="crew"),
    groups.list_groups,
    lambda ctx: groups.list_groups_for_user(ctx, user_name="alice"),
    lambda ctx: groups.add_user_to_group(ctx, group_name="staff", user_name="carol"),
    lambda ctx: groups.remove_user_from_group(ctx, group_name="staff", user_name="alice"),
    lambda ctx: groups.delete_group(ctx, group_name="empty"),
    lambda ctx: access_keys.create_access_key(ctx, user_name="alice"),
    lambda ctx: access_keys.list_access_keys(ctx, user_name="alice"),
    lambda ctx: login_profiles.get_login_profile(ctx, user_name="alice"),
    lambda ctx: login_profiles.update_login_profile(
        ctx, user_name="alice", password_reset_required=True
    ),
    lambda ctx: login_profiles.delete_login_profile(ctx, user_name="alice"),
    lambda ctx: account.create_account_alias(ctx, account_alias="ours"),
    account.get_account_summary,
    credential_report.generate_credential_report,
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_query_uses_an_index(
    world: World, ctx: Context, operation: Callable[[Context], object]
) -> None:
    for name in ["alice", "carol"]:
        users.create_user(ctx, user_name=name)
    for name in ["staff", "empty"]:
        groups.create_group(ctx, group_name=name)
    groups.add_user_to_group(ctx, group_name="staff", user_name="alice")
    login_profiles.create_login_profile(ctx, user_name="alice", password=PASSWORD)

    with plans.watched(world.db) as statements:
        operation(ctx)
    assert statements
    assert plans.scans(world.db, statements) == []


@pytest.mark.parametrize("operation", ["update", "delete"])
def test_a_key_is_changed_by_its_id(world: World, ctx: Context, operation: str) -> None:
    users.create_user(ctx, user_name="alice")
    key = access_keys.create_access_key(ctx, user_name="alice")["AccessKey"]["AccessKeyId"]
    caller = world.user(user_queries.find(ctx.db, ACCOUNT, "alice"))

    with plans.watched(world.db) as statements:
        if operation == "update":
            access_keys.update_access_key(caller, access_key_id=key, status="Inactive")
        else:
            access_keys.delete_access_key(caller, access_key_id=key)
    assert plans.scans(world.db, statements) == []
