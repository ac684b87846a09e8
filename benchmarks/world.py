"""What the measured requests need: a user with a key, a role, an object."""

import json

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from benchmarks.contest import Absent
from benchmarks.load import REGION, Key
from benchmarks.servers import ACCOUNT, Server
from benchmarks.workloads import allow, document

POLICIES = {
    "objects": document([allow("s3:Get*", "arn:aws:s3:::bench/*"), allow("s3:List*", "*")]),
    "identity": document(
        [
            allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/*"),
            allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*"),
        ]
    ),
}
"""Inline policies of the user."""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def prepare(server: Server) -> Key:
    """The key that requests are signed with: the user's, or the root's where there is no IAM.

    Raises:
        Absent: there is no bucket or object to be made.
    """
    session = boto3.Session(server.key, server.secret, region_name=REGION)
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    s3 = session.client("s3", endpoint_url=server.endpoint, config=config)
    try:
        s3.create_bucket(Bucket="bench")
        s3.put_object(Bucket="bench", Key="object", Body=b"x" * 1024)
    except ClientError as error:
        raise Absent(str(error)) from error
    iam = session.client("iam", endpoint_url=server.endpoint, config=config)
    try:
        iam.create_user(UserName="alice")
        for name, policy in POLICIES.items():
            text = json.dumps(policy)
            iam.put_user_policy(UserName="alice", PolicyName=name, PolicyDocument=text)
        iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))
        made = iam.create_access_key(UserName="alice")["AccessKey"]
    except ClientError:
        return Key(server.key, server.secret)
    return Key(made["AccessKeyId"], made["SecretAccessKey"])
