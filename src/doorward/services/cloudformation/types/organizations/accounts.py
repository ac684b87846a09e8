"""AWS::Organizations::Account.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-account.html
"""

from datetime import datetime
from typing import Any

from doorward.services.cloudformation.types import tags
from doorward.services.cloudformation.types.organizations.lists import SERVICE, parent, shown_tags
from doorward.services.cloudformation.types.provider import Call, Created, Facts, Properties
from doorward.services.cloudformation.types.refusals import (
    InvalidRequest,
    NotStabilized,
    NotUpdatable,
)
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import TAGS, TEXT, TEXTS, structure
from doorward.services.cloudformation.types.steps import undone_by, unless

GONE = ("AccountNotFoundException", "AccountAlreadyClosedException")
FIXED = ("AccountName", "Email", "RoleName")
ATTRIBUTES = ("Arn", "Status", "State", "JoinedMethod", "JoinedTimestamp", "Paths")


def create(call: Call, properties: Properties, facts: Facts) -> Created:
    """Make the account and move it to its parent.

    An account cannot be deleted: if the move is refused, the new account is closed.

    Raises:
        InvalidRequest: it is to have several parents.
        NotStabilized: the account was not made.
    """
    _check(properties)
    role = {"role_name": properties["RoleName"]} if "RoleName" in properties else {}
    begun = call(
        SERVICE,
        "create_account",
        account_name=properties["AccountName"],
        email=properties["Email"],
        tags=tags.listed(tags.wanted(properties, facts)),
        **role,
    )["CreateAccountStatus"]
    status = call(SERVICE, "describe_create_account_status", create_account_request_id=begun["Id"])[
        "CreateAccountStatus"
    ]
    if status["State"] != "SUCCEEDED":
        reason = status.get("FailureReason", status["State"])
        raise NotStabilized(f"Account creation failed with the reason: {reason}")
    account = status["AccountId"]
    with undone_by(lambda: delete(call, account, properties, facts), account):
        _move(call, account, properties)
        return _shown(call, account)


def update(call: Call, physical_id: str, old: Properties, new: Properties, facts: Facts) -> Created:
    """Move the account, and bring tags up to date.

    Raises:
        NotUpdatable: name, address or role are to change.
    """
    _check(new)
    for name in FIXED:
        if old.get(name) != new.get(name):
            raise NotUpdatable(f"Property {name} of AWS::Organizations::Account cannot be updated")
    if old.get("ParentIds") != new.get("ParentIds"):
        _move(call, physical_id, new)
    tags.bring(call, SERVICE, tags.changed(old, new, facts), resource_id=physical_id)
    return _shown(call, physical_id)


def delete(call: Call, physical_id: str, _properties: Properties, _facts: Facts) -> None:
    """Close the account."""
    with unless(*GONE):
        call(SERVICE, "close_account", account_id=physical_id)


def read(call: Call, physical_id: str, facts: Facts) -> Properties | None:
    """The account as it is; nothing once it is closed."""
    with unless(*GONE):
        found = call(SERVICE, "describe_account", account_id=physical_id)["Account"]
        if found["Status"] != "ACTIVE":
            return None
        return {
            "AccountName": found["Name"],
            "Email": found["Email"],
            "ParentIds": [parent(call, physical_id)],
            **shown_tags(call, physical_id, facts),
        }
    return None


def _check(properties: Properties) -> None:
    if len(properties.get("ParentIds", ())) > 1:
        raise InvalidRequest("Can not specify more than one parent id in request for accountId")


def _move(call: Call, account: str, properties: Properties) -> None:
    """Move the account to its one parent; where the template names none, it stays."""
    for wanted in properties.get("ParentIds", ()):
        now = parent(call, account)
        if now != wanted:
            call(
                SERVICE,
                "move_account",
                account_id=account,
                source_parent_id=now,
                destination_parent_id=wanted,
            )


def _shown(call: Call, account: str) -> Created:
    found = call(SERVICE, "describe_account", account_id=account)["Account"]
    values = {name: _plain(found[name]) for name in ATTRIBUTES if name in found}
    return Created(account, {"AccountId": account, **values})


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


TYPES = (
    ResourceType(
        "AWS::Organizations::Account",
        structure(
            {
                "AccountName": TEXT,
                "Email": TEXT,
                "ParentIds": TEXTS,
                "RoleName": TEXT,
                "Tags": TAGS,
            },
            "AccountName",
            "Email",
        ),
        create,
        update,
        delete,
        read,
        ("AccountId", *ATTRIBUTES),
    ),
)
