"""Whether a Principal element means the caller, and how closely it names it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from enum import IntEnum

from doorward.base.arn import Arn, is_account
from doorward.engine.decision import PolicyKind
from doorward.engine.request import Principal, PrincipalKind
from doorward.engine.statement import Compiled
from doorward.policy.document import Principals

PROVIDERS = frozenset({PrincipalKind.WEB_IDENTITY, PrincipalKind.SAML})


class Grade(IntEnum):
    """How closely a statement names the caller, from not at all upwards.

    ACCOUNT delegates to the caller's account, whose own policies must allow too. ROLE names the
    role or user behind a session: boundary and session policy still limit it. DIRECT names the
    caller itself or everyone: nothing but a Deny limits it within the account.
    """

    NONE = 0
    ACCOUNT = 1
    ROLE = 2
    DIRECT = 3


# Looking up a member of an enum costs more than comparing it.
NONE, ACCOUNT, ROLE, DIRECT = Grade
ROLE_SESSION = PrincipalKind.ROLE_SESSION


def grade(statement: Compiled, caller: Principal, *, has_boundary: bool) -> Grade:
    """How closely *statement* of a resource policy names *caller*.

    A statement with neither Principal nor NotPrincipal names nobody; in an endpoint policy, which
    only filters, it names everybody (assumed: AWS does not take such a policy).
    """
    if statement.original.principals is not None:
        return named(statement.original.principals, caller, fold=statement.deny)
    if statement.original.not_principals is None:
        endpoint = statement.match.kind is PolicyKind.ENDPOINT
        return DIRECT if endpoint else NONE
    # With a Deny, whoever has a permissions boundary is hit whatever is listed.
    if statement.deny and has_boundary:
        return DIRECT
    return NONE if exempt(statement.original.not_principals, caller) else DIRECT


def named(principals: Principals, caller: Principal, *, fold: bool) -> Grade:
    """The closest that any entry of *principals* comes to *caller*.

    Names of roles are unique without regard to case, and how AWS compares them here it does not
    say: with *fold*, for a Deny, case does not matter; for an Allow it does (assumed, fail closed).
    """
    if principals.everyone:
        return DIRECT
    closest = NONE
    for kind, values in principals.entries:
        for value in values.items:
            found = _entry(kind.value, value.value, caller, fold=fold)
            if found is not closest:
                closest = max(closest, found)
    return closest


def exempt(principals: Principals, caller: Principal) -> bool:
    """Whether NotPrincipal leaves *caller* out: a session needs its role listed and itself."""
    if principals.everyone:
        return True
    grades = {
        _entry(entry.kind.value, value.value, caller, fold=False)
        for entry in principals.entries
        for value in entry.values.items
    }
    if caller.kind is ROLE_SESSION:
        itself = {ROLE} if caller.arn == caller.role_arn else {ROLE, DIRECT}
        return itself <= grades
    return DIRECT in grades


def _entry(kind: str, value: str, caller: Principal, *, fold: bool) -> Grade:
    """How closely one value names *caller*; an unknown kind names nobody."""
    match kind:
        case "AWS":
            return _aws(value, caller, fold=fold)
        case "Service":
            same = caller.kind is PrincipalKind.SERVICE and value == caller.arn
        case "Federated":
            same = caller.kind in PROVIDERS and value == caller.arn
        case "CanonicalUser":
            same = bool(caller.arn) and value == caller.arn
        case _:
            same = False
    return DIRECT if same else NONE


def _aws(value: str, caller: Principal, *, fold: bool) -> Grade:
    if value == "*":
        return DIRECT
    if caller.account is None:
        return NONE
    if value in (caller.role_arn, caller.user_arn) or _role_of(value, caller, fold=fold):
        return ROLE
    if fold and caller.role_arn is not None and value.lower() == caller.role_arn.lower():
        return ROLE
    if value in (caller.arn, caller.unique_id):
        session = caller.kind is ROLE_SESSION and value == caller.unique_id
        federated = caller.kind is PrincipalKind.FEDERATED_USER and value == caller.unique_id
        return ROLE if session or federated else DIRECT
    if not _is_account_of(value, caller):
        return NONE
    # An account's number, its root's ARN and so its root user are one principal in two spellings.
    return DIRECT if caller.kind is PrincipalKind.ROOT else ACCOUNT


def _is_account_of(value: str, caller: Principal) -> bool:
    """Whether *value* means the caller's account as a whole: its number or its root's ARN."""
    if is_account(value):
        return value == caller.account
    found, own = Arn.parse(value), Arn.parse(caller.arn)
    if found is None or own is None or (found.service, found.resource) != ("iam", "root"):
        return False
    return (found.partition, found.account) == (own.partition, caller.account)


def _role_of(value: str, caller: Principal, *, fold: bool) -> bool:
    """Whether *value* is the role of a session whose role's path is not known."""
    if caller.kind is not ROLE_SESSION or caller.role_arn is not None:
        return False
    role, session = Arn.parse(value), Arn.parse(caller.arn)
    if role is None or session is None or not role.resource.startswith("role/"):
        return False
    name, wanted = session.resource.split("/")[1], role.resource.rpartition("/")[2]
    if fold:
        name, wanted = name.lower(), wanted.lower()
    return (
        (role.partition, role.account) == (session.partition, session.account)
        and role.service == "iam"
        and wanted == name
    )
