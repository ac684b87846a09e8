"""The server of tests: as everybody's, but nothing that it kept may hold a secret it was told."""

import logging
from typing import Any

from botocore.client import BaseClient

from canary import Canary, kept_in
from doorward.server.running import Running

CANARY = Canary()
logging.getLogger("doorward").addHandler(CANARY)


class Watched(Running):
    """A server whose database, log and files are searched for secrets before they go."""

    def let_go(self) -> None:
        if self.opened and CANARY.secrets:
            if waiting := self.recorder.flush():
                waiting.result()
            found = CANARY.search(kept_in(self.database.directory))
            super().let_go()
            assert found == [], "a secret is kept in clear"
        else:
            super().let_go()


def listen() -> None:
    """Have every client of botocore tell what it sends and gets."""
    asked = BaseClient._make_api_call

    def call(self: Any, name: str, parameters: Any) -> Any:
        CANARY.hear(parameters)
        answer = asked(self, name, parameters)
        CANARY.hear(answer)
        return answer

    BaseClient._make_api_call = call


listen()
