"""Handing a new key over: to a file that only the owner reads, a command's input, or a secret."""

import subprocess
from pathlib import Path

from doorward.base.clock import Clock
from doorward.base.errors import BadInput
from doorward.server.rotation import commands, outgoing, private_files, secrets_manager
from doorward.server.rotation.handover import Deliver, NewKey, Unclear, Undelivered, document
from doorward.server.rotation.outgoing import Keys, Place

USER = "{user}"
COMMAND_SECONDS = 120


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
        private_files.deliver(Path(template.replace(USER, user)).expanduser(), key)

    return deliver


def to_command(line: str) -> Deliver:
    """Delivery to the standard input of a command, as JSON; it is not run by a shell.

    Raises:
        BadInput: the line is empty or its quotes do not match.
    """
    words = commands.words(line, "--to-command")

    def deliver(user: str, key: NewKey) -> None:
        try:
            done = subprocess.run(  # noqa: S603 - the operator's own command, without a shell
                words,
                input=document(user, key),
                text=True,
                timeout=COMMAND_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unclear(f"`{words[0]}` took longer than {COMMAND_SECONDS} seconds") from error
        except OSError as error:
            raise Undelivered(f"`{words[0]}` cannot be run") from error
        if done.returncode:
            raise Undelivered(f"`{words[0]}` left with status {done.returncode}")

    return deliver


def to_secret(
    template: str, endpoint: str, keys: Keys, clock: Clock, region: str, *, several: bool
) -> Deliver:
    """Delivery to the secret *template* of Secrets Manager, in which `{user}` is the user's name.

    Raises:
        BadInput: there may be several users, and the name does not tell them apart; or the
            endpoint is no URL.
    """
    if several and USER not in template:
        problem = f"`{template}` is one secret for several users"
        raise BadInput("--to-secret", problem, f"write `{USER}` where the name of the user goes")
    parts = outgoing.checked(endpoint, "--secrets-endpoint")
    place = Place(parts, secrets_manager.SERVICE, region)

    def deliver(user: str, key: NewKey) -> None:
        name = template.replace(USER, user)
        secrets_manager.deliver(place, keys, clock, name, user, key)

    return deliver
