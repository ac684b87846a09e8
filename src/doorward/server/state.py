"""The root's access key: given, kept from an earlier start, or made and shown once."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from doorward.base.errors import BadInput
from doorward.base.ids import Ids
from doorward.server.settings import Settings

FILE = "root-credentials.json"


@dataclass(frozen=True, slots=True)
class RootKey:
    """The access key of the first account's root; `fresh` where this start made it."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    fresh: bool = False


def root_key(settings: Settings, ids: Ids) -> RootKey:
    """The key that this start uses: given, that of an earlier start, or made.

    Raises:
        BadInput: the file of an earlier start cannot be read.
    """
    if settings.root_access_key_id and settings.root_secret_access_key:
        return RootKey(settings.root_access_key_id, settings.root_secret_access_key)
    if settings.data_dir and (kept := kept_key(settings.data_dir)):
        return kept
    return RootKey(ids.access_key_id("AKIA", settings.account_id), ids.secret(), fresh=True)


def kept_key(data_dir: Path) -> RootKey | None:
    """The key that an earlier start left in *data_dir*, None where there is none.

    Raises:
        BadInput: the file cannot be read.
    """
    path = data_dir / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        return RootKey(found["access_key_id"], found["secret_access_key"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            str(path), "cannot be read as root credentials", "restore it, or give both root flags"
        ) from error


def keep(data_dir: Path, key: RootKey) -> None:
    """Write *key* to a file of *data_dir*, readable by the owner only, all or nothing."""
    path = data_dir / FILE
    text = json.dumps(
        {"access_key_id": key.access_key_id, "secret_access_key": key.secret_access_key}
    )
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
