"""The credential report of a live account, and the ids of the access keys in it."""

import time
from dataclasses import replace
from datetime import datetime
from typing import Any

from doorward.analysis.account import credentials
from doorward.analysis.account.credentials import Key, Row
from doorward.cli.calls import Calls, Unanswered

PAUSES_SECONDS = (0.1, 0.2, 0.5, *([1.0] * 60))


def report(calls: Calls) -> tuple[tuple[Row, ...], datetime | None]:
    """The rows of the report and when it was made; AWS makes one every four hours at most.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html

    Raises:
        Unanswered: it is not made in time, or is no text.
    """
    for pause in PAUSES_SECONDS:
        if calls("iam", "GenerateCredentialReport").get("State") == "COMPLETE":
            break
        time.sleep(pause)
    else:
        raise Unanswered("it is still being made")
    found = calls("iam", "GetCredentialReport")
    content: Any = found.get("Content", b"")
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else str(content)
    except UnicodeDecodeError as error:
        raise Unanswered("it is not text in UTF-8") from error
    made_at = found.get("GeneratedTime")
    rows = credentials.read(text, "the credential report")
    return rows, made_at if isinstance(made_at, datetime) else None


def named(calls: Calls, row: Row) -> Row:
    """*row* with the ids of its keys, found by when they were made.

    Two that were made within the same second stay without.
    """
    if row.is_root or not any(one.active for one in row.keys):
        return row
    listed = calls("iam", "ListAccessKeys", UserName=row.user).get("AccessKeyMetadata", ())
    times: dict[datetime, list[str]] = {}
    for one in listed:
        times.setdefault(one["CreateDate"].replace(microsecond=0), []).append(one["AccessKeyId"])

    def told(key: Key) -> Key:
        at = key.rotated_at
        ids = times.get(at.replace(microsecond=0), []) if at is not None else []
        return replace(key, id=ids[0]) if len(ids) == 1 else key

    return replace(row, keys=tuple(told(one) for one in row.keys))
