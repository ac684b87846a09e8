"""The ways in which this server hands new keys over, as its operator set them up.

Who schedules a rotation through the API picks one of them and never names a path, a command line
or an address: those are settings of the server. Without settings there is no way at all.
"""

import threading
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from doorward.authn.caller import AccessKey
from doorward.base.clock import Clock
from doorward.base.errors import BadInput
from doorward.server.rotation import commands, outgoing, private_files, secrets_manager
from doorward.server.rotation.handover import Deliver, NewKey, Undelivered
from doorward.server.rotation.outgoing import Keys, Place
from doorward.server.settings import Settings
from doorward.store.tables.rotation import Rotation

OWN_PREFIX = "doorward"
"""What the names of secrets begin with that the operator's profile writes."""


class Kind(StrEnum):
    """A way to hand a key over."""

    FILE = "file"
    COMMAND = "command"
    SECRET = "secret"  # noqa: S105 - the name of a way


class Deliveries:
    """The ways of one server.

    Raises:
        BadInput: a setting cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        find_key: Callable[[str], AccessKey | None],
        stopping: threading.Event,
    ) -> None:
        self._folder = settings.rotation_dir
        self._commands = named_commands(settings.rotation_commands)
        self._profile: Keys | None = None
        self._place: Place | None = None
        if settings.secrets_endpoint is not None:
            endpoint = outgoing.checked(settings.secrets_endpoint, "--secrets-endpoint")
            self._place = Place(endpoint, secrets_manager.SERVICE, settings.region)
        if settings.secrets_profile is not None:
            self._profile = outgoing.profile(settings.secrets_profile, "--secrets-profile")
        self._clock = clock
        self._find_key = find_key
        self._stopping = stopping

    def refusal(self, account: str, kind: Kind, target: str) -> str | None:
        """Why keys of that account cannot be handed over like that, None where they can."""
        match kind:
            case Kind.FILE if self._folder is None:
                return "this server hands no keys over to files: it runs without --rotation-dir"
            case Kind.FILE if target:
                return "the server alone names the file: the user's name, under its --rotation-dir"
            case Kind.COMMAND if target not in self._commands:
                return f"this server has no --rotation-command of the name `{target}`"
            case Kind.SECRET if self._place is None:
                return "this server knows no Secrets Manager: it runs without --secrets-endpoint"
            case Kind.SECRET if self._profile and not target.startswith(own_prefix(account)):
                return f"the name of the secret must begin with `{own_prefix(account)}`"
            case Kind.SECRET if not target:
                return "the name of the secret is missing"
        return None

    def of(self, rotation: Rotation) -> Deliver:
        """The way that *rotation* goes.

        Raises:
            Undelivered: the settings do not allow it any more.
        """
        kind, target = Kind(rotation.delivery), rotation.target
        if reason := self.refusal(rotation.account, kind, target):
            raise Undelivered(reason)
        if kind is Kind.COMMAND:
            return commands.delivery(self._commands[target], self._stopping)
        if kind is Kind.SECRET and self._place is not None:
            keys = self._profile or self._rotating(rotation)
            return secrets_manager.delivery(self._place, keys, self._clock, target)
        if kind is Kind.FILE and self._folder is not None:
            return _to_folder(self._folder / rotation.account)
        raise Undelivered("there is no such way")

    def _rotating(self, rotation: Rotation) -> Keys:
        """The old key of the user, so that their own permissions decide what they may write.

        The new one would do as well, but using it would look as if it had arrived.
        """
        old = self._find_key(rotation.old_id or "")
        if old is None or not old.active:
            raise Undelivered("the old key, which signs for Secrets Manager, is gone or off")
        return Keys(old.id, old.secret)


def own_prefix(account: str) -> str:
    """What the names of an account's secrets begin with that the operator's profile writes."""
    return f"{OWN_PREFIX}/{account}/"


def named_commands(lines: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The commands of the flags `NAME=LINE`, by name.

    Raises:
        BadInput: a flag has no name or no usable line, or a name is given twice.
    """
    flag, found = "--rotation-command", dict[str, tuple[str, ...]]()
    for text in lines:
        name, equals, line = text.partition("=")
        if not equals or not name.strip():
            raise BadInput(flag, f"`{text}` has no name", "write it as `NAME=program argument…`")
        if name.strip() in found:
            raise BadInput(flag, f"`{name.strip()}` is given twice", "give each its own name")
        found[name.strip()] = tuple(commands.words(line, flag))
    return found


def _to_folder(folder: Path) -> Deliver:
    """Delivery to a file of the user's name in *folder*, which is made when it is needed."""

    def hand_over(user: str, new: NewKey) -> None:
        if not user.strip("."):
            raise Undelivered(f"the user name `{user}` names no file")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            problem = f"`{folder}` cannot be made: {(error.strerror or '').lower()}"
            raise Undelivered(problem) from error
        private_files.deliver(folder / user, new)

    return hand_over
