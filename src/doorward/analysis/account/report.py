"""Everything worth a finding in an account, and what could not be looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from doorward.analysis.account import exposed, guardrails, sign_in, use, wide
from doorward.analysis.account.finding import Finding, Gravity, Thresholds
from doorward.analysis.account.model import Account

ORDER = tuple(Gravity)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings, the gravest first, and sentences on what nothing can be said of."""

    account: Account
    at: datetime
    limits: Thresholds
    findings: tuple[Finding, ...]
    untold: tuple[str, ...]

    def of(self, gravity: Gravity) -> tuple[Finding, ...]:
        """The findings of that gravity."""
        return tuple(one for one in self.findings if one.gravity is gravity)


def report(account: Account, limits: Thresholds, now: datetime) -> Report:
    """The report on *account* as of *now*."""
    found = [
        *sign_in.findings(account, limits, now),
        *use.findings(account, limits, now),
        *wide.findings(account),
        *exposed.findings(account),
        *guardrails.findings(account, limits, now),
    ]
    found.sort(key=lambda one: (ORDER.index(one.gravity), one.check.id, one.about))
    return Report(account, now, limits, tuple(found), tuple(_untold(account)))


def _untold(account: Account) -> Iterator[str]:
    yield from account.untold
    if account.credentials is None:
        yield "no credential report: nothing is said of passwords, MFA, keys and root"
    if account.resources is None:
        yield "no resources: nothing is said of what is public"
    for resource in account.resources or ():
        for what in resource.unread:
            yield f"{what} of {resource.arn} could not be read"
    if account.roles and not any(one.use_told for one in account.roles):
        yield "no last use of roles: nothing is said of unused ones"
    if account.accessed is None:
        yield "no last-accessed data: nothing is said of unused permissions"
    if account.events is None:
        yield "no events: nothing is said of denials by guardrails, or of what root did"
