"""Bucket policies in S3's own spelling, in which they are measured, kept and shown.

Compact; statements always a list, one-element lists of the other elements a single value.

Observed, not documented: what GetBucketPolicy answers.
"""

from dataclasses import replace

from sqlalchemy import Connection

from doorward.base import arn
from doorward.policy.document import Policy, PrincipalEntry, Principals, Statement, Texts
from doorward.policy.parse import parse
from doorward.policy.render import render
from doorward.store import accounts

CANONICAL_USER = "CanonicalUser"


def normalized(policy: Policy) -> str:
    """The text of *policy* in S3's spelling."""
    statements = tuple(_statement(one) for one in policy.statements)
    return render(replace(policy, statements=statements, listed=True))


def with_accounts(db: Connection, text: str, partition: str) -> str:
    """*text* with canonical users as the accounts they are; who is not known here stays."""
    if CANONICAL_USER not in text:
        return text
    policy = parse(text)
    statements = tuple(
        replace(
            one,
            principals=_accounts(db, one.principals, partition),
            not_principals=_accounts(db, one.not_principals, partition),
        )
        for one in policy.statements
    )
    return render(replace(policy, statements=statements))


def _statement(one: Statement) -> Statement:
    return replace(
        one,
        principals=_principals(one.principals),
        not_principals=_principals(one.not_principals),
        actions=_single(one.actions),
        not_actions=_single(one.not_actions),
        resources=_single(one.resources),
        not_resources=_single(one.not_resources),
    )


def _principals(principals: Principals | None) -> Principals | None:
    if principals is None or principals.everyone:
        return principals
    entries = tuple(
        PrincipalEntry(kind, _single(values) or values) for kind, values in principals.entries
    )
    return replace(principals, entries=entries)


def _single(texts: Texts | None) -> Texts | None:
    """A list of one as the one."""
    if texts is None or len(texts.items) != 1:
        return texts
    return replace(texts, listed=False)


def _accounts(db: Connection, principals: Principals | None, partition: str) -> Principals | None:
    """Entries of canonical users as entries of account roots."""
    if principals is None or principals.everyone:
        return principals
    entries = []
    for kind, values in principals.entries:
        if kind.value != CANONICAL_USER:
            entries.append(PrincipalEntry(kind, values))
            continue
        items = []
        for item in values.items:
            account = accounts.by_canonical_id(db, item.value)
            items.append(replace(item, value=arn.root(partition, account.id)) if account else item)
        known = all(item.value.startswith("arn:") for item in items)
        named = replace(kind, value="AWS") if known else kind
        entries.append(PrincipalEntry(named, replace(values, items=tuple(items))))
    return replace(principals, entries=tuple(entries))
