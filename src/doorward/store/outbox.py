"""Messages to SNS topics, each a file for the local receiver of the topic to pick up.

There is no SNS here. A message to the topic `arn:aws:sns:us-east-1:123456789012:partner` becomes
`us-east-1/123456789012/partner/<id>.json` under the folder, readable by its owner alone.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Outbox:
    """Messages under *folder*, which is made when the first one is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(
        self, topic: tuple[str, str, str], message_id: str, message: Mapping[str, Any]
    ) -> Path:
        """Where *message* is, written for the *topic* of that Region, account and name.

        INVARIANT: the three parts hold no slash and are not dots, so no file is written elsewhere.

        Raises:
            OSError: it cannot be written.
        """
        folder = self._folder.joinpath(*topic)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        written = folder / f".{message_id}"
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(message, file)
        return written.rename(folder / f"{message_id}.json")
