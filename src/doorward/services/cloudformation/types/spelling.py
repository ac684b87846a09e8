"""Members of a template, `RuleName`, as services spell them that begin small: `ruleName`."""

from collections.abc import Mapping
from typing import Any


def small(value: Any) -> Any:
    """*value* with the names of its members begun small, at every depth."""
    return _spelled(value, lower=True)


def large(value: Any) -> Any:
    """*value* with the names of its members begun large, at every depth."""
    return _spelled(value, lower=False)


def _spelled(value: Any, *, lower: bool) -> Any:
    if isinstance(value, Mapping):
        return {
            (key[:1].lower() if lower else key[:1].upper()) + key[1:]: _spelled(one, lower=lower)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_spelled(one, lower=lower) for one in value]
    return value
