"""The functions of one event.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
"""

import ipaddress
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from doorward.analysis.insights.values import Moment, Value, number, text

Work = Callable[[Sequence[Value]], Value]
MOST_CHARACTERS = 1 << 20
"""Of a text that a function makes; a longer one is cut."""


def _numeric(work: Callable[[float], float], given: Sequence[Value]) -> Value:
    found = number(given[0])
    if found is None:
        return None
    try:
        return float(work(found))
    except (ValueError, OverflowError):
        return None


def _extreme(choose: Callable[[list[float]], float], given: Sequence[Value]) -> Value:
    found = [one for one in map(number, given) if one is not None]
    return choose(found) if found else None


def _textual(work: Callable[[str], Value], given: Sequence[Value]) -> Value:
    found = text(given[0])
    return None if found is None else work(found)


def _trimmed(work: Callable[..., str], given: Sequence[Value]) -> Value:
    found = text(given[0])
    if found is None:
        return None
    return work(found, text(given[1]) or "") if len(given) > 1 else work(found)


def _joined(given: Sequence[Value]) -> Value:
    return "".join(text(one) or "" for one in given)[:MOST_CHARACTERS]


def _part(given: Sequence[Value]) -> Value:
    found, start = text(given[0]), number(given[1])
    if found is None or start is None:
        return None
    begin = max(int(start), 0)
    if len(given) == 2:  # noqa: PLR2004 - without a length
        return found[begin:]
    length = number(given[2])
    return None if length is None else found[begin : begin + max(int(length), 0)]


def _replaced(given: Sequence[Value]) -> Value:
    found, old, new = (text(one) for one in given)
    if found is None or old is None or new is None:
        return None
    if old and len(found) + found.count(old) * (len(new) - len(old)) > MOST_CHARACTERS:
        return None
    return found.replace(old, new) if old else found


def _contains(given: Sequence[Value]) -> Value:
    found, wanted = text(given[0]), text(given[1])
    return 1.0 if found is not None and wanted is not None and wanted in found else 0.0


def _begun(step_up: bool, given: Sequence[Value]) -> Value:
    at, period = number(given[0]), number(given[1])
    if at is None or not period or period <= 0:
        return None
    count = math.ceil(at / period) if step_up else math.floor(at / period)
    return Moment(count * period)


def _present(given: Sequence[Value]) -> Value:
    return 1.0 if given[0] is not None else 0.0


def _first(given: Sequence[Value]) -> Value:
    return next((one for one in given if one is not None), None)


def _address(version: int, given: Sequence[Value]) -> Value:
    found = _ip(text(given[0]))
    return 1.0 if found is not None and version in (0, found.version) else 0.0


def _in_subnet(version: int, given: Sequence[Value]) -> Value:
    found = _ip(text(given[0]))
    try:
        subnet = ipaddress.ip_network(text(given[1]) or "", strict=False)
    except ValueError:
        return 0.0
    inside = found is not None and found.version == subnet.version and found in subnet
    return 1.0 if inside and version in (0, subnet.version) else 0.0


def _ip(given: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(given or "")
    except ValueError:
        return None


def _made(given: Sequence[Value]) -> Value:
    found = number(given[0])
    return None if found is None else Moment(found)


FUNCTIONS: Mapping[str, tuple[int, int, Work]] = {
    # name in lower case: fewest and most arguments, and the work
    "abs": (1, 1, partial(_numeric, abs)),
    "ceil": (1, 1, partial(_numeric, math.ceil)),
    "floor": (1, 1, partial(_numeric, math.floor)),
    "log": (1, 1, partial(_numeric, math.log)),
    "sqrt": (1, 1, partial(_numeric, math.sqrt)),
    "greatest": (1, 50, partial(_extreme, max)),
    "least": (1, 50, partial(_extreme, min)),
    "isempty": (1, 1, partial(_textual, lambda one: float(not one))),
    "isblank": (1, 1, partial(_textual, lambda one: float(not one.strip()))),
    "strlen": (1, 1, partial(_textual, lambda one: float(len(one)))),
    "toupper": (1, 1, partial(_textual, lambda one: one.upper())),
    "tolower": (1, 1, partial(_textual, lambda one: one.lower())),
    "trim": (1, 2, partial(_trimmed, str.strip)),
    "ltrim": (1, 2, partial(_trimmed, str.lstrip)),
    "rtrim": (1, 2, partial(_trimmed, str.rstrip)),
    "concat": (1, 50, _joined),
    "substr": (2, 3, _part),
    "replace": (3, 3, _replaced),
    "strcontains": (2, 2, _contains),
    "datefloor": (2, 2, partial(_begun, False)),
    "dateceil": (2, 2, partial(_begun, True)),
    "frommillis": (1, 1, _made),
    "tomillis": (1, 1, partial(_numeric, float)),
    "ispresent": (1, 1, _present),
    "coalesce": (1, 50, _first),
    "isvalidip": (1, 1, partial(_address, 0)),
    "isvalidipv4": (1, 1, partial(_address, 4)),
    "isvalidipv6": (1, 1, partial(_address, 6)),
    "isipinsubnet": (2, 2, partial(_in_subnet, 0)),
    "isipv4insubnet": (2, 2, partial(_in_subnet, 4)),
    "isipv6insubnet": (2, 2, partial(_in_subnet, 6)),
}
