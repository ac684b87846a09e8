"""Which services and actions the users and roles of a live account used, and when.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
"""

import time
from typing import NamedTuple

from doorward.analysis.account.extras import uses
from doorward.analysis.account.model import ServiceUse
from doorward.analysis.account.pages import Item
from doorward.cli.calls import Calls, Unanswered

PAUSES_SECONDS = (0.1, 0.2, 0.5, *([1.0] * 60))


class Job(NamedTuple):
    """The report on one entity, being made."""

    calls: Calls
    arn: str
    id: str


def begun(calls: Calls, arn: str) -> Job:
    """Ask for the report on the entity *arn*."""
    asked = {"Arn": arn, "Granularity": "ACTION_LEVEL"}
    answer = calls("iam", "GenerateServiceLastAccessedDetails", **asked)
    return Job(calls, arn, str(answer["JobId"]))


def read(calls: Calls, arn: str, job: str) -> tuple[str, tuple[ServiceUse, ...]]:
    """The entity, and the services that it may use.

    Raises:
        Unanswered: the report failed, or is not made in time.
    """
    for pause in PAUSES_SECONDS:
        page = calls("iam", "GetServiceLastAccessedDetails", JobId=job)
        if page["JobStatus"] == "FAILED":
            raise Unanswered(f"the report on {arn} failed")
        if page["JobStatus"] == "COMPLETED":
            break
        time.sleep(pause)
    else:
        raise Unanswered(f"the report on {arn} is still being made")
    found = list(uses(Item(arn, page)))
    while page.get("IsTruncated"):
        page = calls("iam", "GetServiceLastAccessedDetails", JobId=job, Marker=page["Marker"])
        found += uses(Item(arn, page))
    return arn, tuple(found)
