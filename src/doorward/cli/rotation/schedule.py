"""`doorward keys schedule`, `unschedule` and `report`: rotations that the server does itself."""

import http.client
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from doorward.base.clock import Clock, SystemClock
from doorward.base.errors import BadInput
from doorward.cli.rotation.command import FAILED, FORMS, OK, credentials
from doorward.cli.rotation.signed import REGION, SECONDS
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place

PATH = "/_doorward/rotations"
SUCCESS = 200
UNITS = {"h": 3_600, "d": 86_400, "w": 604_800}
LENGTH = re.compile(r"([1-9][0-9]{0,4})([hdw])")


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of `schedule`, as they were given."""

    user: str
    every: str
    to_file: bool
    to_command: str | None
    to_secret: str | None
    unused_for: float
    inactive_for: float


class Rotations:
    """The scheduled rotations of the server at *endpoint*, asked for with *keys*."""

    def __init__(self, endpoint: str, keys: Keys, clock: Clock) -> None:
        self._place = Place(outgoing.checked(endpoint), "iam", REGION)
        self._keys = keys
        self._clock = clock

    def put(self, user: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """Set the schedule of *user*."""
        path = f"{PATH}/{quote(user, safe='')}"
        answer = self._ask("PUT", path, body=json.dumps(members).encode())
        found: dict[str, Any] = answer["Rotation"]
        return found

    def delete(self, user: str) -> dict[str, Any]:
        """Forget the schedule of *user*; what is answered is how far it had come."""
        answer = self._ask("DELETE", f"{PATH}/{quote(user, safe='')}")
        found: dict[str, Any] = answer["Rotation"]
        return found

    def all(self) -> Iterator[dict[str, Any]]:
        """Every schedule of the account, page by page."""
        query = ""
        while True:
            page = self._ask("GET", PATH, query)
            yield from page["Rotations"]
            if not page.get("IsTruncated"):
                return
            query = urlencode({"marker": page["Marker"]})

    def _ask(self, method: str, path: str, query: str = "", body: bytes = b"") -> Any:
        """What the server answers.

        Raises:
            BadInput: it refuses, does not answer, or is no Doorward.
        """
        endpoint, now = self._place.endpoint, self._clock.now()
        headers = outgoing.signed(
            self._place, self._keys, now, body, {}, method=method, path=path, query=query
        )
        connection = outgoing.connected(endpoint, SECONDS)
        try:
            connection.request(method, path + (f"?{query}" if query else ""), body, headers)
            answer = connection.getresponse()
            found = json.loads(answer.read(outgoing.MOST_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as error:
            where = f"{endpoint.scheme}://{endpoint.hostname}:{endpoint.port}"
            problem = f"no Doorward answers at `{where}`"
            raise BadInput("--endpoint-url", problem, "name a running `doorward serve`") from error
        finally:
            connection.close()
        if answer.status != SUCCESS:
            raise BadInput(str(found.get("code")), str(found.get("message")))
        return found


def opened(endpoint: str) -> Rotations:
    """The rotations of the server at *endpoint*, with the credentials of the environment.

    Raises:
        BadInput: there are none, or the endpoint is no URL.
    """
    return Rotations(endpoint, credentials(os.environ), SystemClock())


def put(asked: Asked, endpoint: str) -> int:
    """The exit status, once the schedule is set.

    Raises:
        BadInput: the flags contradict one another, or the server refuses.
    """
    delivery, target = _delivery(asked)
    members = {
        "PeriodSeconds": seconds(asked.every),
        "UnusedSeconds": int(asked.unused_for * 3600),
        "InactiveSeconds": int(asked.inactive_for * 3600),
        "Delivery": delivery,
        "Target": target,
    }
    rotation = opened(endpoint).put(asked.user, members)
    print(f"scheduled: {asked.user}: every {asked.every}, to {way(rotation)}")
    return OK


def delete(user: str, endpoint: str) -> int:
    """The exit status, once the schedule of *user* is forgotten.

    Raises:
        BadInput: there is none, or the server refuses.
    """
    rotation = opened(endpoint).delete(user)
    keys = [rotation[name] for name in ("OldAccessKeyId", "NewAccessKeyId") if name in rotation]
    left = f"; both keys stay: {' and '.join(keys)}" if keys else ""
    print(f"no longer scheduled: {user}{left}")
    return OK


def report(form: str, endpoint: str) -> int:
    """The exit status: 1 where a rotation needs somebody to look at it.

    Raises:
        BadInput: the form is not known, or the server refuses.
    """
    if form not in FORMS:
        raise BadInput("--format", f"`{form}` is neither `text` nor `json`")
    found = list(opened(endpoint).all())
    print(json.dumps(found, indent=2) if form == "json" else "\n".join(lines(found)))
    return FAILED if any(one["Status"] == "failed" for one in found) else OK


def lines(rotations: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """The report for people; it holds no secret."""
    for one in rotations:
        names = ("OldAccessKeyId", "NewAccessKeyId")
        change = " -> ".join(one[name] for name in names if name in one)
        yield (
            f"{one['Status']}: {one.get('UserName', one['UserId'])}"
            + (f" ({change})" if change else "")
            + (f": {one['Reason']}" if "Reason" in one else "")
        )
        days = one["PeriodSeconds"] / UNITS["d"]
        last = one.get("LastRotatedDate", "never")
        yield (
            f"    every {days:g} days to {way(one)}; last rotated {last}; next look "
            + one["NextLookDate"]
        )
    yield f"{len(rotations)} scheduled"


def way(rotation: Mapping[str, Any]) -> str:
    """How the new key is handed over, in words."""
    return " ".join(filter(None, (rotation["Delivery"], rotation.get("Target"))))


def seconds(text: str) -> int:
    """The length of time that *text* says, such as `90d`.

    Raises:
        BadInput: it says none.
    """
    found = LENGTH.fullmatch(text)
    if found is None:
        raise BadInput("--every", f"`{text}` is no length of time", "write it as `90d` or `12h`")
    return int(found[1]) * UNITS[found[2]]


def _delivery(asked: Asked) -> tuple[str, str]:
    given = [
        *([("file", "")] if asked.to_file else []),
        *([("command", asked.to_command)] if asked.to_command is not None else []),
        *([("secret", asked.to_secret)] if asked.to_secret is not None else []),
    ]
    if len(given) != 1:
        problem = "--to-command or --to-secret says where new keys go; give one of the three"
        raise BadInput("--to-file", problem)
    return given[0]
