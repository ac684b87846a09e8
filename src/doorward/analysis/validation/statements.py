"""Checks of statements as a whole: what must be there, what must not, sids, version, size."""

from collections import Counter
from collections.abc import Iterator

from doorward.analysis.validation.draft import Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.engine.match import UNKNOWN
from doorward.policy.document import Version

WITHOUT_PRINCIPAL = frozenset({Kind.IDENTITY, Kind.SCP})
ONE_SID_ONCE = frozenset({Kind.IDENTITY})
SID_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
VERSIONS = frozenset(one.value for one in Version)
QUOTAS = {
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    Kind.IDENTITY: (6_144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"),
    Kind.RESOURCE: (20_480, "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA"),
    Kind.TRUST: (2_048, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA"),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
    Kind.SCP: (5_120, "POLICY_SIZE_EXCEEDS_SCP_QUOTA"),
    Kind.RCP: (5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA"),
}


def elements(draft: Draft) -> Iterator[Finding]:
    """Elements that a statement of this kind of policy needs."""
    for one in draft.clauses:
        if not one.elements.keys() & {"Action", "NotAction"}:
            told = "Add an Action or NotAction to the statement."
            yield Finding("MISSING_ACTION", told, one.place, one.path)
        if draft.kind is Kind.TRUST:
            yield from trust_elements(one)
        elif not one.elements.keys() & {"Resource", "NotResource"}:
            told = "Add a Resource or NotResource to the statement."
            yield Finding("MISSING_RESOURCE", told, one.place, one.path)
        if draft.kind in WITHOUT_PRINCIPAL:
            yield from no_principal(draft.kind, one)
        elif not one.principal_element:
            told = "Add a Principal to the statement."
            yield Finding("MISSING_PRINCIPAL", told, one.place, one.path)


def no_principal(kind: Kind, one: Clause) -> Iterator[Finding]:
    """A principal where none may be."""
    if not one.principal_element:
        return
    code = "SCP_SYNTAX_ERROR_PRINCIPAL" if kind is Kind.SCP else "UNSUPPORTED_PRINCIPAL"
    told = f"A policy of this kind has no {one.principal_element}; remove it."
    yield Finding(code, told, one.place, (*one.path, one.principal_element))


def trust_elements(one: Clause) -> Iterator[Finding]:
    """What a trust policy cannot have."""
    for name in ("Resource", "NotResource"):
        if name in one.elements:
            code = "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE"
            told = f"A trust policy has no {name}: it is about its own role. Remove it."
            yield Finding(code, told, one.elements[name].place, one.elements[name].path)
    if one.principal_element == "NotPrincipal":
        code = "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"
        told = "A trust policy has no NotPrincipal; name in Principal who may assume the role."
        yield Finding(code, told, one.place, (*one.path, "NotPrincipal"))


def sids(draft: Draft) -> Iterator[Finding]:
    """Sids that are empty, have other characters than letters and digits, or stand twice."""
    seen = Counter(one.sid.text for one in draft.clauses if one.sid)
    for one in draft.clauses:
        if one.sid is None:
            continue
        text = one.sid.text
        if not text:
            told = "The Sid is empty; give it a value or remove it."
            yield Finding("EMPTY_SID_VALUE", told, one.sid.place, one.sid.path)
        elif draft.kind in ONE_SID_ONCE and not set(text) <= SID_CHARACTERS | {UNKNOWN}:
            told = f"The Sid {text} has characters other than letters and digits."
            yield Finding("UNSUPPORTED_SID", told, one.sid.place, one.sid.path)
        if text and seen[text] > 1 and one.sid.known:
            required = draft.kind in ONE_SID_ONCE
            code = "UNIQUE_SIDS_REQUIRED" if required else "UNIQUE_SIDS_RECOMMENDED"
            told = f"The Sid {text} stands in more than one statement; make each of its own."
            yield Finding(code, told, one.sid.place, one.sid.path)


def version(draft: Draft) -> Iterator[Finding]:
    """The language version, which should be the newer one."""
    found = draft.version
    if found is None:
        told = 'Add "Version": "2012-10-17"; without it, policy variables are plain text.'
        yield Finding("MISSING_VERSION", told, draft.place)
    elif found.known and found.text not in VERSIONS:
        told = f"There is no version {found.text}; write 2012-10-17."
        yield Finding("INVALID_VERSION", told, found.place, found.path)


def quota(kind: Kind) -> int:
    """How many characters a policy of that kind has at most."""
    return QUOTAS[kind][0]


def size(draft: Draft) -> Iterator[Finding]:
    """Whether the policy is longer than AWS takes one of its kind."""
    most, code = QUOTAS[draft.kind]
    if draft.length > most:
        told = f"The policy has {draft.length} characters without white space; {most} fit."
        yield Finding(code, told, draft.place)
