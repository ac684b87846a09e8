"""When a signature counts: not too old, not from the future, not past what was asked for.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from datetime import datetime, timedelta

from doorward.authn.claim import Claim
from doorward.authn.errors import Family, Refused, TimeTooSkewed, WrongScope
from doorward.base.clock import basic, iso8601

# Observed, not documented: recorded answers of STS and IAM name 15 minutes, of JSON services 5.
SKEW_MINUTES = {Family.QUERY: 15, Family.JSON: 5, Family.REST_JSON: 5, Family.S3: 15}


def check(claim: Claim, now: datetime, family: Family) -> None:
    """Refuse a signature outside its window, which for presigned URLs ends with `X-Amz-Expires`.

    Raises:
        TimeTooSkewed: S3, the header was signed more than 15 minutes from now.
        Refused: S3, the presigned URL has expired or is not valid yet.
        WrongScope: the other services' name for all of these.
    """
    minutes = SKEW_MINUTES[family]
    skew = timedelta(minutes=minutes)
    lasts = skew if claim.expires is None else timedelta(seconds=claim.expires)
    age = now - claim.signed_at
    if -skew <= age <= lasts:
        return
    if family is Family.S3:
        raise _skewed(claim, now, skew) if claim.expires is None else _expired(claim, now)
    if age > lasts:
        earliest, note = basic(now - lasts), f"{basic(now)} - {_span(lasts)}"
        verb = "Signature expired", "is now earlier than"
    else:
        earliest, note = basic(now + skew), f"{basic(now)} + {minutes} min."
        verb = "Signature not yet current", "is still later than"
    raise WrongScope(family, f"{verb[0]}: {claim.timestamp} {verb[1]} {earliest} ({note})")


def _span(lasts: timedelta) -> str:
    seconds = int(lasts.total_seconds())
    return f"{seconds} sec." if seconds % 60 else f"{seconds // 60} min."


def _skewed(claim: Claim, now: datetime, skew: timedelta) -> TimeTooSkewed:
    milliseconds = int(skew.total_seconds() * 1000)
    return TimeTooSkewed(claim.timestamp, iso8601(now), milliseconds)


def _expired(claim: Claim, now: datetime) -> Refused:
    seconds = claim.expires or 0
    details = {
        "Expires": iso8601(claim.signed_at + timedelta(seconds=seconds)),
        "ServerTime": iso8601(now),
    }
    if now < claim.signed_at:
        return Refused("Request is not yet valid", {"X-Amz-Date": claim.timestamp} | details)
    return Refused("Request has expired", {"X-Amz-Expires": str(seconds)} | details)
