"""Who from outside is let in by resources and roles: the world, other accounts, providers.

SCPs bind nobody outside, RCPs do. What a caller's own account allows it is not known and is taken
to be enough.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from doorward.analysis.access import Access
from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.reach import Tell
from doorward.analysis.callers import Caller, callers
from doorward.analysis.prove import Verdict, Witness, difference
from doorward.base.arn import Arn
from doorward.catalog import actions
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.public import is_public
from doorward.engine.request import PrincipalKind
from doorward.policy.document import Effect, Policy, PrincipalEntry, Principals

SIGNED = (PrincipalKind.ROOT, PrincipalKind.USER, PrincipalKind.ROLE_SESSION)
FEDERATED = (PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML)
ANYBODY = "anybody"
ANY_ACCOUNT = "any AWS account"
FULFILLING = "any AWS account, under a condition"


@dataclass(frozen=True, slots=True)
class External:
    """Somebody from outside who is let in.

    `who` is an ARN, an account, a provider, or one of the names above. `public` is as S3 means it.
    `example` is None, and `reason` says why, where it could not be told. `held` says that it is of
    another of the accounts that are held.
    """

    resource: str
    who: str
    public: bool
    example: Witness | None
    reason: str = ""
    held: bool = False


def external(held: Held, tell: Tell, *, between: bool = False) -> Iterator[External]:
    """Everybody from outside who is let in by what is held.

    With *between*, the accounts that are held are outside to one another.
    """
    for target in held.targets.values():
        if target.policy:
            yield from _target(held, target, between=between)
        tell(1)


def _target(held: Held, target: Target, *, between: bool) -> Iterator[External]:
    policies = [one.named for one in target.policy or ()]
    kind = target.policy[0].kind if target.policy else PolicyKind.RESOURCE
    documents = [one.policy for one in policies]
    public = any(is_public(one) for one in documents)
    if public and target.restricted:
        return  # RestrictPublicBuckets leaves only the owner's account, and services
    new, old = PolicySet(kind, policies), PolicySet(kind, _refusals(held, target))
    seen: set[str] = set()
    for caller in sorted(callers(documents), key=_widest_first):
        named = _label(caller, documents, public=public)
        if named is None or named in seen:
            continue
        account = caller.principal.account
        inside = account in held.accounts
        if account == target.account or (inside and not between):
            continue
        # Whoever is anybody is let in as such; of the others it would be said again.
        if ANYBODY in seen or (ANY_ACCOUNT in seen and caller.principal.kind in SIGNED):
            continue
        who = caller.principal
        answer = difference(Access(new, who), Access(old, who), caller.given)
        if answer.verdict is Verdict.PROVED:
            continue
        seen.add(named)
        open_ = named in {ANYBODY, ANY_ACCOUNT}
        yield External(target.arn, named, open_, answer.witness, answer.reason, inside)


def _widest_first(caller: Caller) -> bool:
    return caller.principal.kind is not PrincipalKind.ANONYMOUS


def _label(caller: Caller, documents: Sequence[Policy], *, public: bool) -> str | None:
    """Who *caller* is; None for services, and for providers that nobody named."""
    who = caller.principal
    if who.kind is PrincipalKind.ANONYMOUS:
        return ANYBODY if public else "anybody, under a condition"
    if who.kind in FEDERATED:
        return who.arn if _written(who.arn, documents) else None
    if who.kind not in SIGNED:
        return None
    if _written(who.arn, documents) and who.kind is not PrincipalKind.ROOT:
        return who.arn
    if who.role_arn and _written(who.role_arn, documents):
        return who.role_arn
    if who.account and _written(who.account, documents):
        return who.account
    return ANY_ACCOUNT if public else FULFILLING


def _written(name: str, documents: Sequence[Policy]) -> bool:
    """Whether a Principal element or a condition names *name*, or somebody of that account."""
    return any(
        name in value.value
        for document in documents
        for statement in document.statements
        for value in (
            *(one for entry in _entries(statement.principals) for one in entry.values.items),
            *(one for condition in statement.conditions or () for one in condition.values.items),
        )
    )


def _entries(element: Principals | None) -> Sequence[PrincipalEntry]:
    return element.entries if element is not None else ()


def _refusals(held: Held, target: Target) -> Iterator[NamedPolicy]:
    """What RCPs deny, as policies that allow it: so that it can be taken away."""
    found = Arn.parse(target.arn)
    service = "sts" if target.entity else found.service if found else ""
    if service not in actions.rcp_services():
        return
    for level in held.rcps.get(target.account, ()):
        for block in level:
            denied = tuple(
                replace(one, effect=Effect.ALLOW, principals=Principals((), everyone=True))
                for one in block.named.policy.statements
                if one.effect is Effect.DENY
            )
            yield block.named._replace(policy=replace(block.named.policy, statements=denied))
