"""A template from a policy, and what of the policy it cannot say.

Whole access levels on a resource become its ARN under that level; what is missing of a level is
excluded, as long as no other statement grants it. The rest is told, never widened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from doorward.analysis.crud.template import ASSUME, LEVELS, Template
from doorward.analysis.crud.writing import kinds, of_type, write
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import no_new_access
from doorward.base.errors import BadInput
from doorward.catalog import actions
from doorward.policy.document import Effect, Policy, Statement

KEYS = {level: key for key, level in LEVELS.items()}
ROLES = {action: key for key, action in ASSUME.items()}
Wanted = dict[tuple[str, str, str], list[str]]
"""What is granted on each resource: by service, type and ARN, the names of actions."""


@dataclass(frozen=True, slots=True)
class Made:
    """A template; `lost` is what it does not say, `verdict` how it compares."""

    template: Template
    lost: tuple[str, ...]
    verdict: str


@dataclass(slots=True)
class _Draft:
    """The template as it grows."""

    arns: dict[str, dict[str, None]] = field(default_factory=dict)
    single: dict[str, None] = field(default_factory=dict)
    unconstrained: dict[str, None] = field(default_factory=dict)
    excluded: dict[str, None] = field(default_factory=dict)
    assumed: dict[str, dict[str, None]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


def make(policy: Policy, name: str = "") -> Made:
    """A template that grants what *policy* does, as far as a template can."""
    draft = _Draft()
    wanted: list[tuple[Statement, Wanted]] = []
    for one in policy.statements:
        reason = _unsaid(one)
        if reason:
            draft.lost.append(f"statement {one.index + 1}: {reason}")
        else:
            wanted.append((one, _sorted(one, draft)))
    granted = {name for _, found in wanted for names in found.values() for name in names}
    granted |= {*draft.single, *draft.unconstrained}
    for one, found in wanted:
        _leveled(one, found, granted, draft)
    template = Template(
        name=name,
        arns={key: tuple(draft.arns[key]) for key in LEVELS if key in draft.arns},
        single_actions=tuple(draft.single),
        unconstrained=tuple(draft.unconstrained),
        excluded=tuple(draft.excluded),
        assumed={key: tuple(found) for key, found in draft.assumed.items()},
    )
    return Made(template, tuple(draft.lost), _compared(template, policy))


def _unsaid(one: Statement) -> str:
    """Why a template cannot say the statement at all; empty where it may."""
    if one.effect is Effect.DENY:
        return "a template has no Deny"
    if one.not_actions is not None or one.not_resources is not None:
        return "a template has no NotAction and no NotResource"
    if one.principals is not None or one.not_principals is not None:
        return "a template names no principals"
    if one.conditions:
        return "a template has no conditions"
    return "" if one.actions and one.resources else "it names no actions or no resources"


def _sorted(one: Statement, draft: _Draft) -> Wanted:
    """What the statement grants on resources by their type; the rest goes into *draft*."""
    wanted: Wanted = {}
    for text in one.actions.items if one.actions else ():
        names = list(actions.expand(text.value)) or [text.value]
        for name in names:
            action = actions.find(name)
            if action is None:
                draft.lost.append(f"statement {one.index + 1}: no action `{name}` is known")
                continue
            for place in one.resources.items if one.resources else ():
                _placed(one, action, place.value, wanted, draft)
    return wanted


def _placed(
    one: Statement, action: actions.Action, arn: str, wanted: Wanted, draft: _Draft
) -> None:
    name = action.full_name
    if arn == "*":
        held = draft.unconstrained if action.resource_types else draft.single
        held[name] = None
    elif name in ROLES:
        draft.assumed.setdefault(ROLES[name], {})[arn] = None
    else:
        types = {each.name for each in action.resource_types}
        try:
            fitting = [each for each in kinds(arn) if each.name in types]
        except BadInput as error:
            draft.lost.append(f"statement {one.index + 1}: {error}")
            return
        for kind in fitting if kind_service(arn) == action.service else ():
            wanted.setdefault((kind.service, kind.name, arn), []).append(name)


def kind_service(arn: str) -> str:
    """The service that an ARN is of."""
    return arn.split(":")[2]


def _leveled(one: Statement, wanted: Wanted, granted: set[str], draft: _Draft) -> None:
    for (service, kind, arn), names in wanted.items():
        for level, key in KEYS.items():
            every = [each.full_name for each in of_type(service, kind, level)]
            here = [each for each in every if each in names]
            if not here:
                continue
            lacking = [each for each in every if each not in names]
            if any(each in granted for each in lacking):
                what = ", ".join(here)
                draft.lost.append(f"statement {one.index + 1}: {what} on `{arn}`, not all of {key}")
                continue
            draft.arns.setdefault(key, {})[arn] = None
            draft.excluded.update(dict.fromkeys(lacking))


def _compared(template: Template, policy: Policy) -> str:
    """How the policy of *template* compares with *policy*, in words."""
    made = write(template).policy
    wider, narrower = (
        no_new_access([new], [old]).answer for new, old in ((made, policy), (policy, made))
    )
    if Verdict.UNKNOWN in {wider.verdict, narrower.verdict}:
        return "whether it grants the same could not be proved"
    if wider.witness is not None:
        return f"it grants more, such as {wider.witness.action} on {wider.witness.resource}"
    if narrower.witness is not None:
        lacking = narrower.witness
        return f"it grants less: not {lacking.action} on {lacking.resource}"
    return "it grants the same over the actions of the catalogue, which is proved"


def lines(made: Made) -> Iterator[str]:
    """What to tell of *made* beside the template."""
    yield from (f"not carried over: {one}" for one in dict.fromkeys(made.lost))
    yield made.verdict
