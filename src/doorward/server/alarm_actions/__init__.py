"""What is done when an alarm changes its state: messages to topics, a webhook, a command.

AWS knows actions by ARN, of which SNS topics are carried out here. The webhook and the command are
settings of the server, and hear of every change of every alarm. All is done beside requests, each
way in a thread of its own, tried again for a while, and lost if the server ends meanwhile.
"""

from doorward.server.alarm_actions.worker import AlarmActions
from doorward.server.running import Running

__all__ = ["AlarmActions", "announce", "perform"]


def perform(
    running: Running,
    arn: str,
    account: str,
    region: str,
    subject: str,
    message: str,
    *,
    source_arn: str | None = None,
) -> None:
    """Carry out the action *arn* of an alarm of that account and Region; returns at once.

    *source_arn* is the ARN of the alarm. An action of a kind that is not known here goes to the
    log.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
    """
    if running.workers is not None:
        running.workers.alarm_actions.perform(arn, account, region, subject, message, source_arn)


def announce(
    running: Running,
    account: str,
    region: str,
    subject: str,
    message: str,
    *,
    source_arn: str | None = None,
) -> None:
    """Tell the webhook and the command of the settings that an alarm changed; returns at once.

    It is for every change of state, whether or not the alarm has actions of its own.
    """
    if running.workers is not None:
        running.workers.alarm_actions.announce(account, region, subject, message, source_arn)
