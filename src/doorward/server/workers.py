"""What a server does beside answering: each worker begins, is woken and ends with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from doorward.server.alarm_actions import AlarmActions
    from doorward.server.alarms import AlarmWorker
    from doorward.server.findings.worker import FindingsWorker
    from doorward.server.followers import Followers
    from doorward.server.log_worker import LogWorker
    from doorward.server.policy_generation import GenerationWorker
    from doorward.server.running import Running
    from doorward.server.stacks import StackWorker
    from doorward.server.trails.delivery import TrailWorker
    from doorward.server.trails.imports import ImportWorker
    from doorward.server.trails.queries import QueryWorker


@dataclass(slots=True)
class Workers:
    """The workers of one server, in the order in which they begin; they end in the other."""

    alarm_actions: "AlarmActions"
    stacks: "StackWorker"
    followers: "Followers"
    logs: "LogWorker"
    alarms: "AlarmWorker"
    trails: "TrailWorker"
    imports: "ImportWorker"
    queries: "QueryWorker"
    findings: "FindingsWorker"
    generations: "GenerationWorker"

    @classmethod
    def of(cls, running: "Running") -> Self:
        """The workers of *running*, not yet at work.

        Raises:
            BadInput: alarms cannot be told of as the settings say.
        """
        # Not at the top: the workers need the stages of requests, and these need the workers.
        from doorward.server.alarm_actions import AlarmActions  # noqa: PLC0415
        from doorward.server.alarms import AlarmWorker  # noqa: PLC0415
        from doorward.server.findings.worker import FindingsWorker  # noqa: PLC0415
        from doorward.server.followers import Followers, followers  # noqa: PLC0415
        from doorward.server.log_worker import LogWorker  # noqa: PLC0415
        from doorward.server.policy_generation import GenerationWorker  # noqa: PLC0415
        from doorward.server.stacks import StackWorker  # noqa: PLC0415
        from doorward.server.trails.delivery import TrailWorker  # noqa: PLC0415
        from doorward.server.trails.imports import ImportWorker  # noqa: PLC0415
        from doorward.server.trails.queries import QueryWorker  # noqa: PLC0415

        return cls(
            AlarmActions(running),
            StackWorker(running),
            Followers(running, followers(running)),
            LogWorker(running),
            AlarmWorker(running),
            TrailWorker(running),
            ImportWorker(running),
            QueryWorker(running),
            FindingsWorker(running),
            GenerationWorker(running),
        )

    def start(self) -> None:
        """Begin; what was left half done comes first."""
        self.stacks.start()
        self.followers.start()
        self.logs.start()
        self.alarms.start()
        self.trails.start()
        self.imports.start()
        self.queries.start()
        self.findings.start()
        self.generations.start()

    def stop(self) -> None:
        """End them all; what is half done is taken up at the next start."""
        self.generations.stop()
        self.findings.stop()
        self.queries.stop()
        self.imports.stop()
        self.trails.stop()
        self.alarms.stop()
        self.logs.stop()
        self.followers.stop()
        self.stacks.stop()
        self.alarm_actions.stop()

    def wake(self) -> None:
        """There may be something to do."""
        self.stacks.wake()
        self.queries.wake()
        self.imports.wake()
        self.findings.wake()
        self.generations.wake()
        self.logs.wake()
