"""JSON of strangers: objects only, no key twice, no numbers that JSON does not have."""

import json
from typing import Any


def read_object(data: bytes) -> dict[str, Any]:
    """The object that *data* spells, UTF-8.

    Raises:
        ValueError: it is none, or has a key twice.
    """
    try:
        found = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # refuses halves of characters
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")  # noqa: TRY004 - all that is wrong here is the value
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _no_constant(text: str) -> None:
    raise ValueError(text)
