"""Object Lock: what cannot be deleted, until when, and who may all the same."""

from datetime import timedelta
from typing import Any

import pytest

from doorward.base.errors import AwsError
from doorward.services.context import Context
from doorward.services.s3.service import s3
from services.s3.calls import BUCKET, add_user, call, get, put
from services.support import ACCOUNT, NOW, World, accesses, later

UNTIL = NOW + timedelta(days=10)


def refused(ctx: Context, operation: str, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(AwsError) as caught:
        call(ctx, operation, **parameters)
    return caught.value.code, caught.value.message


def retention(mode: str, days: float) -> dict[str, Any]:
    return {"Mode": mode, "RetainUntilDate": NOW + timedelta(days=days)}


@pytest.fixture
def locked(world: World) -> Context:
    """The owner of a bucket whose objects can be locked."""
    root = world.root()
    call(root, "CreateBucket", ObjectLockEnabledForBucket=True)
    return root


def test_a_bucket_with_locks_keeps_versions_for_good(locked: Context) -> None:
    assert call(locked, "GetBucketVersioning") == {"Status": "Enabled"}
    assert call(locked, "GetObjectLockConfiguration") == {
        "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}
    }
    suspended = {"VersioningConfiguration": {"Status": "Suspended"}}
    assert refused(locked, "PutBucketVersioning", **suspended)[0] == "InvalidBucketState"


def test_locks_can_be_had_later_if_versions_are_kept(bucket: Context) -> None:
    wanted = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}
    assert refused(bucket, "PutObjectLockConfiguration", **wanted)[0] == "InvalidBucketState"
    call(bucket, "PutBucketVersioning", VersioningConfiguration={"Status": "Enabled"})

    call(bucket, "PutObjectLockConfiguration", **wanted)

    put(bucket, "k", ObjectLockLegalHoldStatus="ON")
    assert call(bucket, "GetObjectLegalHold", Key="k") == {"LegalHold": {"Status": "ON"}}


def test_nothing_is_locked_where_that_cannot_be(bucket: Context) -> None:
    put(bucket, "k")
    expected = ("InvalidRequest", "Bucket is missing Object Lock Configuration")

    assert refused(bucket, "PutObject", Key="k", ObjectLockLegalHoldStatus="ON") == expected
    assert refused(bucket, "GetObjectRetention", Key="k") == expected
    assert refused(bucket, "PutObjectLegalHold", Key="k", LegalHold={"Status": "ON"}) == expected


def test_a_version_is_not_deleted_while_it_is_retained(locked: Context) -> None:
    version = put(
        locked, "k", b"text", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL
    )["VersionId"]
    sentence = "Access Denied because object protected by object lock."
    gone = {"Key": "k", "VersionId": version}

    assert refused(locked, "DeleteObject", **gone) == ("AccessDenied", sentence)
    bypass = {"BypassGovernanceRetention": True}
    assert refused(locked, "DeleteObject", **gone, **bypass) == ("AccessDenied", sentence)
    several = call(locked, "DeleteObjects", Delete={"Objects": [gone]}, **bypass)
    assert several["Errors"] == [{**gone, "Code": "AccessDenied", "Message": sentence}]
    call(locked, "DeleteObject", Key="k")  # only puts a marker over it
    assert get(locked, "k", VersionId=version) == b"text"

    call(later(locked, days=11), "DeleteObject", **gone)
    assert refused(locked, "GetObject", **gone)[0] == "NoSuchVersion"


def test_governance_is_passed_over_by_who_may_and_says_so(world: World, locked: Context) -> None:
    may_delete = {"Effect": "Allow", "Action": "s3:DeleteObject*", "Resource": "*"}
    alice = add_user(world, "alice", ACCOUNT, may_delete)
    bypassing = {**may_delete, "Action": ["s3:DeleteObject*", "s3:BypassGovernanceRetention"]}
    bob = add_user(world, "bob", ACCOUNT, bypassing)
    version = put(
        locked, "k", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL
    )["VersionId"]  # fmt: skip
    gone = {"Key": "k", "VersionId": version}

    assert "object lock" in refused(alice, "DeleteObject", **gone)[1]
    assert "s3:BypassGovernanceRetention" in refused(
        alice, "DeleteObject", **gone, BypassGovernanceRetention=True
    )[1]  # fmt: skip
    assert "object lock" in refused(bob, "DeleteObject", **gone)[1]
    call(bob, "DeleteObject", **gone, BypassGovernanceRetention=True)


def test_a_legal_hold_has_no_end_but_its_own(locked: Context) -> None:
    version = put(locked, "k", ObjectLockLegalHoldStatus="ON")["VersionId"]
    gone = {"Key": "k", "VersionId": version, "BypassGovernanceRetention": True}

    assert refused(later(locked, days=9_000), "DeleteObject", **gone)[0] == "AccessDenied"
    call(locked, "PutObjectLegalHold", Key="k", LegalHold={"Status": "OFF"})
    call(locked, "DeleteObject", **gone)


