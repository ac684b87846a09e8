"""For each operation on policies made from what was done, a call that does its work."""

from server import things as make
from server.place import Side
from server.things import Row


def generation(side: Side, principal: str | None = None) -> str:
    """A policy generation that was given up, so that another one may begin."""
    named = principal or side.arn(f"role/{make.role(side)}")
    made = side.call(
        "accessanalyzer",
        "StartPolicyGeneration",
        policyGenerationDetails={"principalArn": named},
    )
    side.call("accessanalyzer", "CancelPolicyGeneration", jobId=made["jobId"])
    return str(made["jobId"])


def generated(side: Side) -> dict[str, str]:
    principal = side.arn(f"role/{make.role(side)}")
    generation(side, principal)
    return {"principalArn": principal}


# Policies of what was done.
GENERATION: dict[str, Row] = {
    "StartPolicyGeneration": lambda side: {
        "policyGenerationDetails": {"principalArn": side.arn(f"role/{make.role(side)}")},
    },
    "GetGeneratedPolicy": lambda side: {"jobId": generation(side)},
    "CancelPolicyGeneration": lambda side: {"jobId": generation(side)},
    "ListPolicyGenerations": generated,
}
