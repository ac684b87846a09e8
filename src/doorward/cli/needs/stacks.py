"""What deploying a template or a plan needs: the permissions of the handlers of its types.

AWS publishes them with each resource type, for all that the handlers may ever do; a resource that
does not use a property does not need what the property needs.

https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, ScalarNode
from yaml.nodes import Node as YamlNode

from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.cli.needs.need import Need, Needs
from doorward.services.cloudformation.template import schema

HANDLERS = ("create", "read", "update", "delete", "list")
PUBLISHED = "the handlers of the CloudFormation type"
BY_NAME = "the CloudFormation type of the same name; Terraform's provider may ask for others"
OTHERS = {"AWS::CloudFormation::WaitConditionHandle", "AWS::CloudFormation::WaitCondition"}
"""Types whose work CloudFormation does itself."""

TO_DO = {"create": ("create", "read"), "update": ("update", "read"), "delete": ("delete", "read")}
"""What Terraform calls it, and the handlers that do it."""


def needs(file: Path) -> Iterator[Needs]:
    """What each resource of *file* needs, a template or the JSON of `terraform show -json`.

    Raises:
        BadInput: it cannot be read, or is neither.
    """
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(file), "cannot be read", "check the path") from error
    if '"resource_changes"' in text:
        yield from _planned(file, text)
    else:
        yield from _template(file, text)


def _template(file: Path, text: str) -> Iterator[Needs]:
    for name, kind in _resources(file, text):
        yield _of_type(f"{name} ({kind})", kind, HANDLERS[:-1], PUBLISHED)


def _resources(file: Path, text: str) -> Iterator[tuple[str, str]]:
    """Each resource of the template with its type."""
    try:
        document = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"{file}:{line}", str(error.problem), "mend the YAML") from error
    except RecursionError as error:
        raise BadInput(str(file), "nested too deep", "") from error
    resources = _member(document, "Resources")
    if not isinstance(resources, MappingNode):
        help_text = "name a CloudFormation template or the JSON of `terraform show -json`"
        raise BadInput(str(file), "has no mapping `Resources`", help_text)
    for name, body in resources.value:
        kind = _member(body, "Type")
        if not isinstance(kind, ScalarNode):
            line = body.start_mark.line + 1
            raise BadInput(f"{file}:{line}", f"`{name.value}` has no Type", "give it one")
        yield str(name.value), str(kind.value)


def _member(node: YamlNode | None, name: str) -> YamlNode | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _planned(file: Path, text: str) -> Iterator[Needs]:
    try:
        plan = json.loads(text)
    except ValueError as error:
        raise BadInput(str(file), "is no JSON", "write it with `terraform show -json`") from error
    changes = plan.get("resource_changes") if isinstance(plan, dict) else None
    if not isinstance(changes, list):
        raise BadInput(str(file), "`resource_changes` is no list", "it is no plan of Terraform")
    for one in changes:
        if not isinstance(one, dict) or one.get("mode") == "data":
            continue
        asked = [each for each in _asked(one) if each in TO_DO]
        if asked:
            yield _of_terraform(str(one.get("address")), str(one.get("type")), asked)


def _asked(change: dict[str, Any]) -> list[str]:
    found = (change.get("change") or {}).get("actions")
    return [str(one) for one in found] if isinstance(found, list) else []


def _of_terraform(address: str, kind: str, asked: list[str]) -> Needs:
    type_ = _by_name().get(re.sub(r"_", "", kind.removeprefix("aws_")))
    if type_ is None or not kind.startswith("aws_"):
        why = f"no permissions are known of `{kind}`, and no CloudFormation type has its name"
        return Needs(address, unknown=why)
    wanted = tuple(dict.fromkeys(handler for each in asked for handler in TO_DO[each]))
    return _of_type(f"{address} (as {type_})", type_, wanted, BY_NAME)


@cache
def _by_name() -> dict[str, str]:
    """The types by their names without punctuation, such as `sqsqueue`."""
    return {
        "".join(one.split("::")[1:]).lower(): one
        for one in sorted(schema.types())
        if one.startswith("AWS::")
    }


def _of_type(subject: str, kind: str, handlers: tuple[str, ...], source: str) -> Needs:
    if kind in OTHERS:
        return Needs(subject)
    found = None if kind.startswith("Custom::") else schema.of(kind)
    if found is None or kind == schema.CUSTOM:
        custom = kind.startswith("Custom::") or kind == schema.CUSTOM
        why = "its own function decides" if custom else f"the type `{kind}` is not known"
        return Needs(subject, unknown=why)
    if not any(found.permissions.values()):
        return Needs(subject, unknown=f"AWS publishes no permissions of `{kind}`")
    made = {
        (handler, _named(action)): None
        for handler in handlers
        for action in found.permissions.get(handler, ())
    }
    return Needs(subject, tuple(Need(one, handler, source=source) for handler, one in made))


def _named(action: str) -> str:
    """The action as policies write it."""
    known = actions.find(action)
    return known.full_name if known is not None else action
