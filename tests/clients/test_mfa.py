"""MFA as people use it: boto3 and a profile of the AWS CLI with `mfa_serial`."""

import json
import os
import pty
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from clients.test_cli import AWS, Cli
from doorward.authn import totp

ACCOUNT = "123456789012"
THREADS = 8
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
YOUNG = {"NumericLessThan": {"aws:MultiFactorAuthAge": "60"}}


def policy(action, **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(**more):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"},
        "Action": "sts:AssumeRole",
        **more,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


class Phone:
    """Alice's authenticator application, at the time of the server's clock."""

    def __init__(self, served, iam):
        self.served = served
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
        self.serial = device["SerialNumber"]
        self.seed = totp.seed_bytes(device["Base32StringSeed"].decode())
        self.picture = device["QRCodePNG"]
        iam.enable_mfa_device(
            UserName="alice",
            SerialNumber=self.serial,
            AuthenticationCode1=self.code(-2),
            AuthenticationCode2=self.code(-1),
        )

    def code(self, later=0):
        return totp.code(self.seed, totp.step(self.served.clock.now()) + later)

    @property
    def given(self):
        return {"SerialNumber": self.serial, "TokenCode": self.code()}


@pytest.fixture
def alice(user, iam):
    made = user("alice")
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=policy("*"))
    return made


@pytest.fixture
def phone(fresh, iam, alice):
    return Phone(fresh, iam)


def with_keys(served, service, issued):
    keys = issued["Credentials"]
    return served.client(
        service, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


def test_the_picture_is_a_png_and_the_device_is_listed(iam, phone):
    assert phone.picture.startswith(b"\x89PNG\r\n\x1a\n")
    (listed,) = iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"]
    assert listed["SerialNumber"] == phone.serial
    assert listed["User"]["UserName"] == "alice"
    assert "Base32StringSeed" not in listed
    assert iam.get_account_summary()["SummaryMap"]["MFADevicesInUse"] == 1


def test_a_session_with_a_code_calls_iam(fresh, alice, phone):
    issued = alice("sts").get_session_token(**phone.given)

    assert with_keys(fresh, "iam", issued).list_users()["Users"]


def test_what_asks_for_mfa_is_allowed_with_it_only(fresh, iam, alice, phone):
    iam.put_user_policy(
        UserName="alice", PolicyName="all", PolicyDocument=policy("iam:ListUsers", Condition=MFA)
    )

    assert refusal(alice("iam").list_users)["Code"] == "AccessDenied"  # the key is absent
    issued = alice("sts").get_session_token(**phone.given)
    assert with_keys(fresh, "iam", issued).list_users()["Users"]


def test_a_code_given_long_ago_is_no_longer_fresh(fresh, iam, alice, phone):
    iam.put_user_policy(
        UserName="alice", PolicyName="all", PolicyDocument=policy("iam:ListUsers", Condition=YOUNG)
    )
    client = with_keys(fresh, "iam", alice("sts").get_session_token(**phone.given))

    assert client.list_users()["Users"]
    fresh.clock.ahead = timedelta(minutes=2)
    assert refusal(client.list_users)["Code"] == "AccessDenied"


def test_of_eight_who_send_one_code_at_once_one_gets_a_session(alice, phone):
    given = phone.given

    def attempt(_):
        try:
            return alice("sts").get_session_token(**given)["Credentials"]["AccessKeyId"]
        except ClientError as error:
            return error.response["Error"]["Message"]

    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(attempt, range(THREADS)))
    assert sum(outcome.startswith("ASIA") for outcome in outcomes) == 1
    refused = [outcome for outcome in outcomes if not outcome.startswith("ASIA")]
    assert all("invalid MFA one time pass code" in message for message in refused)


def test_wrong_codes_are_counted_although_each_is_refused(alice, phone):
    sts = alice("sts")
    near = {phone.code(step) for step in range(-5, 6)}
    wrong = next(text for text in (f"{n:06d}" for n in range(100)) if text not in near)
    for _ in range(5):
        error = refusal(sts.get_session_token, SerialNumber=phone.serial, TokenCode=wrong)
        assert error["Code"] == "AccessDenied"

    assert "invalid MFA" in refusal(sts.get_session_token, **phone.given)["Message"]


def test_no_code_is_written_to_the_audit_log(fresh, alice, phone):
    given = phone.given
    alice("sts").get_session_token(**given)
    if waiting := fresh.running.recorder.flush():
        waiting.result()

    with fresh.running.database.read() as db:
        events = [row[0] for row in db.exec_driver_sql("SELECT event FROM audit_event")]
    text = "".join(map(str, events))
    assert phone.serial in text
    assert given["TokenCode"] not in text
    assert totp.seed_text(phone.seed) not in text


def test_a_profile_with_mfa_serial_asks_for_the_code_and_assumes_the_role(
    fresh, iam, alice, phone, tmp_path
):
    role = iam.create_role(
        RoleName="auditor", AssumeRolePolicyDocument=trust(Condition=MFA)
    )["Role"]["Arn"]  # fmt: skip
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    aws = Cli(fresh.endpoint, tmp_path)
    aws.profile("alice", key["AccessKeyId"], key["SecretAccessKey"])
    aws.write("audit", role_arn=role, source_profile="alice", mfa_serial=phone.serial)
    aws.write("without", role_arn=role, source_profile="alice")

    who = json.loads(typed(aws, "audit", phone.code()))
    refused = aws("sts", "get-caller-identity", profile="without", fails=True)

    assert ":assumed-role/auditor/" in who["Arn"]
    assert "not authorized to perform: sts:AssumeRole" in refused


def typed(aws, profile, code):
    """What the CLI prints when *code* is typed at its prompt, on a terminal of its own."""
    ours, theirs = pty.openpty()
    command = [sys.executable, str(AWS), "--profile", profile, "sts", "get-caller-identity"]
    process = subprocess.Popen(
        [*command, "--output", "json"],
        env=aws.environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        prompt = b""
        while not prompt.endswith(b": ") and (piece := process.stderr.read(1)):
            prompt += piece
        os.write(ours, f"{code}\n".encode())  # not earlier: what waits is dropped by the prompt
        out, errors = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)
    assert process.returncode == 0, errors
    assert prompt == f"Enter MFA code for arn:aws:iam::{ACCOUNT}:mfa/phone: ".encode()
    return out


def test_the_cli_writes_seed_and_picture_to_a_file(fresh, iam, tmp_path):
    aws = Cli(fresh.endpoint, tmp_path)
    for method, begins in [("QRCodePNG", b"\x89PNG"), ("Base32StringSeed", b"")]:
        file = tmp_path / method
        made = aws.json(
            "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", method,
            "--outfile", str(file), "--bootstrap-method", method,
        )["VirtualMFADevice"]  # fmt: skip

        assert made["SerialNumber"] == f"arn:aws:iam::{ACCOUNT}:mfa/{method}"
        assert file.read_bytes().startswith(begins)
    assert len(totp.seed_bytes((tmp_path / "Base32StringSeed").read_text())) == totp.SEED_BYTES
