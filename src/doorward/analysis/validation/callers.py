"""Checks of principals beside conditions: AWS services, tokens' audiences, sessions of roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Iterator

from doorward.analysis.validation.draft import Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.base.arn import Arn

NOT_OF_SERVICES = (
    *("aws:principalorgid", "aws:principalorgpaths", "aws:principaltag/"),
    *("aws:principalaccount", "aws:principalarn", "aws:username", "aws:userid"),
)
"""Keys that calls of AWS services do not carry (documented: the first; the others assumed)."""

AUDIENCE = ":aud"
SINGLE_AUDIENCE = frozenset(
    {
        *("token.actions.githubusercontent.com", "accounts.google.com"),
        *("cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com"),
    }
)
"""Providers whose tokens have one audience (assumed)."""

SESSION, ROLE = "assumed-role/", "role/"


def services(draft: Draft) -> Iterator[Finding]:
    """Conditions that no call of an AWS service meets, and such as there are better ones for."""
    if draft.kind not in {Kind.RESOURCE, Kind.TRUST}:
        return
    for clause in draft.clauses:
        named = [one for one in clause.principals if one.kind == "Service"]
        if clause.effect != "Allow" or not named or len(named) != len(clause.principals):
            continue
        for test in clause.tests_of(*NOT_OF_SERVICES):
            if test.needs_key:
                told = f"Calls of {named[0].leaf.text} have no {test.key.text}; remove it."
                code = "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
                yield Finding(code, told, test.key.place, test.key.path)
        for test in clause.tests_of("aws:referer"):
            told = f"For {named[0].leaf.text} use aws:SourceArn or aws:SourceAccount instead."
            code = "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL"
            yield Finding(code, told, test.key.place, test.key.path)


def audiences(draft: Draft) -> Iterator[Finding]:
    """Set operators on the audience of a token, which most tokens have one of."""
    if draft.kind is not Kind.TRUST:
        return
    for clause in draft.clauses:
        for test in clause.tests:
            key = test.key.text.lower()
            if not key.endswith(AUDIENCE) or not test.qualifier:
                continue
            if test.qualifier == "ForAnyValue:" and key.removesuffix(AUDIENCE) in SINGLE_AUDIENCE:
                told = f"{test.key.text} has one value; remove {test.qualifier}"
                code = "FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE"
            else:
                told = f"{test.key.text} has one value with most providers; see if yours has more."
                code = "CONFIRM_AUDIENCE_CLAIM_TYPE"
            yield Finding(code, told, test.operator.place, test.operator.path)


def sessions(draft: Draft) -> Iterator[Finding]:
    """Sessions of a role beside the role itself."""
    if draft.kind is not Kind.TRUST:
        return
    for clause in draft.clauses:
        texts = [named.leaf for named in clause.principals if named.kind == "AWS"]
        found = [(leaf, Arn.parse(leaf.text)) for leaf in texts]
        roles = {
            (arn.account, arn.resource.rpartition("/")[2])
            for _, arn in found
            if arn and arn.resource.startswith(ROLE)
        }
        for leaf, arn in found:
            if arn is None or not arn.resource.startswith(SESSION):
                continue
            role = arn.resource.removeprefix(SESSION).partition("/")[0]
            if (arn.account, role) in roles:
                told = f"{leaf.text} is a session of the role {role}, which is named too."
                code = "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY"
                yield Finding(code, told, leaf.place, leaf.path)
