"""Checks of service control policies and of resource control policies.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html
"""

from collections.abc import Iterator

from doorward.analysis.validation.draft import Clause, Draft, Kind
from doorward.analysis.validation.finding import Finding
from doorward.catalog.actions import rcp_services

SERVICE_OR_NOT = "aws:principalisawsservice"
OF_PRINCIPAL = (
    *("aws:principalarn", "aws:principalaccount", "aws:principalorgid"),
    *("aws:principalorgpaths", "aws:principaltag/"),
)
OF_SOURCE = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
OF_SOURCE_ORGANIZATION = ("aws:sourceorgid", "aws:sourceorgpaths")
WITH_NULL = ("aws:sourceaccount", "aws:sourcearn")


def wildcards(draft: Draft) -> Iterator[Finding]:
    """Actions of service control policies with a wildcard that is not at their end."""
    if draft.kind is not Kind.SCP:
        return
    for one in draft.clauses:
        for leaf in one.leaves("Action", "NotAction"):
            if "*" in (rest := leaf.text.rstrip("*?")) or "?" in rest:
                told = f"Wildcards stand at the end of actions only; change {leaf.text}."
                code = "SCP_SYNTAX_ERROR_ACTION_WILDCARD"
                yield Finding(code, told, leaf.place, leaf.path)


def resource_control(draft: Draft) -> Iterator[Finding]:
    """What resource control policies cannot say."""
    if draft.kind is not Kind.RCP:
        return
    for one in draft.clauses:
        everyone = _everyone(one)
        if one.principal_element and not everyone:
            told = 'The Principal of a resource control policy is "*"; narrow it by conditions.'
            path = (*one.path, one.principal_element)
            yield Finding("RCP_SYNTAX_ERROR_PRINCIPAL", told, one.place, path)
        if one.effect == "Allow" and not (everyone and _everything(one) and not one.tests):
            told = 'An Allow here has "*" as Principal and as Resource, and no Condition.'
            yield Finding("RCP_SYNTAX_ERROR_ALLOW", told, one.place, one.path)
        if "NotAction" in one.elements:
            found = one.elements["NotAction"]
            told = "A resource control policy has no NotAction; list actions in Action."
            yield Finding("RCP_SYNTAX_ERROR_NOTACTION", told, found.place, found.path)
        yield from _unreached(one)
        if one.effect == "Deny":
            yield from _impact(one)


def _everyone(one: Clause) -> bool:
    """Whether the principal is `"*"`, or `{"AWS": "*"}` (assumed)."""
    found = {(named.kind, named.leaf.text) for named in one.principals}
    return one.principal_element == "Principal" and found <= {("", "*"), ("AWS", "*")}


def _everything(one: Clause) -> bool:
    return [leaf.text for leaf in one.leaves("Resource")] == ["*"]


def _unreached(one: Clause) -> Iterator[Finding]:
    """Actions of services that resource control policies do not reach."""
    for leaf in one.leaves("Action"):
        service = leaf.text.partition(":")[0].lower()
        alone = leaf.text == "*" and one.effect == "Allow"
        if leaf.known and not alone and service not in rcp_services():
            told = f"Resource control policies do not reach {leaf.text}."
            yield Finding("RCP_SYNTAX_ERROR_ACTION", told, leaf.place, leaf.path)


def _impact(one: Clause) -> Iterator[Finding]:
    """Denials that also strike AWS services, or principals, that were not meant."""
    given = one.keys()
    for test in one.tests_of(*OF_PRINCIPAL):
        if SERVICE_OR_NOT not in given:
            told = (
                f"{test.key.text} is not in requests of AWS services, which are denied too; add "
                '"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}.'
            )
            code = "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY"
            yield Finding(code, told, test.key.place, test.key.path)
    for test in one.tests_of(*OF_SOURCE):
        if SERVICE_OR_NOT not in given and test.base != "Null":
            told = (
                f"{test.key.text} is in requests of AWS services only; add "
                '"BoolIfExists": {"aws:PrincipalIsAWSService": "true"}.'
            )
            code = "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY"
            yield Finding(code, told, test.key.place, test.key.path)
    for test in one.tests_of(*OF_SOURCE_ORGANIZATION):
        if not any(other.base == "Null" for other in one.tests_of(*WITH_NULL)):
            told = (
                f"Not every call of a service has {test.key.text}; add "
                '"Null": {"aws:SourceAccount": "false"}.'
            )
            code = "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK"
            yield Finding(code, told, test.key.place, test.key.path)
