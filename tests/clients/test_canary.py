"""No secret of a run is found in what a server keeps: not in clear, base64, hexadecimal or a URL.

Not in the database or its write-ahead log, not in events, log files or the log of the server.
"""

import base64
import gzip
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from canary import forms
from clients.conftest import ACCOUNT, Served
from doorward.authn import totp
from doorward.server.trails.delivery import Courier
from server.turns import settled

PASSWORD = "Canary/Password+5f0e!"
BUCKET = "canary-logs"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": ACCOUNT},
            "Action": "sts:AssumeRole",
        },
    }
)
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        },
    }
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    directory = tmp_path_factory.mktemp("data")
    server = Served(memory=False, data_dir=directory, trail_delivery_seconds=1_000_000.0)
    yield server, directory
    server.stop()


def run(server: Served) -> set[str]:
    """A day's work; the secrets that came up in it."""
    iam, sts, s3 = server.client("iam"), server.client("sts"), server.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=POLICY)
    trail = server.client("cloudtrail")
    trail.create_trail(Name="main", S3BucketName=BUCKET, EnableLogFileValidation=True)
    trail.start_logging(Name="main")
    iam.create_user(UserName="alice")
    iam.create_login_profile(UserName="alice", Password=PASSWORD)
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    special = iam.create_service_specific_credential(
        UserName="alice", ServiceName="codecommit.amazonaws.com"
    )["ServiceSpecificCredential"]
    seed = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")["VirtualMFADevice"]
    text = seed["Base32StringSeed"].decode()
    codes = [totp.code(base64.b32decode(text), int(server.clock.now().timestamp()) // 30 + n) for n in (-1, 0)]  # fmt: skip
    iam.enable_mfa_device(
        UserName="alice",
        SerialNumber=seed["SerialNumber"],
        AuthenticationCode1=codes[0],
        AuthenticationCode2=codes[1],
    )
    role = iam.create_role(RoleName="visited", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    iam.put_user_policy(
        UserName="alice", PolicyName="all",
        PolicyDocument='{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
    )  # fmt: skip
    as_alice = server.client("sts", key["AccessKeyId"], key["SecretAccessKey"])
    made = as_alice.assume_role(RoleArn=role, RoleSessionName="one")["Credentials"]
    federated = as_alice.get_federation_token(Name="guest")["Credentials"]
    session = sts.get_session_token()["Credentials"]
    with pytest.raises(ClientError):
        as_alice.assume_role(RoleArn=f"{role}-missing", RoleSessionName=PASSWORD[:6])
    with pytest.raises(ClientError):
        iam.create_login_profile(UserName="alice", Password=PASSWORD)
    customer = "0123456789abcdef0123456789ABCDEF"
    with pytest.raises(ClientError):
        s3.put_object(
            Bucket=BUCKET, Key="k", Body=b"x", SSECustomerAlgorithm="AES256",
            SSECustomerKey=customer, ChecksumSHA256="no",
        )  # fmt: skip
    secrets = {PASSWORD, key["SecretAccessKey"], special["ServicePassword"], text, customer}
    for one in (made, federated, session):
        secrets |= {one["SecretAccessKey"], one["SessionToken"]}
    return secrets


def test_no_secret_is_found_in_anything_that_is_kept(
    kept: tuple[Served, Path], caplog: pytest.LogCaptureFixture
) -> None:
    server, directory = kept
    with caplog.at_level(logging.DEBUG, logger="doorward"):
        secrets = run(server)
        settled(server.running)
        Courier(server.running).deliver()

    texts = {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and path.name not in {"root-key.json", "master.key"}
    }
    texts |= {
        f"{name} unpacked": gzip.decompress(body)
        for name, body in texts.items()
        if body[:2] == b"\x1f\x8b"
    }
    texts["the log"] = caplog.text.encode()
    assert any(b"CreateLoginProfile" in body for body in texts.values())
    assert sum(name.endswith("unpacked") for name in texts) >= 2
    found = [
        (name, number)
        for name, body in texts.items()
        for number, secret in enumerate(sorted(secrets))
        if any(form in body for form in forms(secret))
    ]
    assert found == []
