"""An engine in a process of its own, asked in JSON lines over its pipes.

It reads the workload, says that it is ready, then answers `{"answers": [[action, resource], …]}`
with booleans and `{"count": n}` with the seconds of CPU that so many answers cost.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.contest import Absent, Asked
from benchmarks.engines.ours import WORKER
from benchmarks.workloads import ACCOUNT, CONTEXT, Workload


class Child:
    """A running process."""

    def __init__(
        self,
        command: Sequence[str],
        workload: Workload,
        note: str,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.note = note
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | dict(variables or {}),
        )
        self._say(
            {
                "account": ACCOUNT,
                "context": CONTEXT,
                "documents": list(workload.documents),
                "others": dict(workload.others),
                "principal": WORKER.arn,
                "requests": [[action, resource] for action, resource, _ in workload.requests],
            }
        )

    def _say(self, what: Mapping[str, Any]) -> Any:
        if self.process.stdin is None or self.process.stdout is None:
            raise Absent("its pipes are closed")
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise Absent(f"ended with status {self.process.wait()}")
        return json.loads(answer)

    def answers(self, asked: Sequence[Asked]) -> list[bool]:
        """Its answers."""
        return list(self._say({"answers": [[action, resource] for action, resource, _ in asked]}))

    def seconds(self, count: int) -> float:
        """CPU time, as the process measures it."""
        return float(self._say({"count": count}))

    def close(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.communicate()
