"""Requests of a real server and services behind it, and the records that they leave."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from clients.browser import ACCOUNT, PASSWORD, ask
from clients.conftest import Served
from clients.test_mfa import Phone

PAGE = "/_doorward/sign-in"
ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
EVERYTHING = json.dumps({"Version": "2012-10-17", "Statement": ALLOW})
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "config.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)


class House:
    """A server with `admin`, who may do everything, `nobody`, and `bob`, who has a password.

    `alice` has one too, and a second factor.
    """

    def __init__(self, served: Served) -> None:
        self.served = served
        self.made = 0
        self.clients: dict[tuple[str, str], Any] = {}
        iam = served.client("iam")
        self.keys = {"root": ("root-key-id", "root-secret")}
        for name in ("admin", "nobody"):
            iam.create_user(UserName=name)
            key = iam.create_access_key(UserName=name)["AccessKey"]
            self.keys[name] = (key["AccessKeyId"], key["SecretAccessKey"])
        iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=EVERYTHING)
        for name in ("alice", "bob"):
            iam.create_user(UserName=name)
            iam.create_login_profile(UserName=name, Password=PASSWORD)
        self.phone = Phone(served, iam)
        self.left: dict[Any, list[str]] = {}

    def name(self) -> str:
        self.made += 1
        return f"thing-{self.made}"

    def by(self, who: str, service: str) -> Any:
        if (who, service) not in self.clients:
            self.clients[who, service] = self.served.client(service, *self.keys[who])
        return self.clients[who, service]

    def call(self, service: str, operation: str, *, who: str = "admin", **parameters: Any) -> Any:
        """What comes of it, be it a refusal: that is on record as well."""
        try:
            return getattr(self.by(who, service), operation)(**parameters)
        except ClientError as error:
            return error.response

    def sign_in(self, **more: str) -> None:
        typed = {"account": ACCOUNT, "user": "bob", "password": PASSWORD, "code": ""}
        ask(self.served, "POST", PAGE, typed | more)

    def records(self, act: Callable[["House"], Any]) -> list[str]:
        """The records that *act* leaves, as delivered; it is done once."""
        if act not in self.left:
            before = len(self._all())
            act(self)
            self.left[act] = self._all()[before:]
        return self.left[act]

    def _all(self) -> list[str]:
        if waiting := self.served.running.recorder.flush():
            waiting.result()
        query = "SELECT event FROM audit_event ORDER BY sequence"
        with self.served.running.database.read() as db:
            return [row[0] for row in db.exec_driver_sql(query)]


def bucket(house: House) -> str:
    name = house.name()
    house.by("admin", "s3").create_bucket(Bucket=name)
    return name


def call(service: str, operation: str, **parameters: Any) -> Callable[[House], Any]:
    return lambda house: house.call(service, operation, **parameters)


def sign_in_with_a_code(house: House) -> None:
    house.sign_in(user="alice", code=house.phone.code())


CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
KEY = {"KeyId": "11111111-2222-4333-8444-555555555555"}
VPC = {"VpcId": "vpc-11111111"}

# For each control, a request that it watches for and one beside it that nobody needs to hear of.
WATCHED: dict[int, tuple[Callable[[House], Any], Callable[[House], Any]]] = {
    1: (call("iam", "list_users", who="root"), call("iam", "list_users")),
    2: (call("iam", "list_users", who="nobody"), call("iam", "get_user", UserName="none")),
    3: (House.sign_in, sign_in_with_a_code),
    4: (
        lambda house: house.call(
            "iam",
            "put_user_policy",
            UserName="alice",
            PolicyName=house.name(),
            PolicyDocument=EVERYTHING,
        ),
        call("iam", "list_user_policies", UserName="alice"),
    ),
    5: (call("cloudtrail", "stop_logging", Name="none"), call("cloudtrail", "describe_trails")),
    6: (lambda house: house.sign_in(password="wrong"), sign_in_with_a_code),
    7: (call("kms", "disable_key", **KEY), call("kms", "enable_key", **KEY)),
    8: (
        lambda house: house.call(
            "s3", "put_bucket_cors", Bucket=bucket(house), CORSConfiguration=CORS
        ),
        lambda house: house.call("s3", "get_bucket_cors", Bucket=bucket(house)),
    ),
    9: (
        call("config", "delete_delivery_channel", DeliveryChannelName="none"),
        call("config", "describe_delivery_channels"),
    ),
    10: (
        lambda house: house.call(
            "ec2", "create_security_group", GroupName=house.name(), Description="x"
        ),
        call("ec2", "describe_security_groups"),
    ),
    11: (
        call("ec2", "delete_network_acl", NetworkAclId="acl-11111111"),
        call("ec2", "describe_network_acls"),
    ),
    12: (call("ec2", "create_internet_gateway"), call("ec2", "describe_internet_gateways")),
    13: (
        call("ec2", "delete_route_table", RouteTableId="rtb-11111111"),
        call("ec2", "describe_route_tables"),
    ),
    14: (call("ec2", "create_vpc", CidrBlock="10.9.0.0/16"), call("ec2", "describe_vpcs")),
}
