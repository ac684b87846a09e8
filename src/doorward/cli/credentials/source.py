"""What the flags of the credential commands mean."""

import os
import re
from collections.abc import Callable
from functools import partial

from doorward.base.clock import Clock
from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.cli.credentials.session import Asked, Assumer, Role
from doorward.cli.credentials.vouched import Vouched
from doorward.cli.rotation.command import credentials
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys
from doorward.server.workloads.services import SERVICES

SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
INSTANCE_ID_BYTES = 9


def asked(
    role: str,
    endpoint: str,
    region: str,
    session_name: str | None,
    duration_seconds: int,
    external_id: str | None,
    service: str | None = None,
) -> Asked:
    """The session that the flags ask for; its name is that of an instance where none is given.

    Raises:
        BadInput: a flag cannot be used.
    """
    if session_name is not None and not SESSION_NAME.fullmatch(session_name):
        problem = f"`{session_name}` is not 2 to 64 letters, digits and `_+=,.@-`"
        raise BadInput("--session-name", problem)
    if service is not None:
        _check_service(service, session_name, external_id)
    return Asked(
        Role.parse(role),
        outgoing.checked(endpoint),
        region,
        session_name or instance_id(),
        duration_seconds,
        external_id,
        service,
    )


def _check_service(service: str, session_name: str | None, external_id: str | None) -> None:
    """Refuse a service in whose place Doorward cannot be, and what it would not take.

    Raises:
        BadInput: it is one, or a flag does not go with it.
    """
    if service not in SERVICES:
        known = ", ".join(f"`{one}`" for one in SERVICES)
        raise BadInput("--service", f"`{service}` hands no credentials to programs", f"use {known}")
    if external_id is not None:
        raise BadInput("--external-id", "is not for roles that trust a service")
    if session_name is not None and SERVICES[service].name is not None:
        raise BadInput("--session-name", f"is given by the server, as by `{service}`")


def assumer(asked: Asked, source: Callable[[], Keys], clock: Clock) -> Assumer | Vouched:
    """What gets the sessions that are asked for."""
    return (Vouched if asked.service else Assumer)(asked, source, clock)


def instance_id() -> str:
    """An id in the shape of an instance's: `i-` and 17 hexadecimal digits."""
    return f"i-{RandomIds().token(INSTANCE_ID_BYTES).hex()[:17]}"


def keys(profile: str | None) -> Callable[[], Keys]:
    """What the role is assumed with, read anew each time: a profile's keys may be rotated.

    Keys in the environment come before the profile that the environment names, but after the one
    that the flag names, as in the AWS command line.
    """
    if profile is None and not os.environ.get("AWS_ACCESS_KEY_ID"):
        profile = os.environ.get("AWS_PROFILE")
    if profile:
        return partial(outgoing.profile, profile, "--profile")
    return partial(credentials, os.environ)
