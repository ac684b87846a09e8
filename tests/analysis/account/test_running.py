"""Ways that take something that runs as the role, where it is known what runs as which role."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.account import config_files as config
from analysis.account import dumps
from analysis.account.config_files import A
from doorward.analysis.account import dump
from doorward.analysis.account.escalation import Finding, escalations
from doorward.analysis.account.held import hold

ALL = dumps.document(dumps.allow("*"))
FUNCTION = f"arn:aws:lambda:us-east-1:{A}:function:"
UPDATE = ["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]
Found = Callable[..., list[Finding]]


@pytest.fixture
def found(tmp_path: Path) -> Found:
    def make(*items: Any) -> list[Finding]:
        path = tmp_path / "items.json"
        path.write_text(config.snapshot(*items))
        return list(escalations(hold(dump.accounts([path]))).findings)

    return make


def function(name: str, role: str) -> dict[str, Any]:
    arn = f"{FUNCTION}{name}"
    return config.item(A, "AWS::Lambda::Function", arn, {"functionArn": arn, "role": role})


def role(name: str, service: str, *policies: Any) -> dict[str, Any]:
    return config.role(A, name, dumps.trusts({"Service": service}), *policies)


def alice(*statements: Any) -> dict[str, Any]:
    return config.user(A, "alice", dumps.document(*statements))


ADMIN = role("admin", "lambda.amazonaws.com", ALL)
LOW = role("low", "lambda.amazonaws.com")
ADMIN_ARN, LOW_ARN = f"arn:aws:iam::{A}:role/admin", f"arn:aws:iam::{A}:role/low"


def test_a_function_that_runs_as_an_administrator_is_a_way_and_named(found: Found) -> None:
    made = found(alice(dumps.allow(UPDATE)), ADMIN, function("job", ADMIN_ARN))

    by_path = {one.path.id: one for one in made}
    one = by_path["lambda-update-code-invoke"]
    assert (one.through, one.target, one.assumes) == (f"{FUNCTION}job", ADMIN_ARN, None)
    assert one.taken[0].resource == f"{FUNCTION}job"
    assert by_path["lambda-update-code"].assumes == "something invokes it"


def test_without_such_a_function_it_is_none_where_functions_are_told_of(found: Found) -> None:
    assert not found(alice(dumps.allow(UPDATE)), ADMIN, LOW, function("job", LOW_ARN))

    untold = found(alice(dumps.allow(UPDATE)), ADMIN)
    assert {one.assumes for one in untold} >= {"a function runs as the role"}


def test_who_may_change_another_function_only_has_no_way(found: Found) -> None:
    functions = (function("job", ADMIN_ARN), function("other", LOW_ARN))
    may = alice(dumps.allow(UPDATE, f"{FUNCTION}other"))

    assert not found(may, ADMIN, LOW, *functions)


def test_an_instance_runs_as_the_role_of_its_profile(found: Found) -> None:
    arn = f"arn:aws:ec2:us-east-1:{A}:instance/i-1"
    profile = {"iamInstanceProfile": {"arn": f"arn:aws:iam::{A}:instance-profile/admin-profile"}}
    instance = config.item(A, "AWS::EC2::Instance", arn, profile)
    chief = role("admin", "ec2.amazonaws.com", ALL)

    made = found(alice(dumps.allow("ssm:StartSession")), chief, instance)

    (one,) = made
    assert (one.path.id, one.through) == ("ssm-start-session", arn)
    assert one.assumes == "Systems Manager manages the instance"
    bare = config.item(A, "AWS::EC2::Instance", arn, {})
    left = {one.path.id for one in found(alice(dumps.allow("ec2:*")), chief, bare)}
    assert left == {"ec2-launch-template"}  # lists of instances say nothing of templates
