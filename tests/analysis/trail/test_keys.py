"""What the key of a log file says of what is in it."""

from datetime import UTC, date, datetime

import pytest

from doorward.analysis.trail.keys import Place, is_log, may_hold, place

LOG = "AWSLogs/123456789012/CloudTrail/eu-west-1/2026/09/10/x.json.gz"


@pytest.mark.parametrize(
    "key",
    [LOG, f"some/prefix/{LOG}", LOG.replace("AWSLogs/", "AWSLogs/o-abcdefghij/"), f"/data/{LOG}"],
)
def test_a_key_says_account_region_and_day(key):
    assert place(key) == Place("123456789012", "eu-west-1", date(2026, 9, 10))


@pytest.mark.parametrize("key", ["x.json.gz", LOG.replace("/09/", "/19/"), f"my{LOG}"])
def test_a_key_of_another_layout_says_nothing_and_may_hold_anything(key):
    assert place(key) is None
    assert may_hold(key, since=datetime(2030, 1, 1, tzinfo=UTC), account="1", region="x")


@pytest.mark.parametrize(
    ("key", "log"),
    [
        (LOG, True),
        ("x.json", True),
        ("x.csv", False),
        (LOG.replace("CloudTrail", "CloudTrail-Digest"), False),
        (LOG.replace("CloudTrail", "CloudTrail-Insight"), False),
    ],
)
def test_digests_and_insights_are_no_logs(key, log):
    assert is_log(key) is log


@pytest.mark.parametrize(
    ("asked", "may"),
    [
        ({"since": datetime(2026, 9, 10, 23, tzinfo=UTC)}, True),
        ({"since": datetime(2026, 9, 11, tzinfo=UTC)}, False),  # delivered before
        ({"until": datetime(2026, 9, 4, tzinfo=UTC)}, True),  # delivered late
        ({"until": datetime(2026, 9, 1, tzinfo=UTC)}, False),
        ({"account": "123456789012", "region": "eu-west-1"}, True),
        ({"account": "210987654321"}, False),
        ({"region": "us-east-1"}, False),
    ],
)
def test_files_of_other_days_accounts_and_regions_are_left_out(asked, may):
    assert may_hold(LOG, **asked) is may
