"""moto as a child process on loopback, as the gateway has it."""

import re
import subprocess
import sys
import threading
import urllib.request
from typing import Any

from botocore.config import Config

from services.served import session

COMMAND = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', '0'])"
ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


class Moto:
    """A started moto; `stop` ends it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            self.endpoint = self._address()
        except BaseException:
            self.stop()
            raise
        # Its log has to be read, or it stops when the pipe is full.
        self.reader = threading.Thread(target=self._drain)
        self.reader.start()

    def _address(self) -> str:
        assert self.process.stderr
        for line in self.process.stderr:
            if found := ADDRESS.search(line):
                return found[1]
        raise AssertionError("moto did not start")

    def _drain(self) -> None:
        assert self.process.stderr
        for _ in self.process.stderr:
            pass

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        if hasattr(self, "reader"):
            self.reader.join()
        if self.process.stderr:
            self.process.stderr.close()

    def reset(self) -> None:
        request = urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).close()

    def client(self, service: str) -> Any:
        return session().client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )
