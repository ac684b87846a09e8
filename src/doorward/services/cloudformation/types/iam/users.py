"""AWS::IAM::User.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-user.html
"""

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.iam import principals
from doorward.services.cloudformation.types.iam.principals import GONE
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import BOOLEAN, TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

NAME_LIMIT = 64


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the user, then the password, the memberships and the policies."""
    name = properties.get("UserName") or facts.name(NAME_LIMIT)
    made = call(
        "iam",
        "create_user",
        user_name=name,
        tags=tags.listed(tags.wanted(properties, facts)),
        **principals.given(properties),
    )["User"]
    with undone_by(lambda: _unmake(call, name, properties), name):
        _password(call, name, {}, properties)
        _memberships(call, name, {}, properties)
        principals.give(call, "user", name, {}, properties)
    return Created(name, {"Arn": made["Arn"]})


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Bring path, boundary, password, memberships, policies and tags up to date."""
    if old.get("Path", "/") != new.get("Path", "/"):
        call("iam", "update_user", user_name=physical_id, new_path=new.get("Path", "/"))
    principals.change_boundary(call, "user", physical_id, old, new)
    _password(call, physical_id, old, new)
    _memberships(call, physical_id, old, new)
    principals.give(call, "user", physical_id, old, new)
    tags.bring(
        call,
        "iam",
        tags.changed(old, new, facts),
        "tag_user",
        "untag_user",
        user_name=physical_id,
    )
    found = call("iam", "get_user", user_name=physical_id)["User"]
    return Created(physical_id, {"Arn": found["Arn"]})


def delete(call: Call, physical_id: str, properties: Properties, _facts: Facts) -> None:
    """Take everything that holds a user back, access keys and all memberships too."""
    with unless(GONE):
        who = {"user_name": physical_id}
        for key in principals.pages(call, "list_access_keys", "AccessKeyMetadata", **who):
            call("iam", "delete_access_key", **who, access_key_id=key["AccessKeyId"])
        for group in principals.pages(call, "list_groups_for_user", "Groups", **who):
            call("iam", "remove_user_from_group", **who, group_name=group["GroupName"])
        _unmake(call, physical_id, properties)


def _unmake(call: Call, name: str, properties: Properties) -> None:
    """Delete the user with what its properties gave it."""
    _memberships(call, name, properties, {})
    principals.take(call, "user", name, properties)
    with unless(GONE):
        call("iam", "delete_login_profile", user_name=name)
    with unless(GONE):
        call("iam", "delete_user", user_name=name)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The user as it is; the password is not to be had."""
    with unless(GONE):
        found = call("iam", "get_user", user_name=physical_id)["User"]
        groups = principals.pages(call, "list_groups_for_user", "Groups", user_name=physical_id)
        return principals.filled(
            {
                "UserName": found["UserName"],
                "Path": found["Path"],
                "PermissionsBoundary": principals.boundary(found),
                "Groups": [one["GroupName"] for one in groups],
                **_profile(call, physical_id),
                **principals.held(call, "user", physical_id),
                **tags.shown(found.get("Tags", ()), facts),
            }
        )
    return None


def _password(call: Call, name: str, old: Properties, new: Properties) -> None:
    """Give, change or take the password.

    It cannot be compared with the one in force, so only a changed template changes it.
    """
    before, after = old.get("LoginProfile"), new.get("LoginProfile")
    if after == before:
        return
    if after is None:
        with unless(GONE):
            call("iam", "delete_login_profile", user_name=name)
        return
    values = {
        "user_name": name,
        "password": after["Password"],
        "password_reset_required": after.get("PasswordResetRequired", False),
    }
    if before is not None:
        with unless(GONE):
            call("iam", "update_login_profile", **values)
            return
    call("iam", "create_login_profile", **values)


def _memberships(call: Call, name: str, old: Properties, new: Properties) -> None:
    before, after = old.get("Groups", ()), new.get("Groups", ())
    for group in principals.added(before, after):
        call("iam", "add_user_to_group", user_name=name, group_name=group)
    for group in principals.added(after, before):
        with unless(GONE):
            call("iam", "remove_user_from_group", user_name=name, group_name=group)


def _profile(call: Call, name: str) -> Properties:
    with unless(GONE):
        found = call("iam", "get_login_profile", user_name=name)["LoginProfile"]
        reset = found.get("PasswordResetRequired", False)
        return {"LoginProfile": {"PasswordResetRequired": reset}}
    return {}


PROFILE = structure({"Password": TEXT, "PasswordResetRequired": BOOLEAN}, "Password")

TYPES = (
    ResourceType(
        "AWS::IAM::User",
        structure(
            {
                "UserName": TEXT,
                "Path": TEXT,
                "Groups": TEXTS,
                "LoginProfile": PROFILE,
                "PermissionsBoundary": TEXT,
                "Tags": TAGS,
                **principals.KEPT,
            }
        ),
        create,
        update,
        delete,
        read,
        ("Arn",),
    ),
)
