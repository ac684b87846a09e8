import json

import pytest

from doorward.policy.grammar import MalformedPolicyDocumentException, PolicyType, check

SENTENCE = (
    "The provided policy document does not meet the requirements of the specified policy type."
)
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
EVERYONE = {**DENY, "Principal": "*"}


def policy(base, without=(), **elements):
    statement = {k: v for k, v in {**base, **elements}.items() if k not in without}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def accepted(text, kind):
    try:
        check(text, kind)
    except MalformedPolicyDocumentException:
        return False
    return True


SCPS = [
    # document                                                   accepted
    (policy(DENY),                                               True),
    (policy(DENY, Effect="Allow", Action="*"),                   True),
    (policy(DENY, NotAction="iam:*", without=["Action"]),        True),
    (policy(DENY, Condition={"Bool": {"aws:ViaAWSService": "false"}}), True),
    (json.dumps({"Statement": DENY}),                            True),
    (policy(DENY, Principal="*"),                                False),
    (policy(DENY, NotPrincipal="*"),                             False),
    (policy(DENY, without=["Resource"]),                         False),
    (policy(DENY, without=["Action"]),                           False),
    (policy(DENY, Action="s3"),                                  False),
    (policy(DENY, Resource="reports"),                           False),
    (policy(DENY, Sid="no_underscores"),                         False),
    (policy(DENY, Condition={"Is": {"aws:username": "alice"}}),  False),
    ('{"Statement":[]}',                                         False),
    ("",                                                         False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SCPS)
def test_service_control_policies_name_no_principals(text, expected):
    assert accepted(text, PolicyType.SCP) is expected


RCPS = [
    # document                                                   accepted
    (policy(EVERYONE),                                           True),
    (policy(EVERYONE, Principal={"AWS": "*"}),                   True),
    (policy(EVERYONE, Action="S3:Whatever"),                     True),
    (policy(EVERYONE, NotResource="arn:aws:s3:::public", without=["Resource"]), True),
    (json.dumps({"Statement": EVERYONE}),                        True),
    (policy(EVERYONE, Effect="Allow"),                           False),
    (policy(EVERYONE, Principal={"AWS": "123456789012"}),        False),
    (policy(EVERYONE, Principal={"AWS": "*", "Service": "*"}),   False),
    (policy(EVERYONE, without=["Principal"]),                    False),
    (policy(EVERYONE, NotPrincipal="*", without=["Principal"]),  False),
    (policy(EVERYONE, NotAction="s3:*", without=["Action"]),     False),
    (policy(EVERYONE, Action="*"),                               False),
    (policy(EVERYONE, Action=["s3:*", "ec2:*"]),                 False),  # a service out of reach
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RCPS)
def test_resource_control_policies_deny_everyone_some_services(text, expected):
    assert accepted(text, PolicyType.RCP) is expected


def test_organizations_has_one_sentence_and_we_say_what_is_wrong():
    with pytest.raises(MalformedPolicyDocumentException) as caught:
        check(policy(DENY, Principal="*"), PolicyType.SCP)

    assert caught.value.code == "MalformedPolicyDocumentException"
    assert caught.value.message == SENTENCE
    assert caught.value.problem == "a service control policy names no principals"
