"""What rotation asks of IAM, and nothing more: users, their keys, and when those were used."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from doorward.cli.rotation.signed import SignedClient, child, members, text
from doorward.server.rotation.handover import NewKey

PAGE = "200"


class Key(NamedTuple):
    """An access key of a user, without its secret."""

    id: str
    active: bool
    created_at: datetime


class Directory(Protocol):
    """IAM as rotation uses it; `now` is in the time that the other moments are told in."""

    def now(self) -> datetime:
        """The present moment."""
        ...

    def users(self) -> Iterator[str]:
        """The names of all users."""
        ...

    def keys(self, user: str) -> list[Key]:
        """The keys of *user*."""
        ...

    def create(self, user: str) -> NewKey:
        """A new key of *user*."""
        ...

    def last_used(self, key_id: str) -> datetime | None:
        """When the key was last used, None where it never was."""
        ...

    def set_active(self, user: str, key_id: str, *, active: bool) -> None:
        """Switch a key on or off."""
        ...

    def delete(self, user: str, key_id: str) -> None:
        """Delete a key."""
        ...


class IamDirectory:
    """The directory behind *client*."""

    def __init__(self, client: SignedClient) -> None:
        self._client = client

    def now(self) -> datetime:
        """The present moment, in the server's time."""
        return self._client.now()

    def users(self) -> Iterator[str]:
        """The names of all users, page by page."""
        more: dict[str, str] = {}
        while True:
            page = self._client.call("ListUsers", MaxItems=PAGE, **more)
            yield from (text(user, "UserName") for user in members(page, "Users"))
            if text(page, "IsTruncated") != "true":
                return
            more = {"Marker": text(page, "Marker")}

    def keys(self, user: str) -> list[Key]:
        """The keys of *user*, the older first."""
        page = self._client.call("ListAccessKeys", UserName=user)
        found = [
            Key(
                text(one, "AccessKeyId"),
                text(one, "Status") == "Active",
                moment(text(one, "CreateDate")),
            )
            for one in members(page, "AccessKeyMetadata")
        ]
        return sorted(found, key=lambda key: key.created_at)

    def create(self, user: str) -> NewKey:
        """A new key of *user*."""
        made = child(self._client.call("CreateAccessKey", UserName=user), "AccessKey")
        created_at = moment(text(made, "CreateDate"))
        return NewKey(text(made, "AccessKeyId"), text(made, "SecretAccessKey"), created_at)

    def last_used(self, key_id: str) -> datetime | None:
        """When the key was last used, None where it never was."""
        answer = self._client.call("GetAccessKeyLastUsed", AccessKeyId=key_id)
        date = text(child(answer, "AccessKeyLastUsed"), "LastUsedDate")
        return moment(date) if date else None

    def set_active(self, user: str, key_id: str, *, active: bool) -> None:
        """Switch a key on or off."""
        status = "Active" if active else "Inactive"
        self._client.call("UpdateAccessKey", UserName=user, AccessKeyId=key_id, Status=status)

    def delete(self, user: str, key_id: str) -> None:
        """Delete a key."""
        self._client.call("DeleteAccessKey", UserName=user, AccessKeyId=key_id)


def moment(text_: str) -> datetime:
    """The moment that IAM wrote down.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text_).astimezone(UTC)
