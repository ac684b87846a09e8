"""Where CloudTrail puts its log files, and what their keys say.

    [prefix/]AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/
        ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_16CHARACTERS.json.gz

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

FOLDER = re.compile(
    r"(?:^|/)AWSLogs/(?:o-[a-z0-9]{10,32}/)?(\d{12})/CloudTrail/([a-z0-9-]+)/(\d{4})/(\d\d)/(\d\d)/"
)
OTHERS = re.compile(r"(?:^|/)AWSLogs/(?:.*/)?CloudTrail-[A-Za-z]+/")
ENDINGS = (".json.gz", ".json")

LATE = timedelta(days=7)
"""How long after an event its delivery is looked for.

Assumed: CloudTrail delivers within minutes and says of no time by which it always has.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What the key of a log file says: whose events, of which Region, delivered on which day."""

    account: str
    region: str
    day: date


def is_log(key: str) -> bool:
    """Whether a file of that *key* may hold records: digests and insights do not."""
    return key.endswith(ENDINGS) and not OTHERS.search(key)


def place(key: str) -> Place | None:
    """What *key* says; None where it is not laid out as CloudTrail does it."""
    found = FOLDER.search(key)
    if found is None:
        return None
    account, region, *numbers = found.groups()
    try:
        return Place(account, region, date(*map(int, numbers)))
    except ValueError:
        return None


def may_hold(
    key: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    account: str | None = None,
    region: str | None = None,
) -> bool:
    """Whether a file of that *key* may hold an event of that time, account and Region.

    A file holds what happened before it was delivered.
    """
    found = place(key)
    if found is None:
        return True
    return (
        (since is None or found.day >= since.astimezone(UTC).date())
        and (until is None or found.day <= (until.astimezone(UTC) + LATE).date())
        and account in {None, found.account}
        and region in {None, found.region}
    )