CHANGES = [
    # was,                   shall be,                 passing over, may be
    (("GOVERNANCE", 10),     ("GOVERNANCE", 20),       False,        True),
    (("GOVERNANCE", 10),     ("COMPLIANCE", 10),       False,        True),
    (("GOVERNANCE", 10),     ("GOVERNANCE", 5),        False,        False),
    (("GOVERNANCE", 10),     ("GOVERNANCE", 5),        True,         True),
    (("GOVERNANCE", 10),     None,                     False,        False),
    (("GOVERNANCE", 10),     None,                     True,         True),
    (("COMPLIANCE", 10),     ("COMPLIANCE", 20),       False,        True),
    (("COMPLIANCE", 10),     ("COMPLIANCE", 5),        True,         False),
    (("COMPLIANCE", 10),     ("GOVERNANCE", 20),       True,         False),
    (("COMPLIANCE", 10),     None,                     True,         False),
]  # fmt: skip


@pytest.mark.parametrize(("was", "wanted", "bypass", "may"), CHANGES)
def test_a_retention_is_weakened_by_few_and_compliance_by_nobody(
    locked: Context, was: tuple, wanted: tuple | None, bypass: bool, may: bool
) -> None:
    put(locked, "k")
    call(locked, "PutObjectRetention", Key="k", Retention=retention(*was))
    change = {
        "Key": "k",
        "Retention": retention(*wanted) if wanted else {},
        "BypassGovernanceRetention": bypass,
    }

    if not may:
        assert refused(locked, "PutObjectRetention", **change)[0] == "AccessDenied"
        wanted = was
    else:
        call(locked, "PutObjectRetention", **change)
    if wanted is None:
        code = "NoSuchObjectLockConfiguration"
        assert refused(locked, "GetObjectRetention", Key="k")[0] == code
    else:
        found = call(locked, "GetObjectRetention", Key="k")
        assert found == {"Retention": retention(*wanted)}


def test_new_objects_are_retained_as_the_bucket_says(locked: Context) -> None:
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 3}}
    call(
        locked,
        "PutObjectLockConfiguration",
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )
    put(locked, "k")
    put(locked, "own", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL)

    assert call(locked, "GetObjectRetention", Key="k")["Retention"] == retention("GOVERNANCE", 3)
    head = call(locked, "HeadObject", Key="own")
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("COMPLIANCE", UNTIL)


WRONG_RULES = [
    {},
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE"}}},
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1, "Years": 1}}},
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 0}}},
    {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Days": 1}}},
]  # fmt: skip


@pytest.mark.parametrize("rule", WRONG_RULES)
def test_a_default_that_cannot_be_is_refused(locked: Context, rule: dict) -> None:
    code, _ = refused(locked, "PutObjectLockConfiguration", ObjectLockConfiguration=rule)

    assert code == "MalformedXML"


def test_a_lock_in_the_headers_is_whole_and_to_come(locked: Context) -> None:
    for given in (
        {"ObjectLockMode": "GOVERNANCE"},
        {"ObjectLockRetainUntilDate": UNTIL},
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": NOW},
    ):
        assert refused(locked, "PutObject", Key="k", **given)[0] == "InvalidArgument"


def test_what_a_lock_asks_for(locked: Context) -> None:
    put(locked, "k")
    given = {
        "Bucket": BUCKET,
        "Key": "k",
        "ObjectLockMode": "GOVERNANCE",
        "ObjectLockRetainUntilDate": UNTIL,
        "ObjectLockLegalHoldStatus": "ON",
    }
    keys = {
        "s3:object-lock-mode": "GOVERNANCE",
        "s3:object-lock-legal-hold": "ON",
        "s3:object-lock-retain-until-date": "2026-12-05T06:35:00Z",
        "s3:object-lock-remaining-retention-days": "10",
    }

    for operation in ("PutObject", "CreateMultipartUpload"):
        asked = accesses(s3, operation, locked, **given)
        actions = ["s3:PutObject", "s3:PutObjectRetention", "s3:PutObjectLegalHold"]
        assert [one.action for one in asked] == actions
        assert all(keys.items() <= dict(one.context).items() for one in asked)
    asked = accesses(
        s3, "PutObjectRetention", locked, Bucket=BUCKET, Key="k", VersionId="null",
        Retention=retention("GOVERNANCE", 10), BypassGovernanceRetention=True,
    )  # fmt: skip
    assert [one.action for one in asked] == ["s3:ListBucket"]  # no such version
    version = call(locked, "HeadObject", Key="k")["VersionId"]
    asked = accesses(
        s3, "PutObjectRetention", locked, Bucket=BUCKET, Key="k", VersionId=version,
        Retention=retention("GOVERNANCE", 10), BypassGovernanceRetention=True,
    )  # fmt: skip
    assert [one.action for one in asked] == [
        "s3:PutObjectRetention", "s3:BypassGovernanceRetention",
    ]  # fmt: skip
    assert asked[0].context["s3:object-lock-remaining-retention-days"] == "10"


def test_a_lock_is_told_to_who_may_read_it(world: World, locked: Context) -> None:
    put(locked, "k", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL,
        ObjectLockLegalHoldStatus="ON")  # fmt: skip
    reads = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
    alice = add_user(world, "alice", ACCOUNT, reads)
    bob = add_user(
        world, "bob", ACCOUNT, {**reads, "Action": ["s3:GetObject", "s3:GetObjectRetention"]}
    )

    assert not {"ObjectLockMode", "ObjectLockLegalHoldStatus"} & set(
        call(alice, "HeadObject", Key="k")
    )
    told = call(bob, "HeadObject", Key="k")
    assert told["ObjectLockMode"] == "GOVERNANCE"
    assert "ObjectLockLegalHoldStatus" not in told
