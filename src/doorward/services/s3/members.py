"""The names of the model for the parameters of a handler.

Requests that make objects have half a hundred members, most of which are kept or checked as they
are. Their handlers take those together and pass them on under the model's names.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from doorward.wire import model


def named(operation: str, **given: Any) -> dict[str, Any]:
    """*given*, named like the parameters of the handler of *operation*, by the model's names."""
    names = _names(operation)
    return {names[name]: value for name, value in given.items()}


@lru_cache(maxsize=64)
def _names(operation: str) -> Mapping[str, str]:
    return {model.snake(one.name): one.name for one in model.parameters("s3", operation)}
