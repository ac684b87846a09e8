"""An organization as the zone of trust: members are inside, whichever account has the resource."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.accessanalyzer.organization import joined
from services.accessanalyzer.watching import Watching, document
from services.served import ACCOUNT, OTHER_ACCOUNT, Clients

STRANGER = "333333333333"


@pytest.fixture
def organization(clients: Clients) -> str:
    return joined(clients)


def role(iam: Any, name: str, principal: Any, **condition: Any) -> str:
    made = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=document(principal, "sts:AssumeRole", **condition),
    )
    return str(made["Role"]["Arn"])


def test_members_are_inside_and_resources_of_members_are_looked_at(
    clients: Clients, analyzer: Any, organization: str
) -> None:
    whole = Watching(analyzer, "ORGANIZATION")
    alone = Watching(analyzer)
    ours = clients.client("iam", host="127.0.0.1")
    theirs = clients.client("iam", "other-key-id", "other-secret", host="127.0.0.1")

    inside = role(ours, "inside", {"AWS": OTHER_ACCOUNT})
    outside = role(theirs, "outside", {"AWS": STRANGER})
    members = role(ours, "members", {"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": organization})

    (found,) = whole.status(outside, "ACTIVE")
    alone.status(inside, "ACTIVE")
    (of_members,) = alone.status(members, "ACTIVE")
    assert whole.about(inside) == whole.about(members) == alone.about(outside) == []
    assert found["resourceOwnerAccount"] == OTHER_ACCOUNT
    assert of_members["condition"] == {"aws:PrincipalOrgID": organization}
    assert of_members["isPublic"] is False


def test_a_member_that_leaves_is_outside_and_out_of_sight(
    clients: Clients, analyzer: Any, organization: str
) -> None:
    watching = Watching(analyzer, "ORGANIZATION")
    arn = role(clients.client("iam", host="127.0.0.1"), "shared", {"AWS": OTHER_ACCOUNT})
    theirs = clients.client("iam", "other-key-id", "other-secret", host="127.0.0.1")
    gone = role(theirs, "gone", {"AWS": STRANGER})
    watching.status(gone, "ACTIVE")
    assert watching.status(arn) == []

    clients.client("organizations", host="127.0.0.1").remove_account_from_organization(
        AccountId=OTHER_ACCOUNT
    )

    watching.status(arn, "ACTIVE")
    watching.status(gone, "RESOLVED")


def test_a_rcp_takes_away_what_it_denies(
    clients: Clients, analyzer: Any, organization: str
) -> None:
    ours = clients.client("organizations", host="127.0.0.1")
    theirs = clients.client("iam", "other-key-id", "other-secret", host="127.0.0.1")
    watching = Watching(analyzer, "ORGANIZATION")
    arn = role(theirs, "open", {"AWS": STRANGER})
    (before,) = watching.status(arn, "ACTIVE")
    root = ours.list_roots()["Roots"][0]["Id"]
    ours.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")
    text = document("*", "sts:AssumeRole", "*").replace("Allow", "Deny")
    made = ours.create_policy(
        Name="none", Description="none", Type="RESOURCE_CONTROL_POLICY", Content=text
    )

    ours.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=OTHER_ACCOUNT)

    watching.status(arn, "RESOLVED")
    assert before["resourceControlPolicyRestriction"] == "NOT_APPLICABLE"


def test_a_member_has_it_only_as_delegated_administrator(
    clients: Clients, organization: str
) -> None:
    theirs = clients.client("accessanalyzer", "other-key-id", "other-secret", host="127.0.0.1")
    with pytest.raises(ClientError, match="delegated administrator"):
        theirs.create_analyzer(analyzerName="whole", type="ORGANIZATION")
    ours = clients.client("organizations", host="127.0.0.1")
    service = "access-analyzer.amazonaws.com"
    ours.enable_aws_service_access(ServicePrincipal=service)
    ours.register_delegated_administrator(AccountId=OTHER_ACCOUNT, ServicePrincipal=service)

    watching = Watching(theirs, "ORGANIZATION")

    arn = role(clients.client("iam", host="127.0.0.1"), "open", {"AWS": STRANGER})
    (found,) = watching.status(arn, "ACTIVE")
    assert found["resourceOwnerAccount"] == ACCOUNT
    ours.deregister_delegated_administrator(AccountId=OTHER_ACCOUNT, ServicePrincipal=service)
    shown = theirs.get_analyzer(analyzerName=watching.name)["analyzer"]
    assert shown["status"] == "DISABLED"
