"""Writing the part of a seed that is IAM Identity Center."""

from collections.abc import Mapping

from sqlalchemy import Connection

from doorward.base import arn
from doorward.base.errors import BadInput
from doorward.server.seed.identity_center import (
    SeedIdentityCenter,
    SeedPermissionSet,
    SeedPerson,
)
from doorward.server.seed.tools import Tools
from doorward.server.signin import sso_people
from doorward.services.sso_admin import instances, provisioning
from doorward.services.sso_admin.provisioning import NotProvisioned
from doorward.store import (
    account_assignments,
    accounts,
    identity_groups,
    identity_passwords,
    identity_users,
    permission_sets,
    sso_instances,
)
from doorward.store.tables.account_assignment import AccountAssignment
from doorward.store.tables.identity_store_group import IdentityGroup, IdentityMembership
from doorward.store.tables.identity_store_user import IdentityUser
from doorward.store.tables.permission_set import PermissionSet
from doorward.store.tables.sso_instance import SsoInstance


def add(db: Connection, wanted: SeedIdentityCenter, tools: Tools) -> None:
    """Write what is *wanted*, after accounts, policies and organization.

    Raises:
        BadInput: the account has an instance, or an assignment cannot be made.
    """
    if accounts.find(db, wanted.account) is None:
        problem = f"account {wanted.account} is not in this file"
        raise BadInput(wanted.where, problem, "add it under `accounts`")
    if sso_instances.of_account(db, wanted.account) is not None:
        problem = f"account {wanted.account} has Identity Center already"
        raise BadInput(wanted.where, problem, "use an empty --data-dir, or --memory")
    instance_id, store_id = instances.new_ids(tools.ids)
    made = SsoInstance(
        instance_id, wanted.account, wanted.identity_store_id or store_id, "", tools.region,
        tools.now,
    )  # fmt: skip
    sso_instances.add(db, made)
    by = arn.root(tools.partition, wanted.account)
    users = {one.name: _user(db, made, one, by, tools) for one in wanted.users}
    groups = {
        name: _group(db, made, name, [users[one] for one in members], by, tools)
        for name, members in wanted.groups.items()
    }
    sets = {one.name: _set(db, made, one, tools) for one in wanted.permission_sets}
    _assign(db, made, wanted, users, groups, sets, tools)


def _user(db: Connection, one: SsoInstance, wanted: SeedPerson, by: str, tools: Tools) -> str:
    user = IdentityUser(
        id=tools.ids.request_id(),
        account=one.account,
        name=wanted.name,
        name_key=wanted.name.lower(),
        email_key=identity_users.digest(wanted.email or ""),
        created_at=tools.now,
        updated_at=tools.now,
        created_by=by,
        updated_by=by,
        attributes=dict(wanted.attributes),
    )
    identity_users.add(db, user)
    if wanted.password is not None:
        made = sso_people.made_password(user, wanted.password, tools.now)
        identity_passwords.put(db, made)
    return user.id


def _group(
    db: Connection, one: SsoInstance, name: str, members: list[str], by: str, tools: Tools
) -> str:
    group_id = tools.ids.request_id()
    key = identity_users.digest(name)
    identity_groups.add(
        db, IdentityGroup(group_id, one.account, name, key, tools.now, tools.now, by, by)
    )
    for user_id in members:
        made = IdentityMembership(
            tools.ids.request_id(), one.account, group_id, user_id, tools.now, by
        )
        identity_groups.join(db, made)
    return group_id


def _set(
    db: Connection, one: SsoInstance, wanted: SeedPermissionSet, tools: Tools
) -> PermissionSet:
    made = PermissionSet(
        id=f"ps-{tools.ids.token(8).hex()}",
        account=one.account,
        name=wanted.name,
        created_at=tools.now,
        session_duration=f"PT{wanted.session_hours}H",
        description=wanted.description,
        managed=list(wanted.managed),
        customer_managed=list(wanted.customer_managed),
        inline_policy=wanted.inline.text if wanted.inline else None,
        boundary=wanted.boundary,
    )
    permission_sets.add(db, made)
    return made


def _assign(
    db: Connection,
    one: SsoInstance,
    wanted: SeedIdentityCenter,
    users: Mapping[str, str],
    groups: Mapping[str, str],
    sets: Mapping[str, PermissionSet],
    tools: Tools,
) -> None:
    making = provisioning.Tools(tools.ids, tools.now, tools.partition, one.region)
    for each in wanted.assignments:
        if not sso_instances.covers(db, one, each.account):
            problem = f"account {each.account} is not in the organization of {one.account}"
            raise BadInput(each.where, problem, "users are let into its accounts only")
        found = sets[each.permission_set]
        try:
            provisioning.provision(db, making, found, each.account)
        except NotProvisioned as error:
            raise BadInput(each.where, str(error), "add the policy to that account") from error
        principals = [("USER", users[name]) for name in each.users]
        principals += [("GROUP", groups[name]) for name in each.groups]
        for kind, principal_id in principals:
            made = AccountAssignment(one.account, found.id, each.account, kind, principal_id)
            if not account_assignments.exists(db, made):
                account_assignments.add(db, made)
