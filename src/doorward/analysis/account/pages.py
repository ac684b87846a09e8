"""The answers of GetAccountAuthorizationDetails, page by page, and what tools print of them.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from doorward.base.errors import BadInput
from doorward.policy.errors import shown

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
KIND = "what `aws iam get-account-authorization-details` prints"


class Page(NamedTuple):
    """One answer, and where it stands: a file, and which of those in it."""

    where: str
    value: Mapping[str, Any]


class Item(NamedTuple):
    """One entry of a page's list, and where it stands."""

    where: str
    value: Mapping[str, Any]

    def get(self, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The member *name*, which is a *kind*; *default* where it is absent or null.

        Raises:
            BadInput: it is something else.
        """
        found = self.value.get(name)
        if found is None:
            return default
        if not isinstance(found, kind):
            raise BadInput(f"{self.where}.{name}", f"expected {_named(kind)}")
        return found

    def text(self, name: str) -> str:
        """The member *name*, which must be there."""
        found = self.get(name, str)
        if found is None:
            raise BadInput(self.where, f"has no `{name}`", f"expected {KIND}")
        return str(found)

    def date(self, name: str) -> datetime | None:
        """The member *name*, a date in any of the forms in which tools print them."""
        return date(self.get(name, (str, int, float, datetime)), f"{self.where}.{name}")

    def items(self, name: str) -> "Iterator[Item]":
        """The entries of the list *name*, none where it is absent."""
        for index, one in enumerate(self.get(name, list, ())):
            where = f"{self.where}.{name}[{index}]"
            if not isinstance(one, Mapping):
                raise BadInput(where, "expected an object")
            yield Item(where, one)


def _named(kind: type | tuple[type, ...]) -> str:
    first = kind[0] if isinstance(kind, tuple) else kind
    return {str: "text", list: "a list", dict: "an object", bool: "true or false"}.get(
        first, "a number"
    )


def date(value: str | float | datetime | None, where: str) -> datetime | None:
    """A date from text of ISO 8601 or from seconds since 1970.

    Raises:
        BadInput: it is none.
    """
    if value is None:
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError) as error:
        raise BadInput(where, f"`{shown(str(value))}` is no date") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
