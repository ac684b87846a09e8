"""A policy for what is needed: one statement for each set of resources.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from doorward.analysis.generation.needed import CONDITIONED, Needed, distinct, written

VERSION = "2012-10-17"


def policy(found: Iterable[Needed], write: Callable[[str], str] = written) -> dict[str, Any]:
    """The policy that allows *found* and nothing else; without any it has no statement.

    Actions on the same resources under the same conditions share a statement, so that no action is
    allowed on a resource of another one. *write* makes text of a resource.
    """
    resources: defaultdict[tuple[str, tuple[tuple[str, str], ...]], list[str]] = defaultdict(list)
    for one in distinct(found):
        resources[one.action, one.conditions].append(write(one.resource))
    actions: defaultdict[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], list[str]]
    actions = defaultdict(list)
    for (action, conditions), texts in resources.items():
        actions[tuple(sorted(set(texts))), conditions].append(action)
    statements = [
        _statement(sorted(set(named)), texts, dict(conditions))
        for (texts, conditions), named in actions.items()
    ]
    statements.sort(key=lambda one: (one["Resource"] == "*", json.dumps(one["Action"])))
    return {"Version": VERSION, "Statement": statements}


def _statement(
    actions: list[str], resources: tuple[str, ...], conditions: Mapping[str, str]
) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": "Allow", "Action": _few(actions)}
    made["Resource"] = _few(resources)
    if conditions:
        named = {CONDITIONED[key]: value for key, value in conditions.items()}
        made["Condition"] = {"StringEquals": named}
    return made


def _few(texts: Iterable[str]) -> list[str] | str:
    """One text alone, several as a list."""
    found = list(texts)
    return found[0] if len(found) == 1 else found


def text(made: Mapping[str, Any]) -> str:
    """The policy as JSON for people to read."""
    return json.dumps(made, indent=2)
