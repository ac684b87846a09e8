"""Where a live account stands in its organization, and the policies on the way down to it.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListPoliciesForTarget.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doorward.analysis.account import documents
from doorward.analysis.account.model import Document, Level, Organization
from doorward.cli.calls import Calls
from doorward.wire.client import Refused

SCP, RCP = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
NOT_IN_USE = "AWSOrganizationsNotInUseException"
NOT_ENABLED = "PolicyTypeNotEnabledException"


def read(calls: Calls, account: str) -> Organization | None:
    """The levels from the root to the account; None where it is in no organization.

    Raises:
        Refused: only the management account and those it delegates to may see them.
    """
    try:
        found = calls("organizations", "DescribeOrganization")["Organization"]
    except Refused as error:
        if error.code == NOT_IN_USE:
            return None
        raise
    levels = [_level(calls, one) for one in reversed(list(_upwards(calls, account)))]
    return Organization(
        tuple(levels), found.get("MasterAccountId") == account, str(found.get("Id", ""))
    )


def _upwards(calls: Calls, account: str) -> Iterator[str]:
    yield account
    at = account
    while not at.startswith("r-"):
        (parent,) = calls("organizations", "ListParents", ChildId=at)["Parents"]
        at = str(parent["Id"])
        yield at


def _level(calls: Calls, target: str) -> Level:
    return Level(
        target,
        service_control=tuple(_policies(calls, target, SCP)),
        resource_control=tuple(_policies(calls, target, RCP)),
    )


def _policies(calls: Calls, target: str, kind: str) -> Iterator[Document]:
    given = {"TargetId": target, "Filter": kind}
    more: dict[str, str] = {}
    while True:
        try:
            page = calls("organizations", "ListPoliciesForTarget", **given, **more)
        except Refused as error:
            if error.code == NOT_ENABLED:
                return
            raise
        for one in page.get("Policies", ()):
            yield _document(calls, one)
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _document(calls: Calls, summary: Mapping[str, Any]) -> Document:
    policy = calls("organizations", "DescribePolicy", PolicyId=summary["Id"])["Policy"]
    name, arn = str(summary["Name"]), str(summary["Arn"])
    return Document(name, documents.read(policy["Content"], f"the policy {name}"), arn)
