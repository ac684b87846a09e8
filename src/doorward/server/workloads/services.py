"""The services that hand out credentials of roles to the programs that they run.

Those that use a role only by themselves are none of them: no program ever gets such a role on AWS.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

PATH = "/_doorward/workload-credentials"
EC2 = "ec2.amazonaws.com"
TASKS = "ecs-tasks.amazonaws.com"
ID_DIGITS = 17
INSTANCE, TASK = "arn:{}:ec2:{}:{}:instance/{}", "arn:{}:ecs:{}:{}:task/doorward/{}"


@dataclass(frozen=True, slots=True)
class Handing:
    """How a service hands out credentials.

    Attributes:
        starts: the action that AWS asks of whoever starts a program there.
        name: makes the name of the session, which is the id of what runs there, of 64 hexadecimal
            digits; None where the user of the service names what runs.
        source: what `aws:SourceArn` is in the trust policy; None where the service does not say,
            or where it would name something that is not vouched for here.
    """

    starts: str
    name: Callable[[str], str] | None = None
    source: str | None = None


SERVICES = {
    EC2: Handing("ec2:RunInstances", lambda digits: f"i-{digits[:ID_DIGITS]}"),
    TASKS: Handing("ecs:RunTask", lambda digits: digits[:32], TASK),
    "lambda.amazonaws.com": Handing("lambda:CreateFunction"),
    "codebuild.amazonaws.com": Handing("codebuild:StartBuild"),
    "glue.amazonaws.com": Handing("glue:StartJobRun"),
    "sagemaker.amazonaws.com": Handing("sagemaker:CreateNotebookInstance"),
    "tasks.apprunner.amazonaws.com": Handing("apprunner:CreateService"),
}


def digits(key: bytes, account: str, principal: str, workload: str) -> str:
    """The digits of a workload's id: the same again and again, but not to be chosen.

    Whoever wants to be a certain instance, of which a policy speaks, cannot.
    """
    return hmac.digest(key, f"{account} {principal} {workload}".encode(), "sha256").hex()
