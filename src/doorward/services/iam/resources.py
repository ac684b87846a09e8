"""Finders: what the operations of IAM are authorized on.

Each reads the store before the decision, because the ARN holds the stored path and conditions ask
for the tags. A missing entity yields the ARN it would have at path `/`, so that who may not ask
does not learn what exists. Denials name entities in IAM's own way, such as `user bob`.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.store import groups, users
from doorward.store import instance_profiles as profile_queries
from doorward.store import providers as provider_queries
from doorward.store import roles as role_queries
from doorward.store.tables.role import Role
from doorward.store.tables.user import User

BOUNDARY = "iam:permissionsboundary"


def anything(ctx: Context, parameters: Parameters) -> Access:
    """All of the account: actions without a resource type."""
    del ctx, parameters
    return Access(OWN_ACTION, "*")


def user(ctx: Context, parameters: Parameters) -> Access:
    """The user of `UserName`."""
    name = parameters["UserName"]
    found = users.find(ctx.db, ctx.account, name)
    return _principal(ctx, "user", name, found)


def role(ctx: Context, parameters: Parameters) -> Access:
    """The role of `RoleName`."""
    name = parameters["RoleName"]
    found = role_queries.find(ctx.db, ctx.account, name)
    return _principal(ctx, "role", name, found)


def without_boundary(finder: Finder) -> Finder:
    """What *finder* finds, for actions that know no `iam:PermissionsBoundary`."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = one(finder, ctx, parameters)
        context = {key: value for key, value in access.context.items() if key != BOUNDARY}
        return replace(access, context=context)

    return find


def group(ctx: Context, parameters: Parameters) -> Access:
    """The group of `GroupName`."""
    name = parameters["GroupName"]
    found = groups.find(ctx.db, ctx.account, name)
    path = found.path if found else "/"
    resource = arn.entity(ctx.partition, ctx.account, "group", path, found.name if found else name)
    return Access(OWN_ACTION, resource, named=f"group {name}")


