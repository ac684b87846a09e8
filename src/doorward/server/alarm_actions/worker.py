"""The ways in which one server tells of its alarms."""

import json
import logging
import threading
from collections.abc import Sequence
from typing import Any

from doorward.base.arn import Arn
from doorward.server.alarm_actions import topics, webhook
from doorward.server.alarm_actions.lane import Failed, Lane
from doorward.server.rotation import commands
from doorward.server.running import Running

LOG = logging.getLogger("doorward")
COMMAND_FLAG = "--alarm-command"


class AlarmActions:
    """Topics, the webhook and the command, each in a lane of its own.

    Raises:
        BadInput: the webhook or the command of the settings cannot be used.
    """

    def __init__(self, running: Running) -> None:
        self._running = running
        self._stopping = threading.Event()
        self._topics = Lane("alarms to topics", self._stopping)
        self._posts = Lane("alarms to the webhook", self._stopping)
        self._runs = Lane("alarms to the command", self._stopping)
        settings = running.settings
        self._hook = webhook.checked(settings.alarm_webhook) if settings.alarm_webhook else None
        line = settings.alarm_command
        self._argv = None if line is None else commands.words(line, COMMAND_FLAG)

    def perform(
        self,
        arn: str,
        account: str,
        region: str,
        subject: str,
        message: str,
        source_arn: str | None,
    ) -> None:
        """Carry out the action *arn* of an alarm."""
        found = Arn.parse(arn)
        if found is None or found.service != "sns" or not topics.is_topic(found):
            LOG.warning("the action `%s` of an alarm of %s is not carried out here", arn, account)
            return
        told = topics.Told(found, account, region, subject, message, source_arn)
        self._topics.put(lambda: topics.publish(self._running, told))

    def announce(
        self, account: str, region: str, subject: str, message: str, source_arn: str | None
    ) -> None:
        """Tell the webhook and the command of a change of state."""
        text = document(account, region, subject, message, source_arn)
        hook, argv = self._hook, self._argv
        if hook is not None:
            self._posts.put(lambda: webhook.post(hook, text))
        if argv is not None:
            self._runs.put(lambda: self._run(argv, text))

    def _run(self, argv: Sequence[str], text: str) -> None:
        """Have the command read *text*.

        Raises:
            Failed: it cannot be run, does not end or leaves with a status of failure.
        """
        try:
            status = commands.finished(argv, text, self._stopping)
        except OSError as error:
            raise Failed(f"`{argv[0]}` cannot be run", again=False) from error
        if status is None:
            raise Failed(f"`{argv[0]}` did not come to an end", again=False)
        if status:
            raise Failed(f"`{argv[0]}` left with status {status}", again=True)

    def stop(self) -> None:
        """End after what is being done; what waits is lost."""
        self._stopping.set()
        for lane in (self._topics, self._posts, self._runs):
            lane.join()


def document(account: str, region: str, subject: str, message: str, source_arn: str | None) -> str:
    """What webhook and command read; *message* is shown as the object that it is, or as text."""
    try:
        told: Any = json.loads(message)
    except ValueError:
        told = message
    shown = {
        "type": "alarm",
        "account": account,
        "region": region,
        "alarmArn": source_arn,
        "subject": subject,
        "message": told,
    }
    return json.dumps(shown) + "\n"
