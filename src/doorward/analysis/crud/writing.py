"""A policy from a template: the actions of the catalogue on the resources that are named."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from doorward.analysis.crud.template import ASSUME, LEVELS, Template
from doorward.base.arn import Arn
from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.catalog.actions import Action, ResourceType
from doorward.catalog.globs import matches
from doorward.catalog.keys import PLACEHOLDER
from doorward.policy.document import Effect, Policy, Statement, Text, Texts, Version


@dataclass(frozen=True, slots=True)
class Written:
    """A policy, and what to know of it: `notes` are sentences."""

    policy: Policy
    notes: tuple[str, ...]


Groups = dict[tuple[str, tuple[str, ...]], dict[str, None]]
"""Actions by the name of their statement and its resources."""


def write(template: Template) -> Written:
    """The policy that *template* asks for.

    Raises:
        BadInput: it names what the catalogue does not know; says what.
    """
    groups: Groups = {}
    if template.actions is not None:
        _of_actions(template, groups)
    else:
        _of_arns(template, groups)
        _of_wildcards(template, groups)
    for key, arns in template.assumed.items():
        if arns:
            groups.setdefault((_sid("sts", key), arns), {})[ASSUME[key]] = None
    excluded = [one.lower() for one in template.excluded]
    statements: list[Statement] = []
    for (sid, arns), names in groups.items():
        kept = [one for one in names if not any(matches(each, one.lower()) for each in excluded)]
        if kept:
            statements.append(_statement(sid, sorted(kept), arns, len(statements)))
    policy = Policy(tuple(statements), Version.NEW)
    return Written(policy, tuple(_notes(policy)))


def _of_arns(template: Template, groups: Groups) -> None:
    for key, level in LEVELS.items():
        by_type: dict[tuple[str, str], list[str]] = {}
        for arn in template.arns.get(key, ()):
            for kind in kinds(arn):
                by_type.setdefault((kind.service, kind.name), []).append(arn)
        for (service, name), arns in by_type.items():
            found = [one.full_name for one in of_type(service, name, level)]
            if found:
                sid = _sid(service, key, name)
                groups.setdefault((sid, tuple(arns)), {}).update(dict.fromkeys(found))


def _of_wildcards(template: Template, groups: Groups) -> None:
    for name in template.single_actions:
        action = known(name)
        if action.resource_types:
            raise BadInput(
                "wildcard-only",
                f"`{action.full_name}` can be granted on resources",
                "name them by ARN, or move it to `skip-resource-constraints`",
            )
        groups.setdefault(("WildcardOnly", ("*",)), {})[action.full_name] = None
    for key, services in template.services.items():
        for service in services:
            if actions.service_name(service) is None:
                raise BadInput("wildcard-only", f"there is no service `{service}`", "such as `s3`")
            for action in actions.actions(service):
                if action.access_level == LEVELS[key] and not action.resource_types:
                    groups.setdefault(("WildcardOnly", ("*",)), {})[action.full_name] = None
    for name in template.unconstrained:
        groups.setdefault(("SkipResourceConstraints", ("*",)), {})[known(name).full_name] = None


def _of_actions(template: Template, groups: Groups) -> None:
    """Each action on all resources of its types, whose names are wildcards."""
    for name in template.actions or ():
        action = known(name)
        found = [
            kind
            for one in action.resource_types
            if (kind := actions.resource_type(action.service, one.name)) is not None
        ]
        if not found:
            groups.setdefault(("WildcardOnly", ("*",)), {})[action.full_name] = None
        for kind in found:
            key = action.access_level.lower().replace(" ", "-")
            arn = PLACEHOLDER.sub("*", kind.arn)
            groups.setdefault((_sid(action.service, key, kind.name), (arn,)), {})[
                action.full_name
            ] = None


def kinds(arn: str) -> list[ResourceType]:
    """The resource types that *arn* is of: those whose ARNs agree with it most closely.

    Raises:
        BadInput: it is no ARN, or one of no type that the catalogue knows.
    """
    parsed = Arn.parse(arn)
    if parsed is None:
        raise BadInput("", f"`{arn}` is no ARN", "write it whole: `arn:aws:s3:::reports/*`")
    fitting = [
        (len(PLACEHOLDER.sub("", one.arn)), one)
        for one in actions.resource_types(parsed.service)
        if matches(PLACEHOLDER.sub("*", one.arn), arn)
    ]
    if not fitting:
        names = [one.arn for one in actions.resource_types(parsed.service)][:3]
        help_text = f"such as {', '.join(names)}" if names else f"no service `{parsed.service}`"
        raise BadInput("", f"`{arn}` is of no resource type", help_text)
    closest = max(length for length, _ in fitting)
    return [one for length, one in fitting if length == closest]


def of_type(service: str, kind: str, level: str) -> Iterator[Action]:
    """The actions of an access level on resources of a type."""
    for one in actions.actions(service):
        if one.access_level == level and any(each.name == kind for each in one.resource_types):
            yield one


def known(name: str) -> Action:
    """The action *name*.

    Raises:
        BadInput: the catalogue does not know it.
    """
    found = actions.find(name)
    if found is None:
        raise BadInput("", f"no action `{name}`", "search for one: `doorward actions search WORD`")
    return found


def _sid(service: str, key: str, kind: str = "") -> str:
    """A name such as `S3ReadObject`."""
    words = re.split(r"[^a-zA-Z0-9]+", f"{service}-{key}-{kind}")
    return "".join(one[:1].upper() + one[1:] for one in words)


def _statement(sid: str, names: Iterable[str], arns: Iterable[str], index: int) -> Statement:
    return Statement(Effect.ALLOW, index, Text(sid), actions=_texts(names), resources=_texts(arns))


def _texts(found: Iterable[str]) -> Texts:
    return Texts(tuple(Text(one) for one in found))


def _notes(policy: Policy) -> Iterator[str]:
    """Dependent actions, which are not added: `iam:PassRole` on everything is too much."""
    names = {text.value for one in policy.statements for text in (one.actions or Texts(())).items}
    for name in sorted(names):
        action = actions.find(name)
        lacking = [one for one in (action.dependent_actions if action else ()) if one not in names]
        if lacking:
            yield f"{name} may need as well: {', '.join(lacking)}"
    if not policy.statements:
        yield "the template asks for nothing"
