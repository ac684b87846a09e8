"""Access keys with boto3: two at most, and their last use."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import boto3
from botocore.exceptions import ClientError

THREADS = 8
ROUNDS = 5


def test_however_many_ask_at_once_a_user_has_two_keys(fresh, iam):
    iam.create_user(UserName="alice")

    def attempt(_):
        try:
            return iam.create_access_key(UserName="alice")["AccessKey"]["AccessKeyId"]
        except ClientError as error:
            return error.response["Error"]["Code"]

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(ROUNDS):
            outcomes = list(pool.map(attempt, range(THREADS)))
            made = [outcome for outcome in outcomes if outcome.startswith("AKIA")]

            assert len(made) == 2
            assert outcomes.count("LimitExceeded") == THREADS - 2
            for key_id in made:
                iam.delete_access_key(UserName="alice", AccessKeyId=key_id)


def test_a_key_shows_service_region_and_time_of_its_last_use(fresh, iam, user):
    user("alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    never = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="eu-west-1")
    session.client("sts", endpoint_url=fresh.endpoint).get_caller_identity()

    used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
    assert never == {"ServiceName": "N/A", "Region": "N/A"}
    assert used["UserName"] == "alice"
    last = used["AccessKeyLastUsed"]
    assert (last["ServiceName"], last["Region"]) == ("sts", "eu-west-1")
    assert abs(datetime.now(UTC) - last["LastUsedDate"]) < timedelta(minutes=1)
