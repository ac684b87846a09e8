"""Attributes of users: what the API calls them, and changing them by path.

https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.services.identitystore.errors import ValidationException

NAME = "UserName"
EXTENSIONS = "aws:identitystore:"
TEXTS = frozenset(
    {
        "DisplayName", "NickName", "ProfileUrl", "UserType", "Title", "PreferredLanguage",
        "Locale", "Timezone", "Website", "Birthdate",
    }
)  # fmt: skip
LISTS: Mapping[str, int] = {
    "Emails": 1, "Addresses": 1, "PhoneNumbers": 1, "Roles": 1, "Photos": 3,
}  # fmt: skip
NAME_PARTS = frozenset(
    {
        "Formatted", "FamilyName", "GivenName", "MiddleName", "HonorificPrefix",
        "HonorificSuffix",
    }
)  # fmt: skip
ITEM_PARTS = frozenset(
    {
        "Value", "Type", "Primary", "Display", "StreetAddress", "Locality", "Region",
        "PostalCode", "Country", "Formatted",
    }
)  # fmt: skip
CHARACTERS = 1_024


def spelled(name: str) -> str:
    """A name of a path, such as `displayName`, as the API's members are spelled."""
    return name[:1].upper() + name[1:]


def email(attributes: Mapping[str, Any]) -> str:
    """The user's e-mail address, empty where there is none."""
    found = attributes.get("Emails") or [{}]
    return str(found[0].get("Value") or "")


def changed(attributes: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """*attributes* with *value* at *path*; without a value it is removed.

    Raises:
        ValidationException: there is no such attribute, or the value is not of its type.
    """
    kept = dict(attributes)
    if path.lower().startswith(EXTENSIONS):
        return _extended(kept, path, value)
    first, _, rest = path.partition(".")
    name = spelled(first)
    if name == "Name":
        kept[name] = _name(dict(kept.get(name) or {}), spelled(rest), value)
    elif rest:
        raise ValidationException(f"The attribute {path} cannot be changed by itself.")
    elif name in TEXTS:
        kept[name] = None if value is None else _text(path, value)
    elif name in LISTS:
        kept[name] = None if value is None else _items(path, name, value)
    else:
        raise ValidationException(f"The attribute {path} is not known.")
    return {key: found for key, found in kept.items() if found not in (None, {}, [])}


def _name(parts: dict[str, Any], part: str, value: Any) -> dict[str, Any]:
    if not part:
        if value is None:
            return {}
        return _members("name", value, NAME_PARTS)
    if part not in NAME_PARTS:
        raise ValidationException(f"The attribute name.{part} is not known.")
    parts[part] = None if value is None else _text(part, value)
    return {key: found for key, found in parts.items() if found is not None}


def _extended(kept: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    extensions = dict(kept.get("Extensions") or {})
    name, _, rest = path.partition(".")
    if rest:
        raise ValidationException(f"The attribute {path} cannot be changed by itself.")
    if value is None:
        extensions.pop(name, None)
    else:
        extensions[name] = value
    kept["Extensions"] = extensions
    return {key: found for key, found in kept.items() if found}


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= CHARACTERS:
        raise ValidationException(f"The attribute {path} must be text of 1 to 1024 characters.")
    return value


def _items(path: str, name: str, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > LISTS[name]:
        raise ValidationException(f"The attribute {path} must be a list of {LISTS[name]} or less.")
    return [_members(path, one, ITEM_PARTS) for one in value]


def _members(path: str, value: Any, allowed: frozenset[str]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValidationException(f"The attribute {path} must be a structure.")
    found: dict[str, Any] = {}
    for key, one in value.items():
        name = spelled(str(key))
        if name not in allowed:
            raise ValidationException(f"The attribute {path}.{key} is not known.")
        if name == "Primary":
            if not isinstance(one, bool):
                raise ValidationException(f"The attribute {path}.{key} must be a boolean.")
            found[name] = one
        else:
            found[name] = _text(f"{path}.{key}", one)
    return found
