"""A template from YAML, and back."""

from collections.abc import Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.nodes import Node as YamlNode

from doorward.analysis.crud.template import ASSUME, LEVELS, Template, Texts
from doorward.base.errors import BadInput

MOST_CHARACTERS = 500_000
SINGLE = "single-actions"
SERVICE = "service-"
LISTS = ("skip-resource-constraints", "exclude-actions", "actions")
KEYS = frozenset({"mode", "name", "wildcard-only", "sts", *LISTS, *LEVELS})


def read(text: str) -> Template:
    """The template that *text* is.

    Raises:
        BadInput: it is no YAML, or no template; says the line.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput("", f"longer than {MOST_CHARACTERS} characters", "part the template")
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"line {line}", str(error.problem), "mend the YAML") from error
    except RecursionError as error:
        raise BadInput("", "nested too deep", "") from error
    found = _members(node, "a template", KEYS)
    mode = _scalar(found["mode"]) if "mode" in found else ""
    if mode not in {"crud", "actions"}:
        raise BadInput("line 1", "`mode` must be `crud` or `actions`", "begin with `mode: crud`")
    wildcard = _members(
        found.get("wildcard-only"),
        "wildcard-only",
        frozenset({SINGLE, *(f"{SERVICE}{level}" for level in LEVELS)}),
    )
    assumed = _members(found.get("sts"), "sts", frozenset(ASSUME))
    if mode == "actions" and "actions" not in found:
        raise BadInput("line 1", "a template of mode `actions` needs the list `actions`", "")
    return Template(
        name=_scalar(found["name"]) if "name" in found else "",
        actions=_texts(found.get("actions")) if mode == "actions" else None,
        arns={level: _texts(found[level]) for level in LEVELS if level in found},
        single_actions=_texts(wildcard.get(SINGLE)),
        services={
            level: _texts(wildcard[f"{SERVICE}{level}"])
            for level in LEVELS
            if f"{SERVICE}{level}" in wildcard
        },
        unconstrained=_texts(found.get("skip-resource-constraints")),
        excluded=_texts(found.get("exclude-actions")),
        assumed={key: _texts(assumed[key]) for key in ASSUME if key in assumed},
    )


def _where(node: YamlNode) -> str:
    return f"line {node.start_mark.line + 1}"


def _empty(node: YamlNode | None) -> bool:
    return node is None or (isinstance(node, ScalarNode) and not node.value)


def _members(node: YamlNode | None, what: str, known: frozenset[str]) -> dict[str, YamlNode]:
    if node is None or _empty(node):
        return {}
    if not isinstance(node, MappingNode):
        raise BadInput(_where(node), f"{what} must be a mapping", f"of {', '.join(sorted(known))}")
    for key, _ in node.value:
        if key.value not in known:
            problem = f"{what} has no key `{key.value}`"
            raise BadInput(_where(key), problem, f"it has {', '.join(sorted(known))}")
    return {str(key.value): value for key, value in node.value}


def _scalar(node: YamlNode) -> str:
    if not isinstance(node, ScalarNode):
        raise BadInput(_where(node), "must be a text", "")
    return str(node.value)


def _texts(node: YamlNode | None) -> Texts:
    if node is None or _empty(node):
        return ()
    if not isinstance(node, SequenceNode):
        raise BadInput(_where(node), "must be a list of texts", "write `- ` before each of them")
    found = (_scalar(one).strip() for one in node.value)
    return tuple(dict.fromkeys(one for one in found if one))


def write(template: Template) -> str:
    """*template* as YAML, without what is empty."""
    made: dict[str, Any] = {"mode": "crud" if template.actions is None else "actions"}
    if template.name:
        made["name"] = template.name
    if template.actions is not None:
        made["actions"] = list(template.actions)
    made |= _lists(template.arns)
    wildcard = _lists({SINGLE: template.single_actions})
    wildcard |= _lists({f"{SERVICE}{level}": one for level, one in template.services.items()})
    if wildcard:
        made["wildcard-only"] = wildcard
    made |= _lists({"skip-resource-constraints": template.unconstrained})
    made |= _lists({"exclude-actions": template.excluded})
    if assumed := _lists(template.assumed):
        made["sts"] = assumed
    text: str = yaml.safe_dump(made, sort_keys=False, width=1_000)
    return text


def _lists(found: Mapping[str, Texts]) -> dict[str, list[str]]:
    return {key: list(one) for key, one in found.items() if one}
