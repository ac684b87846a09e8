"""What a stack is about to become, written down so that it outlives the process."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from doorward.authn import resumed
from doorward.authz.access import RequestFacts
from doorward.services.context import Context
from doorward.store.secrets import Secrets
from doorward.store.tables.stack import Stack, StackResource

WORK = "stack work"
SETTINGS = "stack settings"
TEMPLATE = "stack template"
RESOURCE = "stack resource"


@dataclass(frozen=True, slots=True)
class Plan:
    """A deployment: the template with everything that it is resolved with.

    Attributes:
        template: the text as it was submitted; `processed` is it after its transforms, as JSON.
        texts: parameters as given or defaulted; `resolved` what the parameter store had for them.
        metadata: what DescribeStacks shows besides.
    """

    template: str
    texts: dict[str, str] = field(default_factory=dict)
    resolved: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)
    description: str | None = None
    processed: str | None = None
    outputs: list[dict[str, Any]] = field(default_factory=list)
    parameters: list[dict[str, Any]] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Work:
    """An operation under way.

    Attributes:
        id: names the operation in events.
        caller, facts: in whose name; see `authn.resumed`.
        role_arn: the role that it is done in instead.
        plan: what is to be deployed; None for deletions and for rollbacks.
        before: the status that the stack had.
        previous_tags: the tags of the stack before.
        deadline: an ISO moment after which creation fails.
        retain: logical ids that a deletion leaves alone; `skip` those that a rollback does.
        imports: physical ids by logical id.
        policy: the stack policy from then on; `during` the one that holds for the update alone.
        force: a deletion goes on where resources cannot be deleted.
        base_url: how the server was reached by whoever deploys.
    """

    id: str
    caller: dict[str, Any] = field(repr=False)
    facts: dict[str, Any]
    before: str
    token: str | None = None
    role_arn: str | None = None
    plan: Plan | None = None
    disable_rollback: bool = False
    on_failure: str = "ROLLBACK"
    retain_except_on_create: bool = False
    previous_tags: dict[str, str] = field(default_factory=dict)
    deadline: str | None = None
    retain: list[str] = field(default_factory=list)
    skip: list[str] = field(default_factory=list)
    imports: dict[str, str] = field(default_factory=dict)
    policy: str | None = None
    during: str | None = None
    change_set_id: str | None = None
    force: bool = False
    base_url: str = ""


def begun_by(ctx: Context) -> dict[str, Any]:
    """The members of `Work` that say in whose name it is done."""
    facts = ctx.facts
    return {
        "caller": resumed.written(ctx.caller, ctx.tokens),
        "facts": {
            "region": facts.region,
            "partition": facts.partition,
            "source_ip": facts.source_ip,
            "user_agent": facts.user_agent,
            "secure": facts.secure,
            "called_via": list(facts.called_via),
        },
    }


def facts_of(values: Mapping[str, Any]) -> RequestFacts:
    """The facts that were written down."""
    return RequestFacts(**{**values, "called_via": tuple(values["called_via"])})


def sealed(secrets: Secrets, stack: Stack, work: Work) -> bytes:
    """*work* for the column of *stack*."""
    return _seal(secrets, stack, asdict(work), WORK)


def opened(secrets: Secrets, stack: Stack) -> Work | None:
    """The work under way on *stack*."""
    if stack.work is None:
        return None
    values = _open(secrets, stack, stack.work, WORK)
    plan = values.pop("plan")
    return Work(**values, plan=Plan(**plan) if plan else None)


def seal_plan(secrets: Secrets, stack: Stack, plan: Plan) -> dict[str, bytes]:
    """The columns of *stack* that keep a deployment which is done."""
    values = asdict(plan)
    template = {"template": values.pop("template"), "processed": values.pop("processed")}
    return {
        "template": _seal(secrets, stack, template, TEMPLATE),
        "settings": _seal(secrets, stack, values, SETTINGS),
    }


def settings(secrets: Secrets, stack: Stack) -> Plan | None:
    """The deployment of *stack* without its template, None where there is none."""
    if stack.settings is None:
        return None
    return Plan(template="", **_open(secrets, stack, stack.settings, SETTINGS))


def deployed(secrets: Secrets, stack: Stack) -> Plan | None:
    """The deployment of *stack*, None where there is none."""
    if stack.settings is None or stack.template is None:
        return None
    template = _open(secrets, stack, stack.template, TEMPLATE)
    return Plan(**template, **_open(secrets, stack, stack.settings, SETTINGS))


def seal_state(secrets: Secrets, resource: StackResource, state: Mapping[str, Any]) -> bytes:
    """The state of *resource* for its column."""
    where = f"{resource.stack}/{resource.logical_id}"
    return secrets.seal(json.dumps(state), account=resource.account, id=where, kind=RESOURCE)


def open_state(secrets: Secrets, resource: StackResource) -> dict[str, Any]:
    """The state of *resource*; nothing where it is gone."""
    if resource.state is None:
        return {}
    where = f"{resource.stack}/{resource.logical_id}"
    text = secrets.open(resource.state, account=resource.account, id=where, kind=RESOURCE)
    found: dict[str, Any] = json.loads(text)
    return found


def _seal(secrets: Secrets, stack: Stack, values: Mapping[str, Any], kind: str) -> bytes:
    return secrets.seal(json.dumps(values), account=stack.account, id=stack.id, kind=kind)


def _open(secrets: Secrets, stack: Stack, column: bytes, kind: str) -> dict[str, Any]:
    text = secrets.open(column, account=stack.account, id=stack.id, kind=kind)
    found: dict[str, Any] = json.loads(text)
    return found
