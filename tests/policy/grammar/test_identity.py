import json

import pytest

from doorward.policy.grammar import MalformedPolicyDocument, PolicyType, check

SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
COLONS = "Actions/Condition can contain only one colon."
PRINCIPAL = "Policy document should not specify a principal."
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
SID = (
    "Statement IDs (SID) must be alpha-numeric. "
    "Check that your input satisfies the regular expression [0-9A-Za-z]*"
)
REPEATED = "Statement IDs (SID) in a single policy must be unique."
REGEX = "Resource vendor must be fully qualified and cannot contain regexes."
IAM_PATH = (
    'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, '
    "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
    "oidc-provider/, report/, access-report/."
)

QUEUE = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:jobs"}


def policy(*statements, **top):
    return json.dumps({"Version": "2012-10-17", **top, "Statement": list(statements)})


def queue(without=(), **elements):
    return {k: v for k, v in {**QUEUE, **elements}.items() if k not in without}


def date(value):
    return queue(Condition={"DateLessThan": {"aws:CurrentTime": value}})


REFUSED = [
    # document                                                  AWS's sentence
    ("", SYNTAX),
    ("no json", SYNTAX),
    ('{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', SYNTAX),
    (policy(), SYNTAX),
    (policy(queue(), Version="2020-01-01"), SYNTAX),
    (policy(queue(), Name="jobs"), SYNTAX),
    (policy(queue(), Id=7), SYNTAX),
    (policy(queue(Sid=7)), SYNTAX),
    (policy(queue(effect="Allow")), SYNTAX),
    (policy(queue(without=["Effect"])), SYNTAX),
    (policy(queue(Effect="Permit")), SYNTAX),
    (policy(queue(NotAction="sqs:*")), SYNTAX),
    (policy(queue(Condition={"StringMatches": {"aws:username": "alice"}})), SYNTAX),
    (policy(queue(Condition={"stringequals": {"aws:username": "alice"}})), SYNTAX),
    (policy(queue(Condition={"NullIfExists": {"aws:username": "true"}})), SYNTAX),
    (policy(queue(Condition={"ForOne:Bool": {"aws:SecureTransport": "true"}})), SYNTAX),
    (policy(queue(), Version="2008-10-17"), VERSION),
    (json.dumps({"Statement": [QUEUE]}), VERSION),
    (json.dumps({"Statement": [queue(Effect="ALLOW")]}), VERSION),  # before its Effect
    (policy(queue(Principal="*")), PRINCIPAL),
    (policy(queue(NotPrincipal={"AWS": "*"}, without=["Resource"])), PRINCIPAL),
    (policy(queue(Effect="ALLOW")), LEGACY),
    (policy(queue(Effect="deny", Sid="no-dashes")), LEGACY),  # before its Sid
    (policy(queue(Resource="arn:aws:sqs::jobs")), LEGACY),  # a field is missing, one is empty
    (policy(queue(Resource="arn:aws:::us-east-1:jobs")), LEGACY),
    (policy(queue(Resource="arn:aws:sqs:::")), LEGACY),
    (policy(date("tomorrow")), LEGACY),
    (policy(date(True)), LEGACY),
    (policy(queue(Sid="Send jobs")), SID),
    (policy(queue(Sid="Same"), queue(Sid="Same")), REPEATED),
    (policy(queue(Sid="Same"), queue(Sid="Same", without=["Action"])), REPEATED),
    (policy(queue(without=["Action"])), NO_ACTIONS),
    (policy(queue(Action=[])), NO_ACTIONS),
    (policy(queue(Action="send", Resource="jobs")), 'Resource jobs must be in ARN format or "*".'),
    (policy(queue(Resource="")), 'Resource  must be in ARN format or "*".'),
    (policy(queue(Resource=["*", "urn:aws:sqs:*:*:jobs"])), 'Resource urn:aws:sqs:*:*:jobs must be in ARN format or "*".'),
    (policy(queue(Resource="arn:aws-moon:sqs")), 'Partition "aws-moon" is not valid for resource "arn:aws-moon:sqs:*:*:*".'),
    (policy(queue(Resource="arn::sqs:::jobs")), 'Partition "" is not valid for resource "arn::sqs:::jobs".'),
    (policy(queue(Resource="arn:aws")), REGEX),
    (policy(queue(Resource="arn:aws:sq?:*:*:jobs")), REGEX),
    (policy(queue(Resource="arn:aws:iam:us-east-1:123456789012:user/alice")), "IAM resource arn:aws:iam:us-east-1:123456789012:user/alice cannot contain region information."),
    (policy(queue(Resource="arn:aws:iam::123456789012:users/alice")), IAM_PATH),
    (policy(queue(Resource="arn:aws:s3:eu-west-1::reports/*")), "Resource arn:aws:s3:eu-west-1::reports/* can not contain region information."),
    (policy(queue(Action="SendMessage")), VENDOR),
    (policy(queue(Action="SendMessage", without=["Resource"])), VENDOR),
    (policy(queue(Action="sqs:Send:Message")), COLONS),
    (policy(queue(Action="s*:SendMessage")), "Vendor s* is not valid"),
    (policy(queue(Action=["sqs:*", ":SendMessage"])), "Vendor  is not valid"),
    (policy(queue(Action="sqs:${aws:username}")), COLONS),
    (policy(queue(Action="sqs:Send$")), LEGACY),
    (policy(queue(without=["Resource"])), NO_RESOURCES),
    (policy(queue(Resource=[])), NO_RESOURCES),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_iam_refuses_is_refused_in_its_words(text, sentence):
    with pytest.raises(MalformedPolicyDocument) as caught:
        check(text, PolicyType.IDENTITY)

    assert (caught.value.code, caught.value.status) == ("MalformedPolicyDocument", 400)
    assert caught.value.message == sentence


ACCEPTED = [
    policy(queue()),
    json.dumps({"Version": "2012-10-17", "Id": "", "Statement": QUEUE}),
    policy(queue(Action="*", Resource="*")),
    policy(queue(Action="sqs:Nothing At All, really")),
    policy(queue(Action="newservice:Do", Resource="arn:aws:newservice")),
    policy(queue(Resource="arn:*:s3:::reports")),
    policy(queue(Resource=["arn:aws:sqs:*:*:jobs", None])),
    policy(queue(Resource="arn:aws:s3:*:*:accesspoint/reports")),
    policy(queue(Resource="arn:aws:iam::*:root")),
    policy(queue(Sid=""), queue(Sid="")),
    policy(queue(Condition={})),
    policy(queue(Condition={"Whatever": {}})),
    policy(queue(Condition={"ForAllValues:StringNotLikeIfExists": {"aws:TagKeys": []}})),
    policy(queue(Condition={"Bool": {"aws:SecureTransport": True}})),
    policy(date("2026-11-25")),
    policy(date(1795593600)),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_iam_accepts_is_accepted(text):
    assert check(text, PolicyType.IDENTITY).text == text


def test_the_place_of_a_fault_is_told():
    text = policy(queue(), queue(Action=["sqs:*", "send"]))

    with pytest.raises(MalformedPolicyDocument) as caught:
        check(text, PolicyType.IDENTITY)

    assert text[slice(*caught.value.place)] == '"send"'


@pytest.mark.parametrize("kind", [PolicyType.INLINE, PolicyType.SESSION])
def test_the_old_language_passes_where_it_need_not_be_managed(kind):
    assert check(json.dumps({"Statement": QUEUE}), kind).version is None


def test_a_session_policy_may_not_shorten_an_arn():
    text = policy(queue(Resource="arn:aws:sqs"))
    check(text, PolicyType.IDENTITY)

    with pytest.raises(MalformedPolicyDocument, match="must be in ARN format"):
        check(text, PolicyType.SESSION)
