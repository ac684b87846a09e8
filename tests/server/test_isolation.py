"""One account finds, sees and changes nothing of another, whatever the operation and the ids.

Generated from the operations that are declared. What an operation works on is made on two sides;
then the administrator and the root of one call it with the ids of the other: with all of them on a
side that has nothing, with all of them on a side that has the same under the same names, and with
its own but for one.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.credentials import Credentials

from server import rows
from server import rows_organizations as org
from server.place import Answer, Place, Row
from server.rows import NAMES, NEVER_DONE, Name
from server.things import called

# What is done with the other side's parameters on one's own side, and why.
OWN = {
    ("iam", name): "makes a thing of that name here"
    for name in (
        "CreateAccountAlias",
        "CreateGroup",
        "CreateInstanceProfile",
        "CreateOpenIDConnectProvider",
        "CreatePolicy",
        "CreateSAMLProvider",
        "CreateServiceLinkedRole",
        "CreateVirtualMFADevice",
        "UploadServerCertificate",
    )
} | {
    ("iam", "CreateDelegationRequest"): "asks whom the other side asks, in its own name",
    ("iam", "GetContextKeysForCustomPolicy"): "says what is in the given text",
    ("iam", "SimulateCustomPolicy"): "judges by the given texts alone; the ARN is only compared",
    ("iam", "GenerateOrganizationsAccessReport"): "the report fails, as a test below shows",
    ("organizations", "CreateAccount"): "makes an account of its own",
    ("organizations", "CreateGovCloudAccount"): "makes an account of its own",
    ("organizations", "CreateOrganization"): "makes its own",
    ("organizations", "InviteAccountToOrganization"): "anybody may be asked",
    ("organizations", "InviteOrganizationToTransferResponsibility"): "anybody may be asked",
    ("cloudformation", "CreateChangeSet"): "makes a change set of that name on its own stack",
    ("cloudformation", "CreateStack"): "makes a stack of that name here",
    ("cloudformation", "DeleteChangeSet"): "is done where there is none, as on AWS",
    ("cloudformation", "DeleteStack"): "is done where there is none, as on AWS",
    ("cloudformation", "ValidateTemplate"): "judges the given text alone",
    ("rolesanywhere", "CreateTrustAnchor"): "makes a thing of that name here",
    ("identitystore", "IsMemberInGroups"): "says that nobody is in a group that is not there",
    ("logs", "CreateLogGroup"): "makes a group of that name here",
    ("logs", "DescribeQueries"): "lists none of one's own by the other's group",
    ("logs", "PutQueryDefinition"): "saves a query of its own",
    ("logs", "PutResourcePolicy"): "keeps a policy of its own",
    ("logs", "PutSubscriptionFilter"): "is refused, since nothing can be reached from here",
    ("logs", "TestMetricFilter"): "judges the given text alone",
    ("accessanalyzer", "CheckAccessNotGranted"): "judges the given text alone",
    ("accessanalyzer", "CheckNoNewAccess"): "judges the given texts alone",
    ("accessanalyzer", "ValidatePolicy"): "judges the given text alone",
    ("accessanalyzer", "CreateAnalyzer"): "makes an analyzer of that name here",
    ("accessanalyzer", "CreateServiceLinkedAnalyzer"): "makes an analyzer of its own",
    ("accessanalyzer", "ListPolicyGenerations"): "lists none of one's own by the other's role",
    ("cloudtrail", "CreateTrail"): "the bucket's policy lets CloudTrail write, for whomever",
    ("cloudtrail", "DescribeTrails"): "trails that are not there are passed over",
    ("s3", "CreateBucket"): "the name is free: the row has not made it yet",
    ("sts", "AssumeRoleWithSAML"): "the assertion says who asks, whoever sends it",
    ("sts", "AssumeRoleWithWebIdentity"): "the token says who asks, whoever sends it",
    ("sts", "GetAccessKeyInfo"): "tells anybody whose key it is",
    ("cloudwatch", "PutMetricAlarm"): "makes an alarm of that name here",
    ("cloudwatch", "PutDashboard"): "makes a dashboard of that name here",
    ("cloudwatch", "DescribeAlarms"): "lists none of one's own by the other's name",
    ("cloudwatch", "DescribeAlarmHistory"): "lists nothing of one's own by the other's name",
    ("cloudwatch", "DeleteAlarmMuteRule"): "passes over a name of none",
    ("cloudwatch", "ListAlarmMuteRules"): "lists none of one's own by the other's alarm",
    ("cloudwatch", "PutAlarmMuteRule"): "makes a rule of that name here",
    ("cloudwatch", "DeleteInsightRules"): "tells that there is none of that name",
    ("cloudwatch", "DisableInsightRules"): "tells that there is none of that name",
    ("cloudwatch", "EnableInsightRules"): "tells that there is none of that name",
    ("cloudwatch", "PutInsightRule"): "makes a rule of that name here",
    ("cloudwatch", "DescribeAnomalyDetectors"): "lists none of one's own by the other's id",
    ("cloudwatch", "ListDashboards"): "lists none of one's own by the other's name",
    ("cloudwatch", "EnableAlarmActions"): "passes over names of no alarm, as AWS does",
    ("cloudwatch", "DisableAlarmActions"): "passes over names of no alarm, as AWS does",
}
# Who has what is in the request has what it gives.
BEARER = {
    ("sts", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"),
    ("sts", "GetAccessKeyInfo"),
}
# Parameters that hold text or numbers and name nothing.
NO_ID = {
    "AccountName", "AuthenticationCode1", "AuthenticationCode2", "Content", "Description", "Email",
    "NewPassword", "OldPassword", "Policy", "PolicyDocument", "RequestorWorkflowId", "SourceName", "TemplateBody", "kmsKeyId",
    "logEvents", "metricTransformations",
    "ResourcePolicy",
    "TagsList",
    "policyDocument", "existingPolicyDocument", "newPolicyDocument",
}  # fmt: skip
# Words that parameters and rows share without naming anything.
WORDS = {
    "BILLING",
    "ap-east-1",
    "ram.amazonaws.com",
    "client",
    "ES384",
    "EVENT_DATA_STORE",
    "Custom",
}
# Who calls these must be somebody else than an administrator or the root.
OTHER_CALLER = {("iam", "ChangePassword"), ("sts", "GetScopedCredentials")}
# The answer tells of each key whether it was denied.
TELLS_OF_EACH = {("s3", "DeleteObjects")}
# How what is another account's is refused, besides `…NotFoundException` of Organizations.
ABSENT = {
    "iam": {"NoSuchEntity", "AccessDenied"},
    "sts": {
        "AccessDenied",
        "ExpiredTradeInTokenException",
        "InvalidAuthorizationMessageException",
        "InvalidIdentityToken",
    },
    "account": {"AccessDeniedException"},
    "cloudformation": {"AccessDenied", "ChangeSetNotFound", "ValidationError"},
    "rolesanywhere": {"AccessDeniedException", "ResourceNotFoundException"},
    "s3": {"AccessDenied", "NoSuchUpload", "403"},
    "logs": {"AccessDeniedException", "ResourceNotFoundException"},
    "organizations": set(),
    "identitystore": {"ResourceNotFoundException"},
    "sso-admin": {"AccessDeniedException", "ResourceNotFoundException"},
    "cloudwatch": {"ResourceNotFound", "ResourceNotFoundException", "ValidationError"},
    # Operations on policy generations know no other refusal.
    "accessanalyzer": {"ResourceNotFoundException", "ValidationException"},
    "cloudtrail": {
        "AccessDeniedException",
        *("TrailNotFoundException", "EventDataStoreNotFoundException", "ChannelNotFoundException"),
        *("ResourceNotFoundException", "QueryIdNotFoundException", "AccountNotFoundException"),
        *("AccountNotRegisteredException", "OrganizationsNotInUseException"),
        "ImportNotFoundException",
    },
}
# Who sends the token or code in the request is whom it proves, and nobody else is asked for.
BY_TOKEN = {"sso", "sso-oidc"}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


class Sides:
    """Two sides with all that the operation needs, and a stranger who has nothing."""

    def __init__(self, place: Place, name: Name) -> None:
        self.place, self.name = place, name
        self.stranger, self.mine = place.side(), place.side()
        row = rows.row(name)
        self.own = called(row, self.mine).parameters
        before = place.state()
        known = texts(before)
        self.theirs = place.side()
        self.foreign = called(row, self.theirs).parameters
        self.rows = place.state() - before
        asked = json.dumps(self.foreign, default=str)
        self.secrets = {
            one for one in texts(self.rows) - known if len(one) > 7 and one not in asked
        } - {"iam.amazonaws.com", "account.amazonaws.com"}

    @property
    def differing(self) -> set[str]:
        """The parameters that hold ids of the other side."""
        return {
            name
            for name, value in self.foreign.items()
            if value != self.own.get(name) and name not in NO_ID
        }

    def send(self, parameters: dict[str, Any], by: Credentials) -> Answer:
        """The answer, after which the foreign side is as it was and unknown as before."""
        answer = self.mine.place_call(*self.name, parameters, by)
        after = self.place.state()
        assert self.rows <= after, f"changed or gone: {sorted(map(str, self.rows - after))}"
        if self.name not in BEARER:
            told = answer.body.decode(errors="replace") + json.dumps(answer.headers)
            assert not [one for one in self.secrets if one in told], answer
        return answer

    @property
    def names(self) -> set[str]:
        """What the foreign parameters say that is a name or an id on the other side."""
        there = texts(self.rows) - WORDS
        return {
            one
            for name, value in self.foreign.items()
            if name not in NO_ID
            for one in leaves(value)
            if one in there or self.theirs.account in one
        }


def texts(found: set[Row]) -> set[str]:
    """Every text in *found*."""
    return {one for row in found for one in row[1:] if isinstance(one, str)}


def leaves(value: Any) -> Iterator[str]:
    """Every text in *value*."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)


