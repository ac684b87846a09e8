"""AWS's own cfn-policy-validator and tf-policy-validator against the checks of policies.

POLICY_VALIDATORS names the folder of their commands, such as that of a virtual
environment in which both are installed.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from clients.conftest import Served

FOLDER = os.environ.get("POLICY_VALIDATORS")
CFN = Path(FOLDER or "", "cfn-policy-validator")
TF = Path(FOLDER or "", "tf-policy-validator")
pytestmark = pytest.mark.skipif(
    not FOLDER or not (CFN.is_file() and TF.is_file()),
    reason="POLICY_VALIDATORS names no folder with cfn- and tf-policy-validator",
)

READ_ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
PASS = {"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*"}
EVERYBODY = {**READ, "Sid": "Everybody", "Principal": "*"}
ALICE = {**READ, "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}}
EC2 = {
    "Effect": "Allow",
    "Principal": {"Service": "ec2.amazonaws.com"},
    "Action": "sts:AssumeRole",
}
BLOCKING = 2
REFERENCE = ("--reference-policy", "reference.json", "--reference-policy-type", "identity")


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def template(of_role, of_bucket):
    """A CloudFormation template with a role and a bucket policy."""
    role = {
        "AssumeRolePolicyDocument": document(EC2),
        "Policies": [{"PolicyName": "work", "PolicyDocument": document(of_role)}],
    }
    policy = {"Bucket": "reports", "PolicyDocument": document(of_bucket)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
        },
    }


def plan(of_role, of_bucket):
    """What `terraform show -json` prints of a plan with a role and a bucket policy."""
    values = {
        "aws_iam_role": {"name": "work", "assume_role_policy": json.dumps(document(EC2))},
        "aws_iam_role_policy": {
            "name": "work",
            "role": "work",
            "policy": json.dumps(document(of_role)),
        },
        "aws_s3_bucket_policy": {"bucket": "reports", "policy": json.dumps(document(of_bucket))},
    }
    planned = [
        {
            "address": f"{kind}.one",
            "mode": "managed",
            "type": kind,
            "name": "one",
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "values": value,
        }
        for kind, value in values.items()
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": planned}},
        "configuration": {"root_module": {"resources": []}},
    }


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture
def validator(served, tmp_path):
    """Runs a command of a tool on a file; gives its status and the codes that it blocks for."""
    (tmp_path / "reference.json").write_text(json.dumps(document(READ_ALL)))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": served.endpoint,
        "AWS_ACCESS_KEY_ID": "root-key-id",
        "AWS_SECRET_ACCESS_KEY": "root-secret",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
    }
    settings = sorted(CFN.parent.parent.glob("lib/python*/site-packages/iam_check/config/*.yaml"))

    def run(tool, command, given, *more):
        file = tmp_path / "given.json"
        file.write_text(json.dumps(given))
        arguments = [str(tool), command, "--template-path", str(file), "--region", "us-east-1"]
        if tool is TF:
            arguments += ["--config", str(settings[0])]
        done = subprocess.run(
            [*arguments, *more],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.stdout, done.stderr
        found = json.loads(done.stdout)["BlockingFindings"]
        return done.returncode, [one["code"] for one in found]

    return run


EACH = pytest.mark.parametrize(("tool", "made"), [(CFN, template), (TF, plan)], ids=["cfn", "tf"])


@EACH
@pytest.mark.parametrize(
    ("command", "more", "code"),
    [
        ("check-no-public-access", (), "CheckNoPublicAccess"),
        ("check-access-not-granted", ("--actions", "iam:PassRole"), "CheckAccessNotGranted"),
        ("check-no-new-access", REFERENCE, "CheckNoNewAccess"),
    ],
)
def test_a_check_blocks_what_it_finds_and_lets_the_rest_pass(
    validator, tool, made, command, more, code
):
    assert validator(tool, command, made(READ, ALICE), *more) == (0, [])
    blocked = (BLOCKING, [f"policy-analysis-{code}"])
    assert validator(tool, command, made(PASS, EVERYBODY), *more) == blocked


@EACH
def test_validation_blocks_errors_warnings_and_access_from_outside(validator, tool, made):
    wrong = {**READ, "Action": "s3:GetObjec"}

    status, codes = validator(tool, "validate", made(wrong, EVERYBODY))

    assert status == BLOCKING
    assert "INVALID_ACTION" in codes
    assert ("EXTERNAL_PRINCIPAL" in codes) is (tool is CFN)  # the other only validates
    assert validator(tool, "validate", made(READ, ALICE)) == (0, [])
