"""The library: decide a request from policies, in three names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doorward.authz import offline
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import Match, Outcome, PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.reason import NAMES, clause
from doorward.engine.request import Principal
from doorward.engine.request import Request as EngineRequest
from doorward.policy.parse import parse

__all__ = ["Decision", "Policy", "Request", "authorize"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document as text, with the name that reasons give it."""

    text: str
    name: str = "policy"
    arn: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants to do what on which resource.

    `principal` is an ARN, a service name or `anonymous`. `context` maps condition keys, in any
    case, to one value or a list of values; keys that follow from the principal need not be given.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    resource_account: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer: `outcome` in AWS's words, `reason` as a denial ends, the deciding statements.

    `decided_by` is the kind of policy that denied or granted; None where none was needed.
    """

    allowed: bool
    outcome: Outcome
    decided_by: PolicyKind | None
    reason: str
    matched: tuple[Match, ...]
    missing: tuple[PolicyKind, ...]
    missing_keys: tuple[str, ...]

    def explain(self) -> str:
        """A few readable lines that say what decided and what was missing."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.outcome} {self.reason}".strip()
        for match in self.matched:
            sid = f" `{match.sid}`" if match.sid else ""
            kind = NAMES[match.kind]
            where = f"statement {match.index + 1}{sid} of {match.policy}"
            yield f"  {match.effect.value} by {where} ({kind})"
        if self.missing:
            yield "  an Allow is missing from: " + ", ".join(NAMES[kind] for kind in self.missing)
        if self.missing_keys:
            yield "  condition keys not given: " + ", ".join(self.missing_keys)


def authorize(
    request: Request,
    *,
    identity: Sequence[Policy] = (),
    resource: Policy | None = None,
    trust: Policy | None = None,
    boundary: Policy | None = None,
    session: Sequence[Policy] | None = None,
    endpoint: Policy | None = None,
    scps: Sequence[Sequence[Policy]] | None = None,
    rcps: Sequence[Sequence[Policy]] | None = None,
) -> Decision:
    """The decision on *request* under the policies given; `scps` and `rcps` are levels, root first.

    Raises:
        PolicySyntaxError: a text is no policy.
        ValueError: the principal names nobody, or nobody who can have the boundary or session
            policies given.
    """
    who = principal(request.principal)
    wrong = offline.limits(who, boundary=boundary is not None, session=session is not None)
    if wrong:
        raise ValueError(f"{wrong}; `{request.principal}` is none")
    given = {key: [v] if isinstance(v, str) else v for key, v in request.context.items()}
    keys = offline.context(who, given)
    asked = EngineRequest(who, request.action, request.resource, keys, request.resource_account)
    applicable = Applicable(
        identity=_set(PolicyKind.IDENTITY, identity),
        resource=_set(PolicyKind.TRUST, [trust]) if trust else _optional(resource),
        boundary=_set(PolicyKind.BOUNDARY, [boundary]) if boundary else None,
        session=None if session is None else _set(PolicyKind.SESSION, session),
        endpoint=_set(PolicyKind.ENDPOINT, [endpoint]) if endpoint else None,
        scps=_levels(PolicyKind.SCP, scps),
        rcps=_levels(PolicyKind.RCP, rcps),
    )
    found = decide(asked, applicable, explain=True)
    reason = clause(found, request.action)
    return Decision(
        found.allowed,
        found.outcome,
        found.decided_by,
        reason,
        found.matched,
        found.missing,
        found.missing_keys,
    )


def principal(text: str) -> Principal:
    """The principal that *text* names.

    Raises:
        ValueError: it names nobody.
    """
    found = offline.ANONYMOUS if text == "anonymous" else offline.principal(text)
    if found is None:
        raise ValueError(f"`{text}` names no principal; write an ARN or a service name")
    return found


def _optional(resource: Policy | None) -> PolicySet | None:
    return _set(PolicyKind.RESOURCE, [resource]) if resource else None


def _set(kind: PolicyKind, policies: Sequence[Policy]) -> PolicySet:
    return PolicySet(kind, [NamedPolicy(one.name, parse(one.text), one.arn) for one in policies])


def _levels(
    kind: PolicyKind, levels: Sequence[Sequence[Policy]] | None
) -> tuple[PolicySet, ...] | None:
    return None if levels is None else tuple(_set(kind, level) for level in levels)