def found_nothing(name: Name, answer: Answer) -> bool:
    """Whether *answer* is that of somebody who asks for what is not there or not theirs."""
    if name in TELLS_OF_EACH:
        return [one["Code"] for one in answer.output["Errors"]] == ["AccessDenied"]
    if name[0] == "organizations":
        return answer.status == 400 and answer.code.endswith("NotFoundException")
    return answer.status >= 400 and answer.code in ABSENT[name[0]]


@pytest.fixture(scope="module")
def sides(place: Place, request: pytest.FixtureRequest) -> Iterator[Sides]:
    yield Sides(place, request.param)
    place.empty()


OF_ACCOUNTS = [name for name in NAMES if name[0] not in BY_TOKEN]
EACH = pytest.mark.parametrize("sides", OF_ACCOUNTS, ids=":".join, indirect=True, scope="module")


@EACH
def test_who_has_nothing_finds_nothing_by_the_ids_of_another_account(sides: Sides) -> None:
    for by in (sides.stranger.admin, sides.stranger.root):
        answer = sides.send(sides.foreign, by)

        if sides.names and sides.name not in OWN:
            not_in_use = answer.code == "AWSOrganizationsNotInUseException"
            assert not_in_use or found_nothing(sides.name, answer), answer


@EACH
def test_who_has_the_same_touches_only_its_own(sides: Sides) -> None:
    name = sides.name
    if name not in OWN and len(sides.differing) > 1:
        for one in sorted(sides.differing):  # beside one's own
            answer = sides.send(sides.own | {one: sides.foreign[one]}, sides.mine.admin)
            assert found_nothing(name, answer), (one, answer)

    answer = sides.send(sides.foreign, sides.mine.admin)

    if name in OWN or name in OTHER_CALLER:
        return
    if sides.differing:
        assert found_nothing(name, answer), answer
    elif name not in NEVER_DONE:
        assert answer.status < 400, answer


def test_every_exception_is_an_operation() -> None:
    assert set(OWN) | BEARER | OTHER_CALLER <= set(NAMES)


def test_a_report_on_another_organization_fails(place: Place) -> None:
    mine, theirs = place.side(), place.side()
    org.entity_path(mine)
    path = org.entity_path(theirs)
    policy = org.attached(theirs)["PolicyId"]
    for asked in (path, {"EntityPath": org.entity_path(mine)["EntityPath"]}):
        given = asked | ({} if asked == path else {"OrganizationsPolicyId": policy})
        job = mine.call("iam", "GenerateOrganizationsAccessReport", mine.admin, **given)["JobId"]

        shown = mine.call("iam", "GetOrganizationsAccessReport", mine.admin, JobId=job)
        assert shown["JobStatus"] == "FAILED", shown
        assert "AccessDetails" not in shown or shown["AccessDetails"] == []
