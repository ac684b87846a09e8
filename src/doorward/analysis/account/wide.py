"""Findings about identity policies that allow far more than anybody needs.

Each is proved over all requests, so that a Deny in the policy, a condition or an unusual spelling
is seen for what it does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from doorward.analysis.account.finding import Check, Finding, Gravity, aws, listed
from doorward.analysis.account.model import Account, Document, Group, Role, User
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import no_new_access, not_granted
from doorward.analysis.validation.check import validate
from doorward.analysis.validation.draft import Kind
from doorward.policy.document import Effect, Policy, Statement, Text, Texts, Version
from doorward.policy.render import render

EVERYTHING = Check(
    "allows-everything",
    Gravity.HIGH,
    "A policy allows everything",
    "Whoever has it is an administrator: they may also give it to others and remove all traces.",
    "Allow what is needed: `doorward policy diff` shows what a narrower policy takes away.",
    "IAM.1",
)
WHOLE_SERVICE = Check(
    "allows-whole-service",
    Gravity.MEDIUM,
    "A policy allows all of a service on every resource",
    "That is to read, to change, to delete, and to give away to others.",
    "Name the actions and the resources that are needed.",
    "IAM.21",
)
PASS_ROLE = Check(
    "passes-any-role",
    Gravity.HIGH,
    "A policy allows to pass any role",
    "Whoever may pass a role to a machine or a function has what that role has: an "
    "administrator's, too.",
    "Name the roles in Resource, and the service that they go to in a condition on "
    "iam:PassedToService.",
)
SOME_ROLE = "role/of-a-name-that-no-policy-names"
KINDS = {User: "user", Group: "group", Role: "role"}


@dataclass(slots=True)
class Held:
    """A policy and those who have it."""

    document: Document
    holders: list[User | Group | Role] = field(default_factory=list)


def findings(account: Account) -> Iterator[Finding]:
    """The findings about policies that somebody has."""
    for held in _held(account):
        yield from _findings(account, held)


def _held(account: Account) -> Iterator[Held]:
    """Each policy once; a service-linked role's is its service's business."""
    managed: dict[str, Held] = {}
    for entity in account.entities():
        if isinstance(entity, Role) and entity.of_a_service:
            continue
        for document in entity.inline:
            yield Held(document, [entity])
        for document in entity.attached:
            managed.setdefault(document.arn or "", Held(document)).holders.append(entity)
    yield from managed.values()


def _findings(account: Account, held: Held) -> Iterator[Finding]:
    policy = held.document.policy
    about = held.document.arn or held.holders[0].arn
    named = f"The policy {held.document.name}"
    whose = listed([f"{KINDS[type(one)]} {one.name}" for one in held.holders])
    commands = tuple(_commands(held))
    if _allows(policy, "*"):
        told = f"{named} of {whose} allows every action on every resource."
        yield Finding(EVERYTHING, about, told, commands)
        return
    services = sorted(one for one in _services(policy) if _allows(policy, f"{one}:*"))
    if services:
        told = f"{named} of {whose} allows everything in {listed(services)}."
        gravity = Gravity.LOW if held.document.by_aws else None
        yield Finding(WHOLE_SERVICE, about, told, commands, gravity)
    if _passes_any_role(account, policy):
        told = f"{named} of {whose} allows iam:PassRole on roles of any name."
        yield Finding(PASS_ROLE, about, told, commands)


def _allows(policy: Policy, action: str) -> bool:
    """Whether *policy* allows all of *action*, on everything: proved, not guessed."""
    every = Statement(Effect.ALLOW, actions=_text(action), resources=_text("*"))
    asked = Policy((every,), Version.NEW)
    return no_new_access([asked], [policy]).answer.verdict is Verdict.PROVED


def _text(value: str) -> Texts:
    return Texts((Text(value),))


def _services(policy: Policy) -> set[str]:
    """The services of which some statement allows more than single actions."""
    return {
        one.value.partition(":")[0].lower()
        for statement in policy.statements
        if statement.effect is Effect.ALLOW and statement.actions
        for one in statement.actions.items
        if one.value.endswith(":*") and "*" not in one.value.partition(":")[0]
    }


def _passes_any_role(account: Account, policy: Policy) -> bool:
    """Whether it may pass a role that nobody thought of, with nothing said of where it goes to."""
    codes = {one.code for one in validate(render(policy), Kind.IDENTITY)}
    if not any(one.startswith("PASS_ROLE_") for one in codes):
        return False
    role = f"arn:{account.partition}:iam::{account.id}:{SOME_ROLE}"
    verdict = not_granted([policy], ["iam:PassRole"], [role]).answer.verdict
    return verdict is not Verdict.PROVED


def _commands(held: Held) -> Iterator[str]:
    """What puts something narrower in the place of the policy."""
    document = held.document
    narrower = ("--policy-document", "file://narrower.json")
    if document.arn is None:
        (holder,) = held.holders
        kind = KINDS[type(holder)]
        whose = (f"--{kind}-name", holder.name, "--policy-name", document.name)
        yield aws("iam", f"get-{kind}-policy", *whose)
        yield aws("iam", f"put-{kind}-policy", *whose, *narrower)
        return
    if not document.by_aws:
        create = ("create-policy-version", "--policy-arn", document.arn)
        yield aws("iam", *create, *narrower, "--set-as-default")
        return
    for holder in held.holders:
        kind = KINDS[type(holder)]
        holding = (f"--{kind}-name", holder.name, "--policy-arn", document.arn)
        yield aws("iam", f"detach-{kind}-policy", *holding)
