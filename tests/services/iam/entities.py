"""Users, groups, roles and documents that tests of policies need."""

import json
from typing import Any

from doorward.services.context import Context
from doorward.store import groups, instance_profiles, roles, users
from doorward.store.tables.group import Group
from doorward.store.tables.instance_profile import InstanceProfile
from doorward.store.tables.role import Role
from doorward.store.tables.user import User

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def add_user(ctx: Context, name: str, *, path: str = "/", **more: Any) -> User:
    unique_id = ctx.ids.unique_id("AIDA")
    made = User(unique_id, ctx.account, name, name.lower(), path, ctx.now, **more)
    users.add(ctx.db, made)
    return made


def add_group(ctx: Context, name: str, *members: User, path: str = "/") -> Group:
    unique_id = ctx.ids.unique_id("AGPA")
    made = Group(unique_id, ctx.account, name, name.lower(), path, ctx.now)
    groups.add(ctx.db, made)
    for member in members:
        groups.join(ctx.db, ctx.account, group_id=made.id, user_id=member.id)
    return made


def add_role(ctx: Context, name: str, *, path: str = "/", **more: Any) -> Role:
    unique_id = ctx.ids.unique_id("AROA")
    made = Role(unique_id, ctx.account, name, name.lower(), path, ctx.now, TRUST, **more)
    roles.add(ctx.db, made)
    return made


def add_instance_profile(ctx: Context, name: str, role: Role) -> InstanceProfile:
    unique_id = ctx.ids.unique_id("AIPA")
    made = InstanceProfile(unique_id, ctx.account, name, name.lower(), "/", ctx.now, role.id)
    instance_profiles.add(ctx.db, made)
    return made


def statement(effect: str, action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


READ = document(statement("Allow", "s3:GetObject"))
WRITE = document(statement("Allow", "s3:PutObject"))
EVERYTHING = document(statement("Allow", "*"))
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
