"""What of a policy surprises people, said beside the statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
"""

from collections.abc import Iterator, Sequence

from doorward.analysis import universe
from doorward.analysis.explanation.texts import counted, quoted, some
from doorward.analysis.minimize.proof import Prover, of
from doorward.analysis.rules import actions as covered_actions
from doorward.catalog import actions as catalogue
from doorward.catalog import keys
from doorward.engine.conditions.combine import FOR_ALL, test
from doorward.engine.decision import PolicyKind
from doorward.engine.match import covers, wild
from doorward.policy.document import Condition, Effect, Policy, Statement, Version


def notes(
    statement: Statement, policy: Policy, kind: PolicyKind, prover: Prover | None
) -> Iterator[str]:
    """What surprises in *statement*; what hangs on a proof is left out without *prover*."""
    variables = policy.version is Version.NEW
    yield from _exceptions(statement)
    for one in statement.conditions or ():
        yield from _condition(one, statement, variables=variables)
    if not variables and any("${" in one for one in _texts(statement)):
        yield "`${…}` is plain text here: only Version 2012-10-17 has policy variables"
    yield from _unnamed(statement)
    if prover is not None:
        yield from _proved(statement, policy, prover)
    if kind is PolicyKind.SCP and statement.effect is Effect.ALLOW:
        yield "a service control policy grants nothing: it leaves allowed what others grant"


def _exceptions(one: Statement) -> Iterator[str]:
    allow = one.effect is Effect.ALLOW
    if one.not_actions is not None and allow:
        yield (
            "NotAction with Allow grants all other actions, of all services, and those that AWS "
            "adds later"
        )
    if one.not_actions is not None and not allow:
        yield "what NotAction names is not denied here, and not allowed by this either"
    if one.not_resources is not None and allow:
        yield "NotResource with Allow grants all other resources, those that come later too"
    if one.not_principals is not None and allow:
        yield "NotPrincipal with Allow lets in everybody else, anonymous callers too"
    if one.not_principals is not None and not allow:
        yield (
            "NotPrincipal with Deny spares a role session only where its role and the session are "
            "both named, and never a caller with a permissions boundary"
        )


def _condition(one: Condition, statement: Statement, *, variables: bool) -> Iterator[str]:
    ready = test(one, variables=variables)
    key = one.key.value
    allow = statement.effect is Effect.ALLOW
    if not ready.known:
        result = "never applies" if allow else "applies whatever the request"
        yield f"there is no operator `{one.operator.value}`: doorward takes it that this {result}"
        return
    known = keys.find(key)
    if known is None:
        yield f"the catalogue knows no condition key `{key}`: it may never be in a request"
    if ready.operator is None:
        return
    if known is not None and known.multivalued and not ready.qualifier:
        yield f"`{key}` has several values: without ForAllValues or ForAnyValue nothing matches"
    if ready.qualifier == FOR_ALL and allow and not _required(statement, key):
        yield f"ForAllValues holds where `{key}` is not in the request: this applies then too"
    elif (ready.if_exists or ready.operator.negated) and not ready.qualifier:
        if allow and not _required(statement, key):
            yield f"this applies as well where `{key}` is not in the request"
    elif not allow and not ready.qualifier and not ready.if_exists:
        yield f"this Deny does not apply where `{key}` is not in the request"


def _required(statement: Statement, key: str) -> bool:
    """Whether another condition asks that the key is there."""
    return any(
        one.key.value.lower() == key.lower()
        and one.operator.value.lower() == "null"
        and {each.value.lower() for each in one.values.items} == {"false"}
        for one in statement.conditions or ()
    )


def _texts(one: Statement) -> Iterator[str]:
    for texts in (one.resources, one.not_resources):
        yield from (each.value for each in (texts.items if texts else ()))
    for condition in one.conditions or ():
        yield from (each.value for each in condition.values.items)


def _unnamed(one: Statement) -> Iterator[str]:
    """Actions that work on no resource that could be named, beside resources that are."""
    if one.resources is None or one.actions is None:
        return
    if any(covers(wild(each.value), "*") for each in one.resources.items):
        return
    exact = (catalogue.find(each.value) for each in one.actions.items)
    found = [each.full_name for each in exact if each is not None and not each.resource_types]
    if found:
        does = "is" if len(found) == 1 else "are"
        yield f"{some(found)} {does} authorized on `*` only, which these resources do not cover"


def _proved(one: Statement, policy: Policy, prover: Prover) -> Iterator[str]:
    if prover.rule(one) is None:
        yield "no effect: there is no resource that it covers"
        return
    if not covered_actions(prover.compiled(one)):
        yield "no effect today: the catalogue knows no action that it covers"
        return
    rest = [each for each in policy.statements if each is not one]
    denies = of(Effect.DENY, rest)
    if one.effect is Effect.ALLOW and denies and prover.within(one, [], denies):
        yield f"no effect: {_which(one, denies, prover)} all of it, which is proved"
    elif prover.within(one, of(one.effect, rest)):
        yield "no effect of its own: other statements say all of it, which is proved"


def _which(one: Statement, denies: Sequence[Statement], prover: Prover) -> str:
    """The Deny that takes all of it away, if one does so alone."""
    for each in denies:
        if prover.within(one, [], [each]):
            sid = f" (`{each.sid.value}`)" if each.sid is not None and each.sid.value else ""
            return f"statement {each.index + 1}{sid} denies"
    return f"{counted(len(denies), 'Deny statement')} together take away"


def about(policy: Policy) -> Iterator[str]:
    """What surprises in the policy as a whole."""
    if policy.version is None:
        yield "without Version the language is that of 2008-10-17, which has no policy variables"
    if not any(one.effect is Effect.ALLOW for one in policy.statements):
        yield "there is no Allow: by itself this policy allows nothing"
    for one in policy.statements:
        actions = {each.value for each in (one.actions.items if one.actions else ())}
        resources = {each.value for each in (one.resources.items if one.resources else ())}
        if one.effect is Effect.ALLOW and "*" in actions & resources and not one.conditions:
            yield f"statement {one.index + 1} allows everything ({len(universe.names()):,} actions)"
    sids = [one.sid.value for one in policy.statements if one.sid is not None and one.sid.value]
    twice = sorted({one for one in sids if sids.count(one) > 1})
    if twice:
        yield f"Sids stand more than once: {quoted(twice)}"