def request_tags(parameters: Parameters) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys` of the `Tags` in a request; empty without any."""
    tags: list[Mapping[str, str]] = parameters.get("Tags") or []
    if not tags:
        return {}
    keys: dict[str, Value] = {f"aws:requesttag/{tag['Key'].lower()}": tag["Value"] for tag in tags}
    return keys | {"aws:tagkeys": tuple(tag["Key"] for tag in tags)}


def tagging(finder: Finder) -> Finder:
    """What *finder* finds, and the `Tags` of the request that it is to get."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = one(finder, ctx, parameters)
        return replace(access, context={**access.context, **request_tags(parameters)})

    return find


def untagging(finder: Finder) -> Finder:
    """What *finder* finds, and the `TagKeys` of the request that it is to lose."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = one(finder, ctx, parameters)
        keys: dict[str, Value] = {"aws:tagkeys": tuple(parameters["TagKeys"])}
        return replace(access, context={**access.context, **keys})

    return find


def creating(kind: str, member: str, tag_action: str = OWN_ACTION) -> Finder:
    """The entity of *kind* to be, named by *member*; with tags, *tag_action* on it too.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
    """

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        path = parameters.get("Path") or "/"
        resource = arn.entity(ctx.partition, ctx.account, kind, path, parameters[member])
        tags = request_tags(parameters)
        context = dict(tags)
        if boundary := parameters.get("PermissionsBoundary"):
            context[BOUNDARY] = boundary
        yield Access(OWN_ACTION, resource, context=context)
        if tags:
            yield Access(tag_action, resource, context=tags)

    return find


def one(finder: Finder, ctx: Context, parameters: Parameters) -> Access:
    """The first access that *finder* finds."""
    found = finder(ctx, parameters)
    return found if isinstance(found, Access) else next(iter(found))


def listed(kind: str) -> Finder:
    """The entities of *kind* under `PathPrefix`, such as `arn:aws:iam::123456789012:user/`.

    Observed, not documented: the reference knows no resource type for these actions, but denials
    name this ARN, and policies on it match.
    """

    def find(ctx: Context, parameters: Parameters) -> Access:
        prefix = parameters.get("PathPrefix") or "/"
        return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, kind + prefix))

    return find


def instance_profile(ctx: Context, parameters: Parameters) -> Access:
    """The instance profile of `InstanceProfileName`."""
    name = parameters["InstanceProfileName"]
    found = profile_queries.find(ctx.db, ctx.account, name)
    path, spelled, tags = (found.path, found.name, found.tags) if found else ("/", name, {})
    resource = arn.entity(ctx.partition, ctx.account, "instance-profile", path, spelled)
    return Access(OWN_ACTION, resource, tags=tags, named=f"instance profile {name}")


def instance_profile_and_passed_role(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The instance profile, and passing the role to EC2; denials of that name the role's ARN.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    yield instance_profile(ctx, parameters)
    passed = role(ctx, parameters)
    tags = {key: value for key, value in passed.context.items() if "tag/" in key}
    context: dict[str, Value] = tags | {"iam:passedtoservice": "ec2.amazonaws.com"}
    yield replace(passed, action="iam:PassRole", context=context, named=None)


def open_id_connect_provider(ctx: Context, parameters: Parameters) -> Access:
    """The OIDC provider of `OpenIDConnectProviderArn`."""
    name = parameters["OpenIDConnectProviderArn"]
    parsed = Arn.parse(name)
    account = parsed.account if parsed and arn.is_account(parsed.account) else ctx.account
    url = parsed.resource.partition("/")[2] if parsed else ""
    found = provider_queries.find(ctx.db, ctx.account, url) if account == ctx.account else None
    return Access(OWN_ACTION, name, account=account, tags=found.tags if found else {})


def new_open_id_connect_provider(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The OIDC provider to be, and tagging it where it gets tags from the start."""
    url = parameters["Url"].partition("://")[2] or parameters["Url"]
    resource = arn.iam(ctx.partition, ctx.account, f"oidc-provider/{url}")
    tags = request_tags(parameters)
    yield Access(OWN_ACTION, resource, context=tags)
    if tags:
        yield Access("iam:TagOpenIDConnectProvider", resource, context=tags)


def open_id_connect_providers(ctx: Context, parameters: Parameters) -> Access:
    """All OIDC providers. Observed, not documented: denials name them by a wildcard."""
    del parameters
    return Access(OWN_ACTION, arn.iam(ctx.partition, ctx.account, "oidc-provider/*"))


def _principal(ctx: Context, kind: str, name: str, found: User | Role | None) -> Access:
    if found is None:
        resource = arn.entity(ctx.partition, ctx.account, kind, "/", name)
        return Access(OWN_ACTION, resource, named=f"{kind} {name}")
    context: dict[str, Value] = {
        f"iam:resourcetag/{key.lower()}": value for key, value in found.tags.items()
    }
    if found.boundary:
        context[BOUNDARY] = found.boundary
    resource = arn.entity(ctx.partition, ctx.account, kind, found.path, found.name)
    return Access(OWN_ACTION, resource, context=context, tags=found.tags, named=f"{kind} {name}")


roles, instance_profiles = listed("role"), listed("instance-profile")
new_role = creating("role", "RoleName", "iam:TagRole")
new_instance_profile = creating("instance-profile", "InstanceProfileName", "iam:TagInstanceProfile")
plain_user, plain_role = without_boundary(user), without_boundary(role)
tagged_role, untagged_role = tagging(plain_role), untagging(plain_role)
tagged_instance_profile = tagging(instance_profile)
untagged_instance_profile = untagging(instance_profile)
tagged_open_id_connect_provider = tagging(open_id_connect_provider)
untagged_open_id_connect_provider = untagging(open_id_connect_provider)
