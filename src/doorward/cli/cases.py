"""`doorward simulate --cases`: decide every row of a file of cases, one JSON answer a line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from doorward.authz import offline
from doorward.base.errors import BadInput
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import Decision, PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.match import ANY
from doorward.engine.request import Context, Principal, PrincipalKind, Request, Value
from doorward.policy.errors import PolicySyntaxError
from doorward.policy.parse import ELEMENTS, TOP, parse

BLOCKED_BY = {
    PolicyKind.IDENTITY: "identity",
    PolicyKind.RESOURCE: "resource",
    PolicyKind.TRUST: "resource",
    PolicyKind.BOUNDARY: "pb",
    PolicyKind.SESSION: "session",
    PolicyKind.SCP: "scp",
    PolicyKind.RCP: "rcp",
    PolicyKind.ENDPOINT: "vpce",
    PolicyKind.PUBLIC_ACCESS_BLOCK: "s3-bpa",
}


class Refused(Exception):
    """A row that cannot be decided: it asks something that AWS would refuse, or is malformed."""


def answers(path: Path) -> Iterator[str]:
    """One line of JSON for each row of *path*.

    Raises:
        BadInput: the file cannot be read, or a line is no JSON object.
    """
    try:
        with path.open(encoding="utf-8") as rows:
            for number, line in enumerate(rows, 1):
                if line.strip():
                    yield json.dumps(answer(row(line, f"{path}:{number}")))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), "cannot be read", "check the path") from error


def row(line: str, where: str) -> Mapping[str, Any]:
    """The case that *line* spells.

    Raises:
        BadInput: it is no JSON object with an `id`.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(where, "is not JSON", "write one JSON object a line") from error
    if not isinstance(found, dict) or "id" not in found:
        raise BadInput(where, "is no case", "write an object with `id`, `principal`, `request` …")
    return found


def answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """The decision on *case*, or why it is refused."""
    try:
        decision = decided(case)
    except (Refused, PolicySyntaxError) as error:
        return {"id": case["id"], "error": str(error)}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return {"id": case["id"], "error": f"malformed case: {error}"}
    blocked = {BLOCKED_BY[match.kind] for match in decision.matched if not decision.allowed}
    blocked |= {BLOCKED_BY[kind] for kind in decision.missing}
    if decision.decided_by and not decision.allowed:
        blocked.add(BLOCKED_BY[decision.decided_by])
    return {"id": case["id"], "outcome": str(decision.outcome), "blocked_by": sorted(blocked)}


def decided(case: Mapping[str, Any]) -> Decision:
    """The decision on *case*.

    Raises:
        Refused: the row asks something that AWS would refuse.
        PolicySyntaxError: one of its documents is no policy.
    """
    settings = case.get("settings") or {}
    asked = case["request"]
    who = caller(case["principal"], settings.get("principal_role_path"))
    if case.get("session_policies") is not None and who.kind is PrincipalKind.USER:
        raise Refused("an IAM user has no session policies")
    request = Request(
        who,
        asked["action"],
        resource(case),
        context(who, asked.get("context") or {}, settings),
        asked.get("resource_account"),
    )
    return decide(request, applicable(case, request, settings))


def resource(case: Mapping[str, Any]) -> str:
    """The resource of a case; tagged `request-star`, its `*` asks about some resource."""
    written: str = case["request"]["resource"]
    only = (case.get("settings") or {}).get("wildcard_only_action")
    some = written == "*" and not only and "request-star" in (case.get("tags") or ())
    return ANY if some else written


def caller(written: Any, role_path: str | None) -> Principal:
    """The principal of a case.

    Raises:
        Refused: it is no principal.
    """
    if isinstance(written, dict):
        if written.get("type") == "Anonymous":
            return offline.ANONYMOUS
        raise Refused(f"unknown principal `{written}`")
    found = offline.principal(written, role_path=role_path)
    if found is None:
        raise Refused(f"unknown principal `{written}`")
    return found


def context(who: Principal, given: Mapping[str, Any], settings: Mapping[str, Any]) -> Context:
    """The keys of a case; those given win over those that follow from the principal."""
    keys: dict[str, Value] = dict(offline.keys(who))
    for key, value in given.items():
        keys[key.lower()] = tuple(map(str, value)) if isinstance(value, list) else str(value)
    for key in settings.get("context_keys_that_must_be_ignored") or ():
        keys.pop(key.lower(), None)
    return keys


def applicable(
    case: Mapping[str, Any], request: Request, settings: Mapping[str, Any]
) -> Applicable:
    """The policies of a case by kind."""
    managed = settings.get("principal_in_management_account")
    trust = request.action.lower().startswith("sts:assumerole") and ":role/" in request.resource
    kind = PolicyKind.TRUST if trust else PolicyKind.RESOURCE
    document = case.get("resource_policy")
    return Applicable(
        identity=policies(PolicyKind.IDENTITY, case.get("identity_policies") or []),
        resource=policies(kind, None if document is None else [document]),
        boundary=policies(PolicyKind.BOUNDARY, case.get("boundary")),
        session=policies(PolicyKind.SESSION, case.get("session_policies")),
        endpoint=policies(PolicyKind.ENDPOINT, case.get("endpoint_policies")),
        scps=None if managed else levels(PolicyKind.SCP, case.get("scps")),
        rcps=levels(PolicyKind.RCP, case.get("rcps")),
        restrict_public=bool(settings.get("s3_restrict_public_buckets")),
    )


def policies(kind: PolicyKind, documents: Sequence[Any] | None) -> PolicySet | None:
    """A set of documents, None where there are none of the kind."""
    if documents is None:
        return None
    named = (
        NamedPolicy(f"{kind}.{number}", parse(json.dumps(stripped(document))))
        for number, document in enumerate(documents, 1)
    )
    return PolicySet(kind, named)


def stripped(document: Any) -> Any:
    """*document* without elements that the language does not have.

    Tools keep notes there and strip them before they ask AWS.
    """
    if not isinstance(document, dict):
        return document
    kept = {key: value for key, value in document.items() if key in TOP}
    if isinstance(kept.get("Statement"), list):
        kept["Statement"] = [
            {key: value for key, value in statement.items() if key in ELEMENTS}
            for statement in kept["Statement"]
        ]
    return kept


def levels(
    kind: PolicyKind, written: Sequence[Sequence[Any]] | None
) -> tuple[PolicySet, ...] | None:
    """One set a level, None where the account is in no organization."""
    if written is None:
        return None
    return tuple(PolicySet(kind, policies(kind, level).policies) for level in written)  # type: ignore[union-attr] # a level is a list
