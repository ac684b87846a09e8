"""What the points in an alarm's range say: the rules of missing data and of M out of N.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

from collections.abc import Sequence
from enum import Enum

OK, ALARM, INSUFFICIENT_DATA = "OK", "ALARM", "INSUFFICIENT_DATA"

MORE_THAN_JUDGED = 2
"""Points that are fetched beyond those that are judged.

assumed: AWS only says that there are more; its worked cases have five for three.
"""


class Missing(Enum):
    """How points that are missing are treated."""

    MISSING = "missing"
    IGNORE = "ignore"
    BREACHING = "breaching"
    NOT_BREACHING = "notBreaching"


def verdict(
    breaches: Sequence[bool | None], *, periods: int, to_alarm: int, missing: Missing
) -> str | None:
    """The state that *breaches*, of which None is missing, lead to; None for the one that is.

    *breaches* go from the oldest to the newest point of the whole range. Missing points count for
    nothing as long as there are *periods* real ones; of these the newest are judged.
    """
    real = [one for one in breaches if one is not None]
    if len(real) >= periods:
        return ALARM if sum(real[-periods:]) >= to_alarm else OK
    breaching = sum(real)
    if missing is Missing.BREACHING:
        return ALARM if breaching + periods - len(real) >= to_alarm else OK
    if missing is Missing.NOT_BREACHING:
        return ALARM if breaching >= to_alarm else OK
    if breaching >= to_alarm:
        return ALARM
    if not all(real):
        return OK
    if missing is Missing.IGNORE:
        return None
    if not real:
        return INSUFFICIENT_DATA
    # Too few breaching points for an alarm, but nothing fine behind the oldest of them.
    # assumed: the state stays as it is while that one is younger than the points to alarm.
    age = len(breaches) - breaches.index(True)
    return ALARM if age >= to_alarm else None
