"""Tags in a request, as condition keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from doorward.engine.request import Value

TAG_KEYS = "aws:TagKeys"
MEMBERS = frozenset(
    {"tags", "taglist", "tagset", "tagging", "resourcetags", "tagstoadd", "addtags"}
)
KEY_MEMBERS = frozenset({"tagkeys", "tagkeylist", "tagstoremove", "removetags", "tagkeystoremove"})
KEYS = ("Key", "key", "TagKey", "tagKey")
VALUES = ("Value", "value", "TagValue", "tagValue")


def of_request(parameters: Mapping[str, Any]) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys`, from the members that hold tags or keys of tags."""
    given: dict[str, str] = {}
    keys: list[str] = []
    for name, value in parameters.items():
        folded = name.lower()
        if folded in MEMBERS:
            given.update(pairs(value))
        if folded in KEY_MEMBERS | MEMBERS and isinstance(value, list | tuple):
            keys += [one for one in value if isinstance(one, str)]
    return context(given, keys)


def context(given: Mapping[str, str], keys: Sequence[str] = ()) -> dict[str, Value]:
    """The condition keys of these tags, and of these keys of tags to take away."""
    named = tuple(dict.fromkeys([*given, *keys]))
    if not named:
        return {}
    found: dict[str, Value] = {f"aws:requesttag/{key.lower()}": one for key, one in given.items()}
    found["aws:tagkeys"] = named
    return found


def pairs(value: Any) -> dict[str, str]:
    """Tags in any of the shapes that services give them: a map, or a list of keys and values."""
    if isinstance(value, Mapping):
        inner = next((value[name] for name in ("TagSet", "Items", "Tags") if name in value), None)
        if inner is not None and not isinstance(inner, str):
            return pairs(inner)
        return {str(key): one for key, one in value.items() if isinstance(one, str)}
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        return {}
    found: dict[str, str] = {}
    for one in value:
        if isinstance(one, Mapping):
            key = next((one[name] for name in KEYS if isinstance(one.get(name), str)), None)
            if key is not None:
                told = next((one[name] for name in VALUES if isinstance(one.get(name), str)), "")
                found[key] = told
    return found
