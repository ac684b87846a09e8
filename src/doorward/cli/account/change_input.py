"""Changes as people give them: files in YAML or JSON, and words on the command line."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from doorward.analysis.account import changes
from doorward.analysis.account.change import Change
from doorward.base.errors import BadInput
from doorward.policy.errors import shown

FORM = "write `changes:` and a list, each with `do`"


def of_file(path: Path) -> tuple[Change, ...]:
    """The changes in a file; a policy may be the name of a file beside it.

    Raises:
        BadInput: it cannot be read, or holds none; says where and what was expected.
    """
    try:
        value = yaml.safe_load(path.read_text("utf-8-sig"))
    except OSError as error:
        raise BadInput(str(path), f"cannot be read: {error.strerror}", "check the path") from error
    except UnicodeDecodeError as error:
        raise BadInput(str(path), "is not text in UTF-8", FORM) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        at = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark is not None else str(path)
        raise BadInput(at, f"is no YAML: {error.problem}", FORM) from error
    except yaml.YAMLError as error:
        raise BadInput(str(path), "is no YAML", FORM) from error
    found = changes.read(value, str(path))
    return tuple(_with_file(one, path.parent) for one in found)


def of_words(text: str) -> Change:
    """The change that *text* says: what to do, and what that needs, in order.

    Raises:
        BadInput: it says none, or too little or too much.
    """
    where = f"--do '{shown(text)}'"
    try:
        do, *words = shlex.split(text)
    except ValueError as error:  # nothing at all, or a quotation mark alone
        raise BadInput(where, "says no change", "such as 'attach-policy alice x.json'") from error
    needed = changes.NEEDED.get(do)
    if needed is not None and len(words) != len(needed):
        form = " ".join((do, *(one.upper() for one in needed)))
        raise BadInput(where, f"{len(words)} words follow `{do}`", f"write '{form}'")
    given = {"do": do, **dict(zip(needed or (), words, strict=False))}
    (change,) = changes.read([given], where)
    return _with_file(Change(change.do, change.given, where), Path())


def _with_file(change: Change, folder: Path) -> Change:
    """*change*, with the text of the file that its policy names, if it names one."""
    given: Any = change.given.get("policy")
    if not isinstance(given, str) or given.lstrip().startswith("{"):
        return change
    path = folder / given
    if not path.is_file():
        if given.endswith((".json", ".yaml", ".yml")):
            raise BadInput(change.where, f"there is no file `{shown(given)}`", "check the path")
        return change
    try:
        made: Mapping[str, Any] = {**change.given, "policy": path.read_text("utf-8-sig")}
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), "cannot be read as text", "check the path") from error
    return Change(change.do, made, change.where)
