"""Queries whose results are delivered, kept under aliases, and refresh dashboards."""

import csv
import gzip
import hashlib
import io
import json
from base64 import b64decode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from clients.conftest import ACCOUNT
from doorward.server.trails.queries import QueryWorker
from doorward.services.cloudtrail import samples
from doorward.store import trail_records
from services.cloudtrail.lake import REGION, SERVICE, Lake, document, lake, record, refused, server

pytest.importorskip("duckdb")
__all__ = ["lake", "server"]


def filled(lake: Lake, *names: str) -> str:
    """A store with events of these names; its id."""
    store = lake.store(StartIngestion=False).rpartition("/")[2]
    at = lake.served.clock.now() - timedelta(hours=1)
    events = [(at, json.dumps(record(at, name, place))) for place, name in enumerate(names)]
    lake.running.database.write(
        lambda db: trail_records.add(db, ACCOUNT, REGION, store, events), world=False
    )
    return store


def test_results_are_delivered_with_a_signature_that_verifies(lake: Lake) -> None:
    lake.bucket("results")
    store = filled(lake, "One", 'Two, "quoted"')
    statement = f"SELECT eventName, errorCode FROM {store} ORDER BY eventID"  # noqa: S608
    lake.running.workers.queries.stop()
    query = lake.trail.start_query(QueryStatement=statement, DeliveryS3Uri="s3://results/deep/")[
        "QueryId"
    ]
    assert lake.trail.describe_query(QueryId=query)["DeliveryStatus"] == "PENDING"
    lake.answered()

    told = lake.trail.describe_query(QueryId=query)
    assert (told["DeliveryStatus"], told["DeliveryS3Uri"]) == ("SUCCESS", "s3://results/deep/")
    now = lake.served.clock.now()
    folder = f"deep/AWSLogs/{ACCOUNT}/CloudTrail-Lake/Query/{now:%Y/%m/%d}/{query}/"
    body = lake.s3.get_object(Bucket="results", Key=folder + "result_1.csv.gz")["Body"].read()
    rows = list(csv.reader(io.StringIO(gzip.decompress(body).decode())))
    assert rows == [["eventname", "errorcode"], ["One", "null"], ['Two, "quoted"', "null"]]

    sign = json.load(lake.s3.get_object(Bucket="results", Key=folder + "result_sign.json")["Body"])
    (file,) = sign["files"]
    assert file == {
        "fileName": "result_1.csv.gz",
        "fileHashValue": hashlib.sha256(body).hexdigest(),
    }
    keys = lake.trail.list_public_keys(
        StartTime=sign["queryCompleteTime"], EndTime=sign["queryCompleteTime"]
    )["PublicKeyList"]
    (value,) = [one["Value"] for one in keys if one["Fingerprint"] == sign["publicKeyFingerprint"]]
    public = load_der_public_key(value if value.startswith(b"0") else b64decode(value))
    signature = bytes.fromhex(sign["hashSignature"])
    public.verify(signature, file["fileHashValue"].encode(), PKCS1v15(), SHA256())


def test_a_bucket_that_does_not_let_cloudtrail_is_refused_or_told_of(lake: Lake) -> None:
    store = filled(lake, "One")
    given = {"QueryStatement": f"SELECT eventName FROM {store}"}  # noqa: S608
    start = lake.trail.start_query
    missing = refused(start, **given, DeliveryS3Uri="s3://missing")
    assert missing == "S3BucketDoesNotExistException"
    lake.s3.create_bucket(Bucket="closed")
    closed = refused(start, **given, DeliveryS3Uri="s3://closed/")
    assert closed == "InsufficientS3BucketPolicyException"

    lake.bucket("results")
    lake.running.workers.queries.stop()
    query = start(**given, DeliveryS3Uri="s3://results")["QueryId"]
    lake.s3.delete_bucket_policy(Bucket="results")
    lake.answered()
    told = lake.trail.describe_query(QueryId=query)
    assert (told["QueryStatus"], told["DeliveryStatus"]) == ("FINISHED", "ACCESS_DENIED")


def test_a_query_that_a_restart_broke_off_is_run_anew(lake: Lake) -> None:
    store = filled(lake, "One")
    lake.running.workers.queries.stop()
    statement = f"SELECT eventName FROM {store}"  # noqa: S608
    query = lake.trail.start_query(QueryStatement=statement)["QueryId"]
    worker = QueryWorker(lake.running)
    worker._answered = lambda _: 1 / 0
    with pytest.raises(ZeroDivisionError):
        worker.take()
    assert lake.trail.describe_query(QueryId=query)["QueryStatus"] == "RUNNING"

    again = QueryWorker(lake.running)
    again.start()
    again.stop()
    while again.take():
        pass

    assert lake.trail.describe_query(QueryId=query)["QueryStatus"] == "FINISHED"


def board(lake: Lake, store: str) -> str:
    """A dashboard of one widget; its ARN."""
    statement = f"SELECT eventName FROM {store} WHERE eventTime > '?' AND eventName = ?"  # noqa: S608
    widget = {
        "QueryStatement": statement,
        "QueryParameters": ["$StartTime$", "Two"],
        "ViewProperties": {"View": "table"},
    }
    return str(lake.trail.create_dashboard(Name="board", Widgets=[widget])["DashboardArn"])


