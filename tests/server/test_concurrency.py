"""Quotas hold and nothing is orphaned, whatever many clients do at once to a real server.

Eight threads, each with a client of its own. The gate runs few rounds; `--run-slow` runs 200.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clients.conftest import ACCOUNT, Served
from server.place import EVERYTHING

THREADS = 8
ROUNDS = pytest.mark.parametrize(
    "rounds", [10, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])]
)
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
Codes = Counter[str]
Work = Callable[[Any, int], object]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    server = Served()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def clients(served: Served) -> list[Any]:
    return [served.client("iam") for _ in range(THREADS)]


@pytest.fixture
def iam(clients: list[Any]) -> Any:
    return clients[0]


def together(clients: list[Any], *works: Work) -> Codes:
    """How often each code was answered when every thread does one of *works* at the same time."""
    barrier = threading.Barrier(THREADS)
    codes: list[str] = []
    faults: list[BaseException] = []

    def run(number: int) -> None:
        try:
            barrier.wait(20)
            works[number % len(works)](clients[number], number)
            codes.append("done")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
        except BaseException as error:
            faults.append(error)
            raise

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults
    assert len(codes) == THREADS
    return Counter(codes)


@ROUNDS
def test_a_user_never_has_more_than_two_access_keys(
    clients: list[Any], iam: Any, rounds: int
) -> None:
    iam.create_user(UserName="keys")
    for _ in range(rounds):
        codes = together(clients, lambda client, _: client.create_access_key(UserName="keys"))

        assert codes == {"done": 2, "LimitExceeded": 6}
        made = iam.list_access_keys(UserName="keys")["AccessKeyMetadata"]
        assert len(made) == 2
        for key in made:
            iam.delete_access_key(UserName="keys", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="keys")


@ROUNDS
def test_a_policy_never_has_more_than_five_versions(
    clients: list[Any], iam: Any, rounds: int
) -> None:
    arn = iam.create_policy(PolicyName="versions", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    for _ in range(rounds):
        codes = together(
            clients,
            lambda client, number: client.create_policy_version(
                PolicyArn=arn, PolicyDocument=EVERYTHING, SetAsDefault=number % 2 == 0
            ),
        )

        assert codes == {"done": 4, "LimitExceeded": 4}
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        assert len(versions) == 5
        assert len({one["VersionId"] for one in versions}) == 5
        assert [one["IsDefaultVersion"] for one in versions].count(True) == 1
        for one in versions:
            if not one["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=arn, VersionId=one["VersionId"])
    iam.delete_policy(PolicyArn=arn)


@ROUNDS
def test_a_user_never_has_more_than_ten_attached_policies(
    clients: list[Any], iam: Any, rounds: int
) -> None:
    iam.create_user(UserName="attached")
    arns = [
        iam.create_policy(PolicyName=f"attached-{n}", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
        for n in range(16)
    ]
    for arn in arns[:8]:
        iam.attach_user_policy(UserName="attached", PolicyArn=arn)
    for _ in range(rounds):
        codes = together(
            clients,
            lambda client, number: client.attach_user_policy(
                UserName="attached", PolicyArn=arns[8 + number]
            ),
        )

        assert codes == {"done": 2, "LimitExceeded": 6}
        found = iam.list_attached_user_policies(UserName="attached")["AttachedPolicies"]
        assert len(found) == 10
        for one in found:
            if one["PolicyArn"] in arns[8:]:
                iam.detach_user_policy(UserName="attached", PolicyArn=one["PolicyArn"])
    for arn in arns[:8]:
        iam.detach_user_policy(UserName="attached", PolicyArn=arn)
    for arn in arns:
        iam.delete_policy(PolicyArn=arn)
    iam.delete_user(UserName="attached")


@ROUNDS
def test_a_user_never_is_in_more_than_ten_groups(clients: list[Any], iam: Any, rounds: int) -> None:
    iam.create_user(UserName="member")
    names = [f"group-{n}" for n in range(16)]
    for name in names:
        iam.create_group(GroupName=name)
    for name in names[:8]:
        iam.add_user_to_group(GroupName=name, UserName="member")
    for _ in range(rounds):
        codes = together(
            clients,
            lambda client, number: client.add_user_to_group(
                GroupName=names[8 + number], UserName="member"
            ),
        )

        assert codes == {"done": 2, "LimitExceeded": 6}
        found = [one["GroupName"] for one in iam.list_groups_for_user(UserName="member")["Groups"]]
        assert len(found) == 10
        for name in set(found) & set(names[8:]):
            iam.remove_user_from_group(GroupName=name, UserName="member")
    for name in names[:8]:
        iam.remove_user_from_group(GroupName=name, UserName="member")
    for name in names:
        iam.delete_group(GroupName=name)
    iam.delete_user(UserName="member")


@ROUNDS
def test_an_instance_profile_never_has_more_than_one_role(
    clients: list[Any], iam: Any, rounds: int
) -> None:
    iam.create_instance_profile(InstanceProfileName="profile")
    names = [f"worker-{n}" for n in range(THREADS)]
    for name in names:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    for _ in range(rounds):
        codes = together(
            clients,
            lambda client, number: client.add_role_to_instance_profile(
                InstanceProfileName="profile", RoleName=names[number]
            ),
        )

        assert codes == {"done": 1, "LimitExceeded": 7}
        shown = iam.get_instance_profile(InstanceProfileName="profile")["InstanceProfile"]
        (role,) = shown["Roles"]
        iam.remove_role_from_instance_profile(
            InstanceProfileName="profile", RoleName=role["RoleName"]
        )
    for name in names:
        iam.delete_role(RoleName=name)
    iam.delete_instance_profile(InstanceProfileName="profile")


ORPHANS = (
    "SELECT 'key' FROM access_key WHERE user_id <> '' AND user_id NOT IN (SELECT id FROM \"user\")",
    "SELECT 'member' FROM member WHERE user_id NOT IN (SELECT id FROM \"user\")",
    (
        'SELECT entity_id FROM attachment WHERE entity_id NOT IN (SELECT id FROM "user" '
        'UNION SELECT id FROM role UNION SELECT id FROM "group")'
    ),
    (
        'SELECT entity_id FROM inline_policy WHERE entity_id NOT IN (SELECT id FROM "user" '
        'UNION SELECT id FROM role UNION SELECT id FROM "group")'
    ),
)


def orphans(served: Served) -> list[Any]:
    """What belongs to nobody there is."""
    with served.running.database.read() as db:
        return [row for query in ORPHANS for row in db.exec_driver_sql(query).all()]


@ROUNDS
def test_a_user_that_is_deleted_meanwhile_leaves_nothing_behind(
    served: Served, clients: list[Any], iam: Any, rounds: int
) -> None:
    iam.create_group(GroupName="leavers")
    arn = iam.create_policy(PolicyName="leavers", PolicyDocument=EVERYTHING)["Policy"]["Arn"]
    works: list[Work] = [
        lambda client, _: client.delete_user(UserName="leaver"),
        lambda client, _: client.create_access_key(UserName="leaver"),
        lambda client, _: client.attach_user_policy(UserName="leaver", PolicyArn=arn),
        lambda client, _: client.add_user_to_group(UserName="leaver", GroupName="leavers"),
    ]
    for _ in range(rounds):
        iam.create_user(UserName="leaver")
        codes = together(clients, *works)

        assert set(codes) <= {"done", "NoSuchEntity", "DeleteConflict"}
        assert orphans(served) == []
        remove_user(iam, "leaver", arn)
    iam.delete_group(GroupName="leavers")
    iam.delete_policy(PolicyArn=arn)


def remove_user(iam: Any, name: str, arn: str) -> None:
    """Delete the user with what was given to them, if they are still there."""
    try:
        keys = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    except iam.exceptions.NoSuchEntityException:
        return
    for key in keys:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    for one in iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]:
        assert one["PolicyArn"] == arn
        iam.detach_user_policy(UserName=name, PolicyArn=arn)
    for group in iam.list_groups_for_user(UserName=name)["Groups"]:
        iam.remove_user_from_group(UserName=name, GroupName=group["GroupName"])
    iam.delete_user(UserName=name)


@ROUNDS
def test_no_session_of_a_role_or_user_outlives_it(
    served: Served, clients: list[Any], iam: Any, rounds: int
) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:role/passing"
    iam.create_user(UserName="assumer")
    iam.put_user_policy(UserName="assumer", PolicyName="all", PolicyDocument=EVERYTHING)
    made = iam.create_access_key(UserName="assumer")["AccessKey"]
    key = made["AccessKeyId"], made["SecretAccessKey"]
    askers = [served.client("sts", *key) for _ in range(THREADS)]
    for _ in range(rounds):
        iam.create_role(RoleName="passing", AssumeRolePolicyDocument=TRUST)
        issued: list[dict[str, str]] = []

        def assume(_: Any, number: int, issued: list[dict[str, str]] = issued) -> None:
            given = askers[number].assume_role(RoleArn=arn, RoleSessionName="session")
            issued.append(given["Credentials"])

        codes = together(clients, lambda client, _: client.delete_role(RoleName="passing"), assume)

        # Several delete it, one does.
        assert set(codes) <= {"done", "AccessDenied", "NoSuchEntity"}
        assert orphans(served) == []
        for credentials in issued[:1]:
            left = served.client(
                "sts",
                credentials["AccessKeyId"],
                credentials["SecretAccessKey"],
                credentials["SessionToken"],
            )
            with pytest.raises(ClientError) as refused:
                left.get_caller_identity()
            assert refused.value.response["Error"]["Code"] == "InvalidClientTokenId"
    iam.delete_access_key(UserName="assumer", AccessKeyId=key[0])
    iam.delete_user_policy(UserName="assumer", PolicyName="all")
    iam.delete_user(UserName="assumer")
