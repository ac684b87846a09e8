"""What trust policies let in: services, and callers once they are named."""

from doorward.analysis import universe
from doorward.analysis.account.effective import Reach, Verdict
from doorward.analysis.account.held import Held, Target
from doorward.analysis.account.narrowing import Known, Place, narrowed
from doorward.analysis.rules import Rule
from doorward.analysis.solve import Solver
from doorward.analysis.words import Exhausted
from doorward.authz import offline
from doorward.engine.compile import NamedPolicy
from doorward.engine.decision import PolicyKind
from doorward.engine.principals import Grade, grade
from doorward.engine.request import Principal, PrincipalKind
from doorward.policy.document import (
    Effect,
    Policy,
    PrincipalEntry,
    Principals,
    Statement,
    Text,
    Texts,
    Version,
)

ASSUME = "sts:AssumeRole"


def lets_in(role: Target, service: str) -> Reach:
    """Whether the trust policy of *role* lets *service* assume it."""
    principal = Principal(PrincipalKind.SERVICE, service)
    known = Known(dict(offline.keys(principal)))
    bit = universe.covered(ASSUME.lower(), loose=False)
    about = [rule for block in role.policy or () for rule in block.about(bit)]
    named = (one for one in about if _names(one, principal))
    rules = list(narrowed(named, Place(literal=role.arn), known))
    denies = [one for one in rules if one.deny]
    for rule in rules:
        if rule.deny:
            continue
        try:
            if Solver(known.over(rules)).example((rule,), denies) is not None:
                return Reach(Verdict.ALLOWED)
        except Exhausted as error:
            return Reach(Verdict.UNKNOWN, reason=str(error))
    return Reach(Verdict.REFUSED, reason=f"the trust policy does not let {service} in")


def _names(rule: Rule, principal: Principal) -> bool:
    return grade(rule.statement, principal, has_boundary=False) is not Grade.NONE


def naming(held: Held, role: Target, caller: str) -> Target:
    """*role* as it would be if its trust policy named *caller* and nobody else."""
    statement = Statement(
        Effect.ALLOW,
        actions=Texts((Text(ASSUME),)),
        principals=Principals((PrincipalEntry(Text("AWS"), Texts((Text(caller),))),)),
    )
    policy = NamedPolicy("a trust policy of its own", Policy((statement,), Version.NEW))
    return Target(
        role.arn,
        role.account,
        held.blocks.of(PolicyKind.TRUST, (policy,)),
        tags=role.tags,
        boundary_arn=role.boundary_arn,
        entity=True,
    )