def test_a_refresh_runs_the_queries_of_the_widgets_once_the_store_lets_cloudtrail(
    lake: Lake,
) -> None:
    store = filled(lake, "One", "Two")
    arn = board(lake, store)
    given = {"DashboardId": arn, "QueryParameterValues": {"$StartTime$": "2020-01-01T00:00:00Z"}}
    refresh = lake.trail.start_dashboard_refresh
    assert refused(refresh, **given) == "AccessDeniedException"
    whole = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:eventdatastore/{store}"
    allowed = {
        "Effect": "Allow",
        "Principal": SERVICE,
        "Action": "cloudtrail:StartQuery",
        "Resource": whole,
        "Condition": {"StringEquals": {"aws:SourceArn": arn, "aws:SourceAccount": ACCOUNT}},
    }
    lake.trail.put_resource_policy(ResourceArn=whole, ResourcePolicy=document(allowed))
    assert refused(refresh, DashboardId=arn) == "InvalidParameterException"

    made = refresh(**given)["RefreshId"]
    lake.answered()

    shown = lake.trail.get_dashboard(DashboardId="board")
    assert shown["LastRefreshId"] == made
    alias = shown["Widgets"][0]["QueryAlias"]
    told = lake.trail.describe_query(QueryAlias=alias, RefreshId=made)
    assert told["QueryStatus"] == "FINISHED", told
    assert told["QueryString"].endswith("eventTime > '2020-01-01T00:00:00Z' AND eventName = 'Two'")
    rows = lake.trail.get_query_results(QueryId=told["QueryId"])["QueryResultRows"]
    assert rows == [[{"eventname": "Two"}]]

    start = lake.trail.start_query
    own = start(QueryAlias=alias, QueryParameters=["2020-01-01", "it's"])["QueryId"]
    assert "'it''s'" in lake.trail.describe_query(QueryId=own)["QueryString"]
    assert lake.trail.describe_query(QueryAlias=alias)["QueryId"] == own
    assert refused(start, QueryAlias=alias) == "InvalidParameterException"
    assert refused(start, QueryAlias="nothing") == "InvalidParameterException"


def test_a_query_needs_the_right_to_each_store_that_it_names(lake: Lake) -> None:
    one = filled(lake, "One")
    other = lake.store("other").rpartition("/")[2]
    lake.iam.create_user(UserName="alice")
    allowed = {
        "Effect": "Allow",
        "Action": "cloudtrail:StartQuery",
        "Resource": f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:eventdatastore/{one}",
    }
    lake.iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=document(allowed))
    key = lake.iam.create_access_key(UserName="alice")["AccessKey"]
    alice = lake.served.client("cloudtrail", key["AccessKeyId"], key["SecretAccessKey"])

    assert alice.start_query(QueryStatement=f"SELECT eventName FROM {one}")["QueryId"]  # noqa: S608
    both = f"SELECT a.eventName FROM {one} a JOIN {other} b ON a.eventID = b.eventID"  # noqa: S608
    assert refused(alice.start_query, QueryStatement=both) == "AccessDeniedException"


def test_every_sample_query_runs(lake: Lake) -> None:
    store = filled(lake, "One")
    for sample in samples.SAMPLES:
        lake.asked(sample.sql.replace(samples.STORE, store))
        assert "{" not in sample.sql


def test_sample_queries_are_found_by_their_words_the_best_first(lake: Lake) -> None:
    found = lake.trail.search_sample_queries(SearchPhrase="console sign-ins without MFA")
    names = [one["Name"] for one in found["SearchResults"]]
    relevant = [one["Relevance"] for one in found["SearchResults"]]

    assert names[0] == "Console sign-ins without a second factor"
    assert relevant == sorted(relevant, reverse=True)
    assert all(0 < one <= 1 for one in relevant)
    assert lake.trail.search_sample_queries(SearchPhrase="xylophone")["SearchResults"] == []
    first = lake.trail.search_sample_queries(SearchPhrase="calls", MaxResults=2)
    rest = lake.trail.search_sample_queries(SearchPhrase="calls", NextToken=first["NextToken"])
    every = lake.trail.search_sample_queries(SearchPhrase="calls", MaxResults=50)
    assert first["SearchResults"] + rest["SearchResults"] == every["SearchResults"][:12]


def test_a_prompt_that_is_written_down_becomes_a_query_and_any_other_is_refused(
    lake: Lake,
) -> None:
    store = filled(lake, "One")
    prompt = "What are my top errors in the past month?"
    made = lake.trail.generate_query(EventDataStores=[store], Prompt=prompt)
    since = lake.served.clock.now() - timedelta(days=30)

    assert f"AND eventTime >= '{since:%Y-%m-%d}" in made["QueryStatement"]
    query = lake.trail.start_query(QueryAlias=made["QueryAlias"])["QueryId"]
    lake.answered()
    told = lake.trail.describe_query(QueryId=query)
    assert (told["QueryStatus"], told["Prompt"]) == ("FINISHED", prompt)
    for other in ("What are my top errors on Tuesdays?", "Make me a sandwich"):
        code = refused(lake.trail.generate_query, EventDataStores=[store], Prompt=other)
        assert code == "GenerateResponseException"


def test_every_phrase_asks_for_one_sample_alone() -> None:
    for one in samples.SAMPLES:
        for phrase in (one.name, *one.phrases):
            assert samples.asked(samples.words(phrase)) is one


def test_federation_is_refused_in_plain_words(lake: Lake) -> None:
    store = filled(lake)
    role = lake.role()
    enable = lake.trail.enable_federation

    code = refused(enable, EventDataStore=store, FederationRoleArn=role)
    assert code == "UnsupportedOperationException"
    code = refused(enable, EventDataStore=store, FederationRoleArn="nothing")
    assert code == "InvalidParameterException"
    left = lake.trail.disable_federation(EventDataStore=store)
    assert left["FederationStatus"] == "DISABLED"
