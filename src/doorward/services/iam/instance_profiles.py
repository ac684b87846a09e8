"""Instance profiles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
"""

from typing import Any

from doorward.base import arn
from doorward.services.context import Context
from doorward.services.iam import paging, resources, role_shape, tags
from doorward.services.iam.errors import (
    DeleteConflict,
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.roles import found as found_role
from doorward.services.iam.roles import modifiable
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import instance_profiles, roles
from doorward.store.tables.instance_profile import InstanceProfile

PROFILES = 1_000


def found(ctx: Context, name: str) -> InstanceProfile:
    """The instance profile of that name.

    Raises:
        NoSuchEntity: the account has none.
    """
    profile = instance_profiles.find(ctx.db, ctx.account, name)
    if profile is None:
        raise NoSuchEntity.instance_profile(name)
    return profile


def listed(ctx: Context, profile: InstanceProfile) -> dict[str, Any]:
    """The profile with its role, as lists show it: without tags."""
    role = roles.by_id(ctx.db, profile.role_id) if profile.role_id else None
    return {
        "Path": profile.path,
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": profile_arn(ctx.partition, profile),
        "CreateDate": profile.created_at,
        "Roles": [role_shape.listed(ctx.db, ctx.partition, role)] if role else [],
    }


def full(ctx: Context, profile: InstanceProfile) -> dict[str, Any]:
    """The profile with its role and tags."""
    shown = listed(ctx, profile)
    return shown | {"Tags": tags.shown(profile.tags)} if profile.tags else shown


def profile_arn(partition: str, profile: InstanceProfile) -> str:
    """The ARN of *profile*, path included."""
    return arn.entity(partition, profile.account, "instance-profile", profile.path, profile.name)


@iam.operation(on=resources.new_instance_profile)
def create_instance_profile(
    ctx: Context,
    *,
    instance_profile_name: str,
    path: str = "/",
    tags: list[dict[str, str]] | None = None,
) -> Output:
    """Create an empty instance profile.

    Raises:
        EntityAlreadyExists: the account has one of that name, in whatever case.
        LimitExceeded: the account has no room for another.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
    """
    if instance_profiles.find(ctx.db, ctx.account, instance_profile_name):
        raise EntityAlreadyExists.instance_profile(instance_profile_name)
    if instance_profiles.count(ctx.db, ctx.account) >= PROFILES:
        raise LimitExceeded("InstanceProfilesPerAccount", PROFILES)
    profile = InstanceProfile(
        id=ctx.ids.unique_id("AIPA"),
        account=ctx.account,
        name=instance_profile_name,
        name_key=instance_profile_name.lower(),
        path=path,
        created_at=ctx.now,
        tags=checked_tags(tags or []),
    )
    instance_profiles.add(ctx.db, profile)
    return {"InstanceProfile": full(ctx, profile)}


checked_tags = tags.checked
added_tags = tags.added


@iam.operation(on=resources.instance_profile)
def get_instance_profile(ctx: Context, *, instance_profile_name: str) -> Output:
    """Show an instance profile.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html
    """
    return {"InstanceProfile": full(ctx, found(ctx, instance_profile_name))}


@iam.operation(on=resources.instance_profile)
def delete_instance_profile(ctx: Context, *, instance_profile_name: str) -> Output:
    """Delete an empty instance profile.

    Raises:
        NoSuchEntity: the account has none of that name.
        DeleteConflict: it holds a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html
    """
    profile = found(ctx, instance_profile_name)
    if profile.role_id:
        raise DeleteConflict("remove roles from instance profile")
    instance_profiles.remove(ctx.db, profile.id)
    return {}


@iam.operation(on=resources.instance_profiles)
def list_instance_profiles(
    ctx: Context, *, path_prefix: str = "/", marker: str | None = None, max_items: int = 100
) -> Output:
    """List instance profiles by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
    """
    scope = f"ListInstanceProfiles {path_prefix}"
    after = paging.after(ctx, scope, marker)
    page = instance_profiles.page(
        ctx.db, ctx.account, prefix=path_prefix, after=after, limit=max_items
    )
    shown = [listed(ctx, profile) for profile in page.items]
    return {"InstanceProfiles": shown} | paging.end(ctx, scope, page)


@iam.operation(on=resources.plain_role)
def list_instance_profiles_for_role(
    ctx: Context, *, role_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the instance profiles that hold a role.

    Raises:
        NoSuchEntity: the account has no such role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html
    """
    role = found_role(ctx, role_name)
    scope = f"ListInstanceProfilesForRole {role.id}"
    after = paging.after(ctx, scope, marker)
    page = instance_profiles.of_role(ctx.db, ctx.account, role.id, after=after, limit=max_items)
    shown = [listed(ctx, profile) for profile in page.items]
    return {"InstanceProfiles": shown} | paging.end(ctx, scope, page)


@iam.operation(on=resources.instance_profile_and_passed_role)
def add_role_to_instance_profile(
    ctx: Context, *, instance_profile_name: str, role_name: str
) -> Output:
    """Put a role into an empty instance profile; the caller must be allowed to pass the role.

    Raises:
        NoSuchEntity: the account has no such profile or role.
        LimitExceeded: the profile holds a role already.
        UnmodifiableEntity: the role belongs to an AWS service.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
    """
    profile = found(ctx, instance_profile_name)
    role = modifiable(ctx, role_name)
    if profile.role_id:
        raise LimitExceeded("InstanceSessionsPerInstanceProfile", 1)
    instance_profiles.change(ctx.db, profile.id, {"role_id": role.id})
    return {}


@iam.operation(on=resources.instance_profile)
def remove_role_from_instance_profile(
    ctx: Context, *, instance_profile_name: str, role_name: str
) -> Output:
    """Take the role out of an instance profile.

    Raises:
        NoSuchEntity: the account has no such profile or role, or the profile does not hold it.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveRoleFromInstanceProfile.html
    """
    profile = found(ctx, instance_profile_name)
    role = modifiable(ctx, role_name)
    if profile.role_id != role.id:
        raise NoSuchEntity("role", role_name)
    instance_profiles.change(ctx.db, profile.id, {"role_id": None})
    return {}


@iam.operation(on=resources.tagged_instance_profile)
def tag_instance_profile(
    ctx: Context, *, instance_profile_name: str, tags: list[dict[str, str]]
) -> Output:
    """Add tags to an instance profile.

    Raises:
        NoSuchEntity: the account has none of that name.
        InvalidInput: a key is given twice.
        LimitExceeded: it would have more than 50 tags.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html
    """
    profile = found(ctx, instance_profile_name)
    instance_profiles.change(ctx.db, profile.id, {"tags": added_tags(profile.tags, tags)})
    return {}


@iam.operation(on=resources.untagged_instance_profile)
def untag_instance_profile(
    ctx: Context, *, instance_profile_name: str, tag_keys: list[str]
) -> Output:
    """Remove tags from an instance profile; keys that are not there are ignored.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html
    """
    profile = found(ctx, instance_profile_name)
    changed = {"tags": tags.removed(profile.tags, tag_keys)}
    instance_profiles.change(ctx.db, profile.id, changed)
    return {}


@iam.operation(on=resources.instance_profile)
def list_instance_profile_tags(
    ctx: Context, *, instance_profile_name: str, marker: str | None = None, max_items: int = 100
) -> Output:
    """List the tags of an instance profile by key.

    Raises:
        NoSuchEntity: the account has none of that name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfileTags.html
    """
    profile = found(ctx, instance_profile_name)
    scope = f"ListInstanceProfileTags {profile.id}"
    return paging.tags(ctx, scope, profile.tags, marker, max_items)
