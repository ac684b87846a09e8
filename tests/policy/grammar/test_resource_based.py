import json

import pytest

from doorward.policy.grammar import MalformedPolicyDocument, PolicyType, check

ANYONE = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}


def policy(without=(), **elements):
    statement = {k: v for k, v in {**ANYONE, **elements}.items() if k not in without}
    return json.dumps({"Statement": [statement]})


RESOURCE, ENDPOINT = PolicyType.RESOURCE, PolicyType.ENDPOINT
CASES = [
    # kind     document                                                     sentence
    (RESOURCE, policy(),                                                    None),
    (ENDPOINT, policy(),                                                    None),
    (RESOURCE, policy(without=["Resource"]),                                None),
    (ENDPOINT, policy(without=["Resource"]),                                "Missing required field Resource"),
    (RESOURCE, policy(without=["Principal"]),                               "Missing required field Principal"),
    (RESOURCE, policy(without=["Action"]),                                  "Missing required field Action"),
    (RESOURCE, policy(Principal="123456789012"),                            "Syntax errors in policy."),
    (RESOURCE, policy(Principal={"AWS": "123456789012"}),                   None),
    (RESOURCE, policy(Principal={"AWS": "arn:aws:iam::1:user/*"}),          "Invalid principal in policy"),
    (RESOURCE, policy(Principal={"Service": "*"}),                          "Invalid principal in policy"),
    (RESOURCE, policy(Action="SendMessage"),                                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    (RESOURCE, policy(Effect="ALLOW"),                                      "Syntax errors in policy."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "sentence"), CASES)
def test_a_resource_based_policy_names_principals_and_actions(kind, text, sentence):
    if sentence is None:
        assert check(text, kind).text == text
        return
    with pytest.raises(MalformedPolicyDocument) as caught:
        check(text, kind)

    assert caught.value.message == sentence
