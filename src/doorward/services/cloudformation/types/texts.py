"""Values as the attribute maps of SQS and SNS hold them, which are all text."""

import json
from collections.abc import Mapping
from typing import Any

from doorward.services.cloudformation.types import documents


def text(value: Any) -> str:
    """A value of the template as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return documents.text(value)
    return str(value)


def attributes(properties: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    """Those of *properties* that *names* has, as attributes; *names* has what stands for none."""
    return {name: text(properties[name]) for name in names if name in properties}


def changes(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Mapping[str, str]
) -> dict[str, str]:
    """The attributes that changed; one that is gone gets what stands for none."""
    return {
        name: text(new[name]) if name in new else default
        for name, default in names.items()
        if old.get(name) != new.get(name)
    }


def read(found: Mapping[str, str], names: Mapping[str, str], objects: tuple[str, ...]) -> Any:
    """The attributes as properties; those in *objects* are JSON."""
    return {
        name: json.loads(found[name]) if name in objects else found[name]
        for name in names
        if found.get(name)
    }
