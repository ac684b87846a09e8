"""Checks of principals: their form, and whom a trust policy lets in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

import re
from collections.abc import Iterator

from doorward.analysis.validation.draft import Clause, Draft, Kind, Leaf, Named
from doorward.analysis.validation.finding import Finding
from doorward.base.arn import Arn, is_account

SERVICE = re.compile(r"[a-z0-9._-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal|aws\.com)")
HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?(/.*)?")
UNIQUE = re.compile(r"A(ROA|IDA)[A-Z0-9]{12,}")
GITHUB = "token.actions.githubusercontent.com"
OIDC = "oidc-provider/"
SAML = "saml-provider/"
WEB_IDENTITY, WITH_SAML = "sts:assumerolewithwebidentity", "sts:assumerolewithsaml"
ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
NEEDED = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
CONFUSABLE = frozenset(
    {"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}
)
CONFUSED = frozenset(
    {
        *("sns.amazonaws.com", "events.amazonaws.com", "s3.amazonaws.com"),
        *("cloudtrail.amazonaws.com", "config.amazonaws.com", "logs.amazonaws.com"),
        *("delivery.logs.amazonaws.com", "cloudwatch.amazonaws.com", "ses.amazonaws.com"),
    }
)
"""Services that reach a resource for any customer unless told for which (assumed: a selection)."""


def forms(draft: Draft) -> Iterator[Finding]:
    """Principals that name nobody."""
    for clause in draft.clauses:
        for named in clause.principals:
            if named.kind and named.leaf.known and "${" not in named.leaf.text:
                yield from form(draft.kind, named)


def form(kind: Kind, named: Named) -> Iterator[Finding]:
    """What is wrong with one principal."""
    leaf, text = named.leaf, named.leaf.text
    if named.kind == "AWS":
        yield from _aws(leaf)
    elif named.kind == "Service":
        if "*" in text:
            told = "A service principal has no wildcard; name the service."
            yield Finding("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", told, leaf.place, leaf.path)
        elif not SERVICE.fullmatch(text):
            told = f"{text} is no service principal; write one such as ec2.amazonaws.com."
            yield Finding("INVALID_SERVICE_PRINCIPAL_FORMAT", told, leaf.place, leaf.path)
    elif named.kind == "Federated" and kind is Kind.RESOURCE:
        told = "A policy of this resource takes no Federated principal; name a role."
        yield Finding("FEDERATED_PRINCIPAL_NOT_SUPPORTED", told, leaf.place, leaf.path)
    elif named.kind == "Federated" and not _provider(text):
        code = "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY"
        told = f"{text} is neither the host of a provider nor the ARN of one."
        yield Finding(code, told, leaf.place, leaf.path)


def _provider(text: str) -> bool:
    found = Arn.parse(text)
    if found is not None:
        return found.service == "iam" and found.resource.startswith((OIDC, SAML))
    return text == "*" or (not text.startswith("arn:") and bool(HOST.fullmatch(text)))


def _aws(leaf: Leaf) -> Iterator[Finding]:
    text = leaf.text
    if text == "*" or is_account(text):
        return
    if UNIQUE.fullmatch(text):
        role = text.startswith("AROA")
        code = "INVALID_ROLE_REFERENCE" if role else "INVALID_USER_REFERENCE"
        who = "role" if role else "user"
        told = f"{text} is the id of a {who} that was deleted; name one by its ARN."
        yield Finding(code, told, leaf.place, leaf.path)
    elif "*" in text or "?" in text:
        told = f'{text} has a wildcard; name principals in full, or write "*" and a condition.'
        yield Finding("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", told, leaf.place, leaf.path)
    elif (found := Arn.parse(text)) is None or found.service not in {"iam", "sts", "cloudfront"}:
        told = f"{text} is no principal; write an account or the ARN of a user or role."
        yield Finding("INVALID_PRINCIPAL_FORMAT", told, leaf.place, leaf.path)


def excluding(draft: Draft) -> Iterator[Finding]:
    """Allow with NotPrincipal, which lets in everybody else, strangers too."""
    for clause in draft.clauses:
        if clause.effect == "Allow" and clause.principal_element == "NotPrincipal":
            told = "Allow with NotPrincipal lets everybody else in; name the principals instead."
            path = (*clause.path, "NotPrincipal")
            yield Finding("ALLOW_WITH_NOT_PRINCIPAL", told, clause.place, path)


def trusted(draft: Draft) -> Iterator[Finding]:
    """What is wrong with whom a trust policy lets in."""
    if draft.kind is not Kind.TRUST:
        return
    for clause in draft.clauses:
        actions = {leaf.text.lower() for leaf in clause.leaves("Action")}
        for named in clause.principals:
            if not named.kind:
                code = "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"
                told = 'A trust policy takes no bare "*"; name who may assume the role.'
                yield Finding(code, told, named.leaf.place, named.leaf.path)
            yield from _mismatched(named, actions)
            if clause.effect == "Allow":
                yield from _open_provider(clause, named)
        yield from _anywhere(clause, actions)


def _mismatched(named: Named, actions: set[str]) -> Iterator[Finding]:
    """A provider with the action of another kind of provider."""
    if named.kind != "Federated" or not named.leaf.known:
        return
    saml = f":{SAML}" in named.leaf.text
    wanted, other = (WITH_SAML, WEB_IDENTITY) if saml else (WEB_IDENTITY, WITH_SAML)
    if other in actions and wanted not in actions:
        action = "AssumeRoleWithSAML" if saml else "AssumeRoleWithWebIdentity"
        told = f"{named.leaf.text} takes sts:{action}."
        yield Finding("MISMATCHED_ACTION_FOR_PRINCIPAL", told, named.leaf.place, named.leaf.path)


def _open_provider(clause: Clause, named: Named) -> Iterator[Finding]:
    """A provider by which anybody who has an account there gets in."""
    text = named.leaf.text
    if named.kind != "Federated" or f":{SAML}" in text or not named.leaf.known:
        return
    host = text.partition(OIDC)[2] or text
    given = {one.key.text.lower() for one in clause.tests}
    if host == GITHUB:
        yield from _github(clause, named)
    elif not any(key.startswith(f"{host.lower()}:") for key in given):
        told = f"Anybody with a token of {host} gets in; add a condition on {host}:aud and :sub."
        code = "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL"
        yield Finding(code, told, named.leaf.place, named.leaf.path)


def _github(clause: Clause, named: Named) -> Iterator[Finding]:
    subject = [one for one in clause.tests if one.key.text.lower() == f"{GITHUB}:sub"]
    values = [leaf for one in subject for leaf in one.values]
    if not values:
        told = f"Any repository of GitHub may assume the role; add a condition on {GITHUB}:sub."
        yield Finding("MISSING_GITHUB_REPO_CONDITION_KEY", told, named.leaf.place, named.leaf.path)
    for leaf in values:
        owner, _, rest = leaf.text.removeprefix("repo:").partition("/")
        if leaf.known and ("*" in owner or rest.partition(":")[0] in {"", "*"}):
            told = f"{leaf.text} takes in more than one repository; name it, and a branch."
            code = "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED"
            yield Finding(code, told, leaf.place, leaf.path)


def _anywhere(clause: Clause, actions: set[str]) -> Iterator[Finding]:
    """IAM Roles Anywhere needs three actions."""
    named = [one.leaf for one in clause.principals if one.leaf.text == ROLES_ANYWHERE]
    missing = [one for one in NEEDED if one.lower() not in actions]
    if named and clause.effect == "Allow" and missing and not {"sts:*", "*"} & actions:
        told = f"IAM Roles Anywhere needs {', '.join(NEEDED)}; add {', '.join(missing)}."
        code = "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY"
        yield Finding(code, told, named[0].place, named[0].path)


def deputies(draft: Draft) -> Iterator[Finding]:
    """Services that may be made to use the resource for somebody else."""
    if draft.kind is not Kind.RESOURCE:
        return
    for clause in draft.clauses:
        if clause.effect != "Allow" or clause.keys() & CONFUSABLE:
            continue
        for named in clause.principals:
            if named.kind == "Service" and named.leaf.text in CONFUSED:
                service = named.leaf.text
                told = f"{service} acts for all customers; add aws:SourceArn or aws:SourceAccount."
                code = "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"
                yield Finding(code, told, named.leaf.place, named.leaf.path)
