"""Which services and actions policies open."""

import json
from typing import Any

import pytest

from doorward.analysis.accessible import Access
from doorward.policy.parse import parse


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return allow(action, resource, **more) | {"Effect": "Deny"}


def without(effect: str, action: Any) -> dict[str, Any]:
    return {"Effect": effect, "NotAction": action, "Resource": "*"}


def access(*statements: dict[str, Any]) -> Access:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return Access([parse(text)])


WHEN = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
CASES = [
    # statements                                             service  open
    ([allow("iam:GetUser")],                                  "iam",  True),
    ([allow("IAM:getuser")],                                  "iam",  True),
    ([allow("iam:GetUser")],                                  "s3",   False),
    ([allow("iam:NoSuchAction")],                             "iam",  False),
    ([allow("iam:Get*", "arn:aws:iam::1:user/bob")],          "iam",  True),   # resources are passed over
    ([allow("iam:Get*", **WHEN)],                             "iam",  True),   # so are conditions
    ([allow("*")],                                            "s3",   True),
    ([allow("*"), deny("s3:*")],                              "s3",   False),
    ([allow("*"), deny("s3:*")],                              "iam",  True),
    ([allow("*"), deny("s3:*", **WHEN)],                      "s3",   True),
    ([allow("*"), deny("s3:*", "arn:aws:s3:::b")],            "s3",   True),
    ([allow("s3:GetObject"), deny("s3:Get*")],                "s3",   False),
    ([allow("s3:*"), deny("s3:Get*")],                        "s3",   True),
    ([without("Allow", "iam:*")],                             "iam",  False),
    ([without("Allow", "iam:*")],                             "s3",   True),
    ([without("Allow", "iam:Get*")],                          "iam",  True),
    ([allow("*"), without("Deny", "iam:*")],                  "s3",   False),
    ([allow("*"), without("Deny", "iam:*")],                  "iam",  True),
    ([deny("s3:*")],                                          "iam",  False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "service", "opened"), CASES)
def test_a_service_is_open_if_an_action_of_it_is(
    statements: list[dict[str, Any]], service: str, opened: bool
) -> None:
    found = access(*statements)

    assert found.opens(service) is opened
    assert bool(list(found.actions(service))) is opened


def test_services_come_in_order_and_actions_as_they_are_written() -> None:
    found = access(allow(["sts:AssumeRole", "iam:GetUser", "iam:getrole"]))

    assert list(found.services()) == ["iam", "sts"]
    assert sorted(found.actions("iam")) == ["GetRole", "GetUser"]
