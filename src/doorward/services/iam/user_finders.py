"""Finders of the operations on users, their credentials and groups.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from collections.abc import Iterator
from dataclasses import replace

from doorward.authz.access import Access
from doorward.authz.compiled import resource_policy
from doorward.base import arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.iam import resources, self_service
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import access_keys, accounts, groups, users
from doorward.store.tables.user import User

SELF_CHANGE = (
    '{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{user_id}"}},'
    '"Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],"Resource":"*"}}}}'
)
"""What the account's password policy grants each user with AllowUsersToChangePassword."""


def user(ctx: Context, parameters: Parameters) -> Access:
    """The user of `UserName`, for actions that know no `iam:PermissionsBoundary`."""
    name = parameters["UserName"]
    return _user(ctx, name, users.find(ctx.db, ctx.account, name))


def renamed_user(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The user of `UserName`, and what they would be called: both must be permitted.

    The tags stay theirs (assumed: under the new name they are seen, too).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html
    """
    name = parameters["UserName"]
    found = users.find(ctx.db, ctx.account, name)
    source = _user(ctx, name, found)
    yield source
    path = parameters.get("NewPath") or (found.path if found else "/")
    new_name = parameters.get("NewUserName") or (found.name if found else name)
    target = arn.entity(ctx.partition, ctx.account, "user", path, new_name)
    if target != source.resource:
        yield replace(source, resource=target, named=None)


def user_or_caller(*, unnamed: str = "") -> Finder:
    """The user of `UserName`, or the caller where it is left out.

    *unnamed* is what denials put before the caller's name when it is left out.

    Raises:
        ValidationError: it is left out by a caller who is neither a user nor the root.
    """

    def find(ctx: Context, parameters: Parameters) -> Access:
        if parameters.get("UserName"):
            return user(ctx, parameters)
        owner = self_service.caller(ctx)
        if owner is None:
            return Access(OWN_ACTION, arn.root(ctx.partition, ctx.account))
        return replace(_user(ctx, owner.name, owner), named=f"user {unnamed}{owner.name}")

    return find


new_user = resources.creating("user", "UserName", "iam:TagUser")
new_group = resources.creating("group", "GroupName")
tagged_user, untagged_user = resources.tagging(user), resources.untagging(user)
caller = user_or_caller()
key_owner = user_or_caller(unnamed="null")
"""Observed, not documented: denied, ListAccessKeys and CreateAccessKey say `user nullalice`."""


def credential_owner(ctx: Context, parameters: Parameters) -> Access:
    """The user whose service-specific credentials are listed, or all users."""
    if parameters.get("AllUsers"):
        return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, "user/*"))
    return resources.one(caller, ctx, parameters)


def owner_of_key(ctx: Context, parameters: Parameters) -> Access:
    """The user whose access key `AccessKeyId` is; for one of nobody here, all users."""
    key_id = parameters["AccessKeyId"]
    named = f"access key {key_id}"
    key = access_keys.find(ctx.db, ctx.account, key_id)
    if key is None:
        return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, "user/*"), named=named)
    found = users.by_id(ctx.db, key.user_id)
    if found is None:
        return Access(OWN_ACTION, arn.root(ctx.partition, ctx.account), named=named)
    return replace(_user(ctx, found.name, found), named=named)


def own_password(ctx: Context, parameters: Parameters) -> Access:
    """The calling user, with what the password policy grants them; for others, the root's ARN."""
    del parameters
    found = users.by_id(ctx.db, ctx.caller.user_id) if ctx.caller.user_id else None
    if found is None:
        return Access(OWN_ACTION, arn.root(ctx.partition, ctx.account))
    return _self_changing(ctx, _user(ctx, found.name, found))


def password_policy(ctx: Context, parameters: Parameters) -> Access:
    """The account's password policy, with what it grants the calling user."""
    return _self_changing(ctx, resources.anything(ctx, parameters))


def renamed_group(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The group of `GroupName`, and what it would be called: both must be permitted.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html
    """
    source = resources.group(ctx, parameters)
    yield source
    name = parameters["GroupName"]
    found = groups.find(ctx.db, ctx.account, name)
    path = parameters.get("NewPath") or (found.path if found else "/")
    new_name = parameters.get("NewGroupName") or (found.name if found else name)
    target = arn.entity(ctx.partition, ctx.account, "group", path, new_name)
    if target != source.resource:
        yield replace(source, resource=target, named=None)


def _user(ctx: Context, name: str, found: User | None) -> Access:
    """The user *found*, named in denials as the request spells them."""
    if found is None:
        resource = arn.entity(ctx.partition, ctx.account, "user", "/", name)
        return Access(OWN_ACTION, resource, named=f"user {name}")
    context: dict[str, Value] = {
        f"iam:resourcetag/{key.lower()}": value for key, value in found.tags.items()
    }
    resource = arn.entity(ctx.partition, ctx.account, "user", found.path, found.name)
    return Access(OWN_ACTION, resource, context=context, tags=found.tags, named=f"user {name}")


def _self_changing(ctx: Context, access: Access) -> Access:
    """*access* with the account's own grant where the password policy makes it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_enable-user-change.html
    """
    account = accounts.find(ctx.db, ctx.account)
    policy = account.password_policy if account else None
    if ctx.caller.user_id is None or not (policy and policy.get("AllowUsersToChangePassword")):
        return access
    text = SELF_CHANGE.format(user_id=ctx.caller.user_id)
    return replace(access, policy=resource_policy(text, "AccountPasswordPolicy"))
