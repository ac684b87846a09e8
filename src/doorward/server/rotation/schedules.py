"""What the API of scheduled rotations does, once who asks is known and may.

It is Doorward's own: AWS has none. Who schedules a rotation of a user's keys must be allowed to do
by hand what the server then does, and who reads the report must be allowed to read the credential
report.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from doorward.authz.access import Access
from doorward.authz.subject import subject
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.server.rotation.deliveries import Deliveries, Kind
from doorward.services.context import Context
from doorward.services.iam import paging, user_finders
from doorward.services.iam.errors import NoSuchEntity, ValidationError
from doorward.services.operation import Finder, Handler, Operation, Output, Parameters
from doorward.store import rotations, users
from doorward.store.tables.rotation import Rotation, Step
from doorward.store.tables.user import User

PERMISSIONS = ("iam:CreateAccessKey", "iam:UpdateAccessKey", "iam:DeleteAccessKey")
HOUR, DAY = 3_600, 86_400
SHORTEST_PERIOD, LONGEST_PERIOD = HOUR, 3_650 * DAY
LONGEST_WAIT = 365 * DAY
TARGET_CHARACTERS = 512
PAGE = 100
SCOPE = "ListAccessKeyRotations"
IN_HAND = frozenset({Step.CREATED, Step.DELIVERING, Step.UNDELIVERED})


class RotationUnderWay(AwsError):
    """The new key is on its way to its owner at this moment."""

    code = "ConcurrentModification"
    status = 409

    def __init__(self, user_name: str) -> None:
        super().__init__(f"A new key of {user_name} is being handed over; try again in a minute.")


class Schedules:
    """The operations, over the deliveries that this server offers."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        self.put_operation = _operation("PutAccessKeyRotation", self.put, of_user)
        self.delete_operation = _operation("DeleteAccessKeyRotation", self.delete, of_user)
        self.page_operation = _operation("ListAccessKeyRotations", self.page, of_account)

    def put(
        self,
        ctx: Context,
        *,
        user_name: str,
        period_seconds: int,
        unused_seconds: int,
        inactive_seconds: int,
        delivery: str,
        target: str,
    ) -> Output:
        """Schedule the rotation of a user's key; one under way goes on.

        Raises:
            NoSuchEntity: the account has no such user.
            ValidationError: a value is out of bounds, or this server hands no keys over like that.
        """
        user = _user(ctx, user_name)
        _check("PeriodSeconds", period_seconds, SHORTEST_PERIOD, LONGEST_PERIOD)
        _check("UnusedSeconds", unused_seconds, 0, LONGEST_WAIT)
        _check("InactiveSeconds", inactive_seconds, 0, LONGEST_WAIT)
        if delivery not in set(Kind):
            raise ValidationError(f"Delivery must be one of {', '.join(Kind)}")
        if len(target) > TARGET_CHARACTERS:
            raise ValidationError(f"Target must have at most {TARGET_CHARACTERS} characters")
        if reason := self._deliveries.refusal(ctx.account, Kind(delivery), target):
            raise ValidationError(reason)
        values: dict[str, Any] = {
            "period_seconds": period_seconds,
            "unused_seconds": unused_seconds,
            "inactive_seconds": inactive_seconds,
            "delivery": delivery,
            "target": target,
            "created_by": subject(ctx.world, ctx.caller, ctx.partition).principal.arn,
            "next_at": ctx.now,
        }
        found = rotations.find(ctx.db, ctx.account, user.id)
        if found is None:
            rotation = Rotation(ctx.account, user.id, created_at=ctx.now, **values)
            rotations.put(ctx.db, rotation)
        else:
            rotation = replace(found, **values)
            rotations.change(ctx.db, ctx.account, user.id, values)
        return {"Rotation": shown(rotation, user)}

    def delete(self, ctx: Context, *, user_name: str) -> Output:
        """Forget the schedule of a user; keys that are there stay as they are.

        Raises:
            NoSuchEntity: the account has no such user, or they have no schedule.
            RotationUnderWay: a new key is being handed over.
        """
        user = _user(ctx, user_name)
        found = rotations.find(ctx.db, ctx.account, user.id)
        if found is None:
            raise NoSuchEntity.saying(f"The user {user_name} has no scheduled rotation.")
        if found.step in IN_HAND:
            raise RotationUnderWay(user_name)
        rotations.remove(ctx.db, ctx.account, user.id)
        return {"Rotation": shown(found, user)}

    def page(self, ctx: Context, *, marker: str | None = None) -> Output:
        """List the schedules of the account, and how far each rotation has come.

        Raises:
            ValidationError: the marker was not made for this list.
        """
        after = paging.after(ctx, SCOPE, marker)
        found = rotations.page(ctx.db, ctx.account, after=after, limit=PAGE)
        listed = [shown(one, users.by_id(ctx.db, one.user_id)) for one in found.items]
        return {"Rotations": listed} | paging.end(ctx, SCOPE, found)


def of_user(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The user, for each thing that a rotation does to their keys."""
    access = user_finders.user(ctx, parameters)
    for action in PERMISSIONS:
        yield replace(access, action=action)


def of_account(ctx: Context, parameters: Parameters) -> Access:
    """The account's credentials as a whole."""
    del ctx, parameters
    return Access("iam:GetCredentialReport", "*")


def shown(rotation: Rotation, user: User | None) -> dict[str, Any]:
    """A rotation as the report shows it; of a user who is gone only the id is left."""
    members: dict[str, Any] = {
        "UserName": user.name if user else None,
        "UserId": rotation.user_id,
        "PeriodSeconds": rotation.period_seconds,
        "UnusedSeconds": rotation.unused_seconds,
        "InactiveSeconds": rotation.inactive_seconds,
        "Delivery": rotation.delivery,
        "Target": rotation.target or None,
        "CreatedBy": rotation.created_by,
        "CreateDate": _moment(rotation.created_at),
        "NextLookDate": _moment(rotation.next_at),
        "Step": str(rotation.step),
        "Status": str(rotation.status),
        "Reason": rotation.reason or None,
        "OldAccessKeyId": rotation.old_id,
        "NewAccessKeyId": rotation.new_id,
        "LastLookDate": _moment(rotation.looked_at),
        "LastRotatedDate": _moment(rotation.rotated_at),
    }
    return {name: value for name, value in members.items() if value is not None}


def _operation(name: str, handler: Handler, finder: Finder) -> Operation:
    return Operation("iam", name, handler, finder, reads=name.startswith("List"))


def _user(ctx: Context, user_name: str) -> User:
    found = users.find(ctx.db, ctx.account, user_name)
    if found is None:
        raise NoSuchEntity("user", user_name)
    return found


def _check(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ValidationError(f"{name} must be between {least} and {most}")


def _moment(value: datetime | None) -> str | None:
    return None if value is None else iso8601(value)
