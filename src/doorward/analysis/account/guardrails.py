"""Findings from events: what SCPs, RCPs and boundaries denied, and what root did."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from doorward.analysis.account.events import Denial
from doorward.analysis.account.finding import (
    Check,
    Finding,
    Gravity,
    Thresholds,
    age,
    listed,
    several,
)
from doorward.analysis.account.model import Account
from doorward.analysis.account.sign_in import ROOT_USE

DENIED = {
    "service control policy": Check(
        "denied-by-scp",
        Gravity.MEDIUM,
        "A service control policy denied calls",
        "Somebody wants what the organization forbids: by mistake, or to see how far it goes.",
        "Ask the caller. What is meant to work is allowed in the organization's management "
        "account; what is not is taken out of the caller's own policies.",
    ),
    "resource control policy": Check(
        "denied-by-rcp",
        Gravity.MEDIUM,
        "A resource control policy denied calls",
        "Somebody wants what the organization forbids on its resources.",
        "Ask the caller. Outsiders among them tell that a resource's own policy is too wide.",
    ),
    "permissions boundary": Check(
        "denied-by-boundary",
        Gravity.LOW,
        "A permissions boundary denied calls",
        "Policies allow what the boundary does not, so one of them is not what it should be.",
        "Take the actions out of the caller's policies, or allow them in the boundary.",
    ),
}


def findings(account: Account, limits: Thresholds, now: datetime) -> Iterator[Finding]:
    """The findings from events, one a caller and kind of guardrail."""
    if account.events is None:
        return
    groups: dict[tuple[str, str], list[Denial]] = {}
    for one in account.events.denials:
        groups.setdefault((one.guardrail, one.caller), []).append(one)
    for (guardrail, caller), found in groups.items():
        yield Finding(DENIED[guardrail], caller or account.root_arn, _told(found))
    uses = [one for one in account.events.root_uses if age(one.at, now) <= limits.root_use]
    if uses:
        counted = Counter(one.action for one in uses)
        addresses = sorted({one.address for one in uses if one.address})
        told = (
            f"The root user made {several(len(uses), 'call')} from {listed(addresses) or 'AWS'}: "
            f"{listed([f'{action} ({count})' for action, count in counted.most_common()])}."
        )
        yield Finding(ROOT_USE, account.root_arn, told)


def _told(found: list[Denial]) -> str:
    counted = Counter(one.action for one in found)
    newest = max(one.at for one in found)
    policies = sorted({one.policy for one in found if one.policy})
    by = f" The policies are {listed(policies)}." if policies else ""
    return (
        f"{several(len(found), 'call')} denied, the last on {newest:%Y-%m-%d}: "
        f"{listed([f'{action} ({count})' for action, count in counted.most_common()])}.{by}"
    )
