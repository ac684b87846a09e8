"""CloudWatch: the actions that an alarm takes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-alarm-actions.html
"""

from doorward.engine.request import Value
from doorward.gateway.mapping import fill
from doorward.gateway.mapping.call import Call

ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def context(call: Call) -> dict[str, Value]:
    """`cloudwatch:AlarmActions`: the ARNs of all that the alarm does."""
    found = [one for member in ACTIONS for one in fill.texts(call.parameters.get(member))]
    return {"cloudwatch:alarmactions": tuple(found)} if found else {}
