"""Users, roles and trust policies for the tests of STS."""

import json

from doorward.services.iam.roles import create_role
from doorward.services.iam.users import create_user
from doorward.services.sts.assume_role import assume_role
from doorward.services.sts.service import sts
from doorward.store import inline_policies, roles, users
from services.support import ACCOUNT, NOW, accesses

AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/auditor"
ALICE = f"arn:aws:iam::{ACCOUNT}:user/alice"


def policy(effect="Allow", action="*", resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, action="sts:AssumeRole", **more):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make_user(world, name="alice", document=None, account=ACCOUNT, **more):
    root = world.root(account)
    create_user(root, user_name=name, **more)
    user = users.find(world.db, account, name)
    if document:
        inline_policies.put(world.db, account, user.id, "inline", document)
    return user


def make_role(world, name="auditor", document=None, account=ACCOUNT, **more):
    create_role(
        world.root(account),
        role_name=name,
        assume_role_policy_document=document or trust(ALICE),
        **more,
    )
    return roles.find(world.db, account, name)


def decisions(ctx, operation="AssumeRole", **parameters):
    """Each action that the operation asks for, with its decision."""
    found = accesses(sts, operation, ctx, **parameters)
    return {access.action: ctx.authorize(access) for access in found}


def allowed(ctx, role_arn=AUDITOR, **parameters):
    """Whether everything that AssumeRole asks for is allowed."""
    given = {"RoleArn": role_arn, "RoleSessionName": "audit", **parameters}
    return all(decision.allowed for decision in decisions(ctx, **given).values())


def assumed(ctx, role_arn=AUDITOR, **parameters):
    """The session that AssumeRole issues."""
    output = assume_role(ctx, role_arn=role_arn, role_session_name="audit", **parameters)
    return ctx.tokens.open(output["Credentials"]["SessionToken"])


def tags(**given):
    return [{"Key": key, "Value": value} for key, value in given.items()]


__all__ = [
    "ALICE",
    "AUDITOR",
    "NOW",
    "allowed",
    "assumed",
    "decisions",
    "make_role",
    "make_user",
    "policy",
    "tags",
    "trust",
]
