"""What a deployment would change in a stack, as change sets show it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from doorward.services.cloudformation import masks
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.deployment import NO_ECHO, SECRET_ATTRIBUTES
from doorward.services.cloudformation.engine.row import Row
from doorward.services.cloudformation.engine.run import STACK_TYPE
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.submission import Submitted
from doorward.services.cloudformation.template import difference
from doorward.services.cloudformation.template.difference import Cause, Change, Detail, Resolved
from doorward.services.cloudformation.template.pseudo import UNKNOWN, written
from doorward.services.cloudformation.template.references import references
from doorward.services.cloudformation.template.resolve import Resolver
from doorward.services.context import Context
from doorward.store import stack_exports, stack_resources
from doorward.store.tables.stack import Stack

MARK = "\ufdd1"
"""A character that stands in no text, beside what is masked and has changed."""


def rows_of(ctx: Context, stack: Stack) -> dict[str, Row]:
    """The resources of *stack* that are there."""
    found = stack_resources.of_stack(ctx.db, ctx.account, stack.id)
    rows = (Row(one, works.open_state(ctx.secrets, one)) for one in found)
    return {row.logical_id: row for row in rows if row.there}


def refuse_new_types(ctx: Context, stack: Stack, submitted: Submitted) -> None:
    """Refuse a template that gives a resource another type under the same name.

    Raises:
        ValidationError: it does.
    """
    new = submitted.resolver.resources
    changed = sorted(
        name
        for name, row in rows_of(ctx, stack).items()
        if name in new and new[name].type != row.resource.type
    )
    if changed:
        raise ValidationError(
            "Update of resource type is not permitted. The new template modifies resource type "
            f"of the following resources: [{', '.join(changed)}]"
        )


def changes(
    ctx: Context, stack: Stack, submitted: Submitted, before: Plan | None
) -> list[dict[str, Any]]:
    """The changes of the resources, by logical id, as DescribeChangeSet lists them.

    Each has its details twice: with property values, AWS tells of some of them once more.

    Raises:
        ValidationError: a value has none.
    """
    rows = rows_of(ctx, stack)
    comparison = Comparison(ctx, stack, submitted, before, rows)
    old = {
        name: Resolved(
            name,
            row.resource.type,
            row.state.get("shown") or {},
            json.loads(row.resource.metadata) if row.resource.metadata else None,
            row.state.get("deletion_policy"),
            row.state.get("update_replace_policy"),
            stack.tags,
        )
        for name, row in rows.items()
    }
    new = comparison.resolved()
    plain = {one.logical_id: one for one in difference.changes(old, new)}
    valued = {one.logical_id: one for one in difference.changes(old, new, values=True)}
    for name, one in new.items():
        if name in old and name not in plain and one.type == STACK_TYPE:
            plain[name] = valued[name] = _looked_into(one)
    return [shown(plain[name], valued[name], rows, old, new) for name in sorted(plain)]


def _looked_into(stack: Resolved) -> Change:
    """What is told of a nested stack that stays as it is: its template may be another by now.

    Observed, not documented.
    """
    detail = Detail("Properties", None, "Never", "Dynamic", "Automatic")
    return Change("Modify", stack.logical_id, stack.type, "False", ("Properties",), (detail,))


class Comparison:
    """The resources as the new template has them, what is not known yet being so called."""

    def __init__(
        self,
        ctx: Context,
        stack: Stack,
        submitted: Submitted,
        before: Plan | None,
        rows: Mapping[str, Row],
    ) -> None:
        self.ctx = ctx
        self.stack = stack
        self.plan = submitted.plan
        self.before = before
        self.rows = rows
        self.replaced: set[str] = set()
        made = submitted.resolver
        self.resolver = Resolver(
            made.template, submitted.bound, made.pseudo, self._export, self._attribute
        )

    def resolved(self) -> dict[str, Resolved]:
        """Every resource in force.

        Raises:
            ValidationError: a value has none.
        """
        found: dict[str, Resolved] = {}
        for layer in self.resolver.order():
            for name in layer:
                found[name] = one = self._one(name)
                row = self.rows.get(name)
                if row is None:
                    self.replaced.add(name)
                    continue
                old = Resolved(name, row.resource.type, row.state.get("shown") or {})
                change = difference.changed(old, one)
                if change is not None and change.replacement == "True":
                    self.replaced.add(name)
        return found

    def _one(self, name: str) -> Resolved:
        resource = self.resolver.resources[name]
        deletion, replacing = self.resolver.policy(name)
        properties = self.resolver.properties(name, masked=True)
        for key, value in resource.properties.items():
            if key in properties and self._secretly_new(value):
                properties[key] = _marked(properties[key])
        return Resolved(
            name,
            resource.type,
            masks.value(properties, self._secrets()),
            self.resolver.metadata(name),
            deletion,
            replacing,
            self.plan.tags,
            {key: tuple(self._causes(value)) for key, value in resource.properties.items()},
        )

    def _secretly_new(self, value: Any) -> bool:
        """Whether a NoEcho parameter in *value* has another value than before."""
        hidden = self.resolver.bound.no_echo
        return any(one.entity in hidden for one in self._causes(value))

    def _secrets(self) -> list[str]:
        return [
            str(value)
            for row in self.rows.values()
            for name, value in row.attributes.items()
            if name in SECRET_ATTRIBUTES or row.attributes.get(NO_ECHO)
        ]

    def _causes(self, value: Any) -> Iterator[Cause]:
        """What the value comes from, as far as that changes."""
        texts = self.before.texts if self.before else {}
        for one in references(value, (), self.resolver.conditions):
            if one.name in self.plan.texts:
                if texts.get(one.name) != self.plan.texts[one.name]:
                    yield Cause("ParameterReference", one.name)
            elif one.name in self.replaced and one.name in self.rows:
                if one.attribute is None:
                    yield Cause("ResourceReference", one.name)
                else:
                    yield Cause("ResourceAttribute", f"{one.name}.{one.attribute}")

    def _attribute(self, logical_id: str, attribute: str | None) -> object:
        row = self.rows.get(logical_id)
        if row is None or logical_id in self.replaced:
            return UNKNOWN
        if attribute is None:
            return row.resource.physical_id
        return row.attributes.get(attribute, UNKNOWN)

    def _export(self, name: str) -> str | None:
        found = stack_exports.find(self.ctx.db, self.stack.account, self.stack.region, name)
        if found is None:
            return None
        return self.ctx.secrets.open(
            found.value,
            account=found.account,
            id=f"{found.region}/{name}",
            kind="stack export",
        )


def _marked(value: Any) -> Any:
    """*value* so that it differs from what was masked in the same way before."""
    match value:
        case str():
            return value.replace(masks.MASK, masks.MASK + MARK)
        case dict():
            return {name: _marked(one) for name, one in value.items()}
        case list():
            return [_marked(one) for one in value]
        case _:
            return value


def shown(
    change: Change,
    valued: Change,
    rows: Mapping[str, Row],
    old: Mapping[str, Resolved],
    new: Mapping[str, Resolved],
) -> dict[str, Any]:
    """One change as it is kept: what DescribeChangeSet shows with property values and without."""
    name = change.logical_id
    found: dict[str, Any] = {"Action": change.action, "LogicalResourceId": name}
    row = rows.get(name)
    if row is not None:
        found["PhysicalResourceId"] = row.resource.physical_id
    found["ResourceType"] = change.type
    if change.action == "Modify":
        found["Replacement"] = change.replacement
        if change.replacement == "True" and row is not None:
            retained = row.state.get("update_replace_policy") == "Retain"
            found["PolicyAction"] = "ReplaceAndRetain" if retained else "ReplaceAndDelete"
    if change.action == "Remove" and row is not None:
        retained = str(row.state.get("deletion_policy") or "").startswith("Retain")
        found["PolicyAction"] = "Retain" if retained else "Delete"
    found["Scope"] = list(change.scope)
    found["Details"] = [_detail(one) for one in change.details]
    found[VALUED] = [_detail(one) for one in valued.details]
    if name in old:
        found["BeforeContext"] = _context(old[name])
    if name in new:
        found["AfterContext"] = _context(new[name])
    return found


def _detail(detail: Detail) -> dict[str, Any]:
    target: dict[str, Any] = {
        "Attribute": detail.attribute,
        "RequiresRecreation": detail.recreation,
    }
    if detail.name is not None:
        target["Name"] = detail.name
        target["Path"] = f"/{detail.attribute}/{detail.name}"
    if detail.before is not None:
        target["BeforeValue"] = _text(detail.before)
    if detail.after is not None:
        target["AfterValue"] = _text(detail.after)
    kind = "Add" if detail.before is None else "Remove" if detail.after is None else "Modify"
    target["AttributeChangeType"] = kind
    found: dict[str, Any] = {
        "Target": target,
        "Evaluation": detail.evaluation,
        "ChangeSource": detail.source,
    }
    if detail.entity is not None:
        found["CausingEntity"] = detail.entity
    return found


def _context(resolved: Resolved) -> str:
    found: dict[str, Any] = {"Properties": written(dict(resolved.properties))}
    if resolved.metadata is not None:
        found["Metadata"] = written(resolved.metadata)
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).replace(MARK, "")


def _text(value: Any) -> str:
    plain = written(value)
    if not isinstance(plain, str):
        plain = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    return plain.replace(MARK, "")


VALUED = "ValuedDetails"
VALUES = ("BeforeContext", "AfterContext", VALUED)
TARGET_VALUES = ("Path", "BeforeValue", "AfterValue", "AttributeChangeType")


def with_values(change: Mapping[str, Any]) -> dict[str, Any]:
    """*change* as it is shown where property values are asked for."""
    found = {name: one for name, one in change.items() if name != VALUED}
    return found | {"Details": change[VALUED]}


def without_values(change: Mapping[str, Any]) -> dict[str, Any]:
    """*change* as it is shown where property values are not asked for."""
    found = {name: one for name, one in change.items() if name not in VALUES}
    found["Details"] = [
        {
            **one,
            "Target": {name: x for name, x in one["Target"].items() if name not in TARGET_VALUES},
        }
        for one in change["Details"]
    ]
    return found
