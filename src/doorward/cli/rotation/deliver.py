"""Handing a new key over: to a file that only the owner reads, or to a command's input."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from doorward.base.clock import iso8601
from doorward.base.errors import BadInput
from doorward.cli.rotation.directory import NewKey
from doorward.cli.rotation.state import write_private

USER = "{user}"
COMMAND_SECONDS = 120

Deliver = Callable[[str, NewKey], None]
"""Hands the new key of a user over; raises `Undelivered` or `Unclear`."""


class Undelivered(Exception):
    """Nobody has the new secret."""


class Unclear(Exception):
    """Somebody may have the new secret, or nobody."""


def to_file(template: str, *, several: bool) -> Deliver:
    """Delivery to the file *template*, in which `{user}` stands for the user's name.

    The file is a shared credentials file with one profile.

    Raises:
        BadInput: there may be several users, and the name does not tell them apart.

    https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
    """
    if several and USER not in template:
        problem = f"`{template}` is one file for several users"
        raise BadInput("--to-file", problem, f"write `{USER}` where the name of the user goes")

    def deliver(user: str, key: NewKey) -> None:
        if not user.strip("."):
            raise Undelivered(f"the user name `{user}` names no file")
        path = Path(template.replace(USER, user)).expanduser()
        lines = [
            "[default]",
            f"aws_access_key_id = {key.id}",
            f"aws_secret_access_key = {key.secret}",
        ]
        try:
            write_private(path, "\n".join(lines) + "\n")
        except OSError as error:
            problem = f"`{path}` cannot be written: {(error.strerror or '').lower()}"
            raise Undelivered(problem) from error

    return deliver


def to_command(line: str) -> Deliver:
    """Delivery to the standard input of a command, as JSON; it is not run by a shell.

    Raises:
        BadInput: the line is empty or its quotes do not match.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise BadInput("--to-command", f"`{line}` has an open quote", "close it") from error
    if not words:
        raise BadInput("--to-command", "is empty", "write a program and its arguments")

    def deliver(user: str, key: NewKey) -> None:
        document = json.dumps(
            {
                "UserName": user,
                "AccessKeyId": key.id,
                "SecretAccessKey": key.secret,
                "CreateDate": iso8601(key.created_at),
            }
        )
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                words, input=document, text=True, timeout=COMMAND_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise Unclear(f"`{words[0]}` took longer than {COMMAND_SECONDS} seconds") from error
        except OSError as error:
            raise Undelivered(f"`{words[0]}` cannot be run") from error
        if done.returncode:
            raise Undelivered(f"`{words[0]}` left with status {done.returncode}")

    return deliver
