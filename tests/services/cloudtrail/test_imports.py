"""Log files of a bucket are taken into an event data store, each event once."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from clients.test_cli import Cli
from doorward.server.trails.imports import ImportWorker
from services.cloudtrail.lake import Lake, document, lake, record, refused, server

pytest.importorskip("duckdb")
__all__ = ["lake", "server"]


def source(role: str, uri: str = "s3://old/") -> dict[str, Any]:
    place = {"S3LocationUri": uri, "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": role}
    return {"S3": place}


def begun(lake: Lake, store: str, role: str, **more: Any) -> str:
    """An import that nothing works on yet."""
    lake.running.workers.imports.stop()
    given = {"Destinations": [store], "ImportSource": source(role)} | more
    return str(lake.trail.start_import(**given)["ImportId"])


def done(lake: Lake) -> None:
    """Do what imports there are, as a server does after a start."""
    ImportWorker(lake.running).take()


def kept(lake: Lake, store: str) -> list[list[str]]:
    table = store.rpartition("/")[2]
    return lake.asked(f"SELECT eventName, eventID FROM {table} ORDER BY eventID")  # noqa: S608


def test_an_import_takes_in_the_events_of_every_log_file(lake: Lake) -> None:
    now = lake.served.clock.now()
    lake.bucket("old")
    store, role = lake.store(StartIngestion=False), lake.role()
    days = [now - timedelta(days=number) for number in (3, 2)]
    for number, day in enumerate(days):
        lake.put("old", day, [record(day, f"Made{number}", number)], str(number))
    lake.s3.put_object(Bucket="old", Key="AWSLogs/123/Config/other.json.gz", Body=b"no log file")
    one = begun(lake, store, role)

    done(lake)

    told = lake.trail.get_import(ImportId=one)
    assert told["ImportStatus"] == "COMPLETED", lake.trail.list_import_failures(ImportId=one)
    assert told["ImportStatistics"] == {
        "PrefixesFound": 2,
        "PrefixesCompleted": 2,
        "FilesCompleted": 2,
        "EventsCompleted": 2,
        "FailedEntries": 0,
    }
    assert [name for name, _ in kept(lake, store)] == ["Made0", "Made1"]
    (listed,) = lake.trail.list_imports(Destination=store, ImportStatus="COMPLETED")["Imports"]
    assert listed["ImportId"] == one


def test_a_file_that_is_none_is_listed_and_taken_in_once_it_is_mended(lake: Lake) -> None:
    day = lake.served.clock.now() - timedelta(days=1)
    lake.bucket("old")
    store, role = lake.store(StartIngestion=False), lake.role()
    lake.put("old", day, [record(day, "Good", 1)], "A")
    broken = lake.put("old", day, [record(day, "Mended", 2)], "B")
    whole = lake.s3.get_object(Bucket="old", Key=broken)["Body"].read()
    lake.s3.put_object(Bucket="old", Key=broken, Body=whole[:40])
    one = begun(lake, store, role)
    done(lake)

    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "FAILED"
    (failure,) = lake.trail.list_import_failures(ImportId=one)["Failures"]
    assert failure["Location"] == f"s3://old/{broken}"
    assert (failure["Status"], failure["ErrorType"]) == ("FAILED", "Unreadable")

    lake.s3.put_object(Bucket="old", Key=broken, Body=whole)
    lake.trail.start_import(ImportId=one)
    done(lake)

    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "COMPLETED"
    assert lake.trail.get_import(ImportId=one)["ImportStatistics"]["FailedEntries"] == 0
    (failure,) = lake.trail.list_import_failures(ImportId=one)["Failures"]
    assert failure["Status"] == "SUCCEEDED"
    assert [name for name, _ in kept(lake, store)] == ["Good", "Mended"]


def test_an_import_that_a_stop_broke_off_goes_on_and_takes_nothing_in_twice(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("doorward.server.trails.importing.AT_ONCE", 3)
    day = lake.served.clock.now() - timedelta(days=1)
    lake.bucket("old")
    store, role = lake.store(StartIngestion=False), lake.role()
    for number in range(2):
        many = [record(day, "Made", 10 * number + place) for place in range(8)]
        lake.put("old", day, many, str(number))
    one = begun(lake, store, role)
    first = ImportWorker(lake.running)
    stops_after(first, writes=2)  # in the middle of the first file
    first.take()
    taken = lake.trail.get_import(ImportId=one)
    assert taken["ImportStatus"] == "IN_PROGRESS"
    assert 0 < taken["ImportStatistics"]["EventsCompleted"] < 16

    done(lake)

    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "COMPLETED"
    ids = [found for _, found in kept(lake, store)]
    assert len(ids) == 16
    assert len(set(ids)) == 16


def stops_after(worker: ImportWorker, *, writes: int) -> None:
    """Have *worker* be told to stop once it has asked so often whether it is to."""

    class Counting(threading.Event):
        left = writes

        def is_set(self) -> bool:
            self.left -= 1
            return self.left < 0

    worker._stopping = Counting()


def test_only_events_of_the_time_that_is_asked_for_are_taken_in(lake: Lake) -> None:
    now = lake.served.clock.now()
    old, asked, late = (now - timedelta(days=number) for number in (20, 10, 1))
    lake.bucket("old")
    store, role = lake.store(StartIngestion=False, RetentionPeriod=400 - 60), lake.role()
    for number, day in enumerate((old, asked, late)):
        lake.put("old", day, [record(day, f"Made{number}", number)], str(number))
    lake.put("old", now, [record(now - timedelta(days=390), "TooOld", 9)], "Z")
    begun(
        *(lake, store, role),
        StartEventTime=asked - timedelta(days=1),
        EndEventTime=asked + timedelta(days=1),
    )
    done(lake)

    assert [name for name, _ in kept(lake, store)] == ["Made1"]


def test_a_role_that_may_not_read_fails_the_import_and_says_so(lake: Lake) -> None:
    lake.bucket("old")
    store, role = lake.store(), lake.role("weak", "s3:GetObject")
    one = begun(lake, store, role)
    done(lake)

    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "FAILED"
    (failure,) = lake.trail.list_import_failures(ImportId=one)["Failures"]
    assert (failure["Location"], failure["ErrorType"]) == ("s3://old/", "AccessDenied")

    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    lake.iam.put_role_policy(RoleName="weak", PolicyName="more", PolicyDocument=document(allowed))
    lake.trail.start_import(ImportId=one)
    done(lake)
    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "COMPLETED"


def test_one_import_at_a_time_and_a_stopped_one_takes_in_no_more(lake: Lake) -> None:
    store, role = lake.store(), lake.role()
    one = begun(lake, store, role)
    given = {"Destinations": [store], "ImportSource": source(role)}

    assert refused(lake.trail.start_import, **given) == "AccountHasOngoingImportException"
    assert lake.trail.stop_import(ImportId=one)["ImportStatus"] == "STOPPED"
    done(lake)
    assert lake.trail.get_import(ImportId=one)["ImportStatus"] == "STOPPED"
    assert refused(lake.trail.stop_import, ImportId=one) == "InvalidParameterException"
    assert lake.trail.start_import(ImportId=one)["ImportStatus"] == "INITIALIZING"


def test_what_cannot_be_imported_is_refused_before_it_begins(lake: Lake) -> None:
    store, role = lake.store(), lake.role()
    start = lake.trail.start_import
    made = {"Destinations": [store], "ImportSource": source(role)}

    assert refused(start) == "InvalidParameterException"
    wrong = made | {"ImportSource": source(role, "https://old/")}
    assert refused(start, **wrong) == "InvalidImportSourceException"
    missing = "11111111-2222-3333-4444-555555555555"
    gone = store.rpartition("/")[0] + f"/{missing}"
    assert refused(start, **(made | {"Destinations": [gone]})) == "EventDataStoreNotFoundException"
    assert refused(start, ImportId=missing) == "ImportNotFoundException"


def test_an_import_needs_the_right_to_pass_its_role(lake: Lake) -> None:
    store, role = lake.store(), lake.role()
    lake.iam.create_user(UserName="alice")
    key = lake.iam.create_access_key(UserName="alice")["AccessKey"]
    alice = lake.served.client("cloudtrail", key["AccessKeyId"], key["SecretAccessKey"])

    def allow(*actions: str) -> None:
        policy = document({"Effect": "Allow", "Action": list(actions), "Resource": "*"})
        lake.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=policy)

    given = {"Destinations": [store], "ImportSource": source(role)}
    allow("cloudtrail:*")
    assert refused(alice.start_import, **given) == "AccessDeniedException"
    allow("cloudtrail:*", "iam:PassRole")
    assert alice.start_import(**given)["ImportStatus"] == "INITIALIZING"


def test_the_cli_begins_an_import_and_follows_it(lake: Lake, tmp_path) -> None:
    cli = Cli(lake.served.endpoint, tmp_path)
    lake.bucket("old")
    store, role = lake.store(), lake.role()
    lake.running.workers.imports.stop()
    place = f"S3LocationUri=s3://old/,S3BucketRegion=us-east-1,S3BucketAccessRoleArn={role}"

    made = cli.json(
        *("cloudtrail", "start-import", "--destinations", store),
        *("--import-source", f"S3={{{place}}}"),
    )
    done(lake)

    one = cli.json("cloudtrail", "get-import", "--import-id", made["ImportId"])
    assert (made["ImportStatus"], one["ImportStatus"]) == ("INITIALIZING", "COMPLETED")
