"""Cedar through cedarpy, over parsed policies; globs become `like` over strings of the context."""

from importlib.metadata import version
from typing import Any

from benchmarks.contest import Absent, InProcess
from benchmarks.workloads import CONTEXT, Document, Workload

NOTHING = "permit(principal, action, resource);"


def engine(workload: Workload, *, binding: bool = False) -> InProcess:
    """Every statement as a Cedar policy; with *binding* one policy without a test instead.

    Raises:
        Absent: cedarpy is not installed, or the workload has policies of several kinds.
    """
    if workload.others:
        raise Absent("has one kind of policy")
    try:
        import cedarpy
    except ImportError as error:
        raise Absent(str(error)) from error
    rules = [rule(statement) for one in workload.documents for statement in one["Statement"]]
    policies = cedarpy.PolicySet.from_str(NOTHING if binding else "\n".join(rules))
    entities = cedarpy.Entities.from_json_str("[]")

    def asked(action: str, resource: str) -> bool:
        known: dict[str, Any] = {key.replace(":", "_"): value for key, value in CONTEXT.items()}
        known["aws_sourceip"] = {"__extn": {"fn": "ip", "arg": known["aws_sourceip"]}}
        request = {
            "principal": {"type": "User", "id": "alice"},
            "action": {"type": "Action", "id": "call"},
            "resource": {"type": "Resource", "id": "any"},
            "context": known | {"action": action, "resource": resource},
        }
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    note = f"cedarpy {version('cedarpy')}" + ("; a policy without a test" if binding else "")
    return InProcess(asked, workload.requests, note)


def rule(statement: Document) -> str:
    """A statement in Cedar's language."""
    tests = [f'context.{name.lower()} like "{statement[name]}"' for name in ("Action", "Resource")]
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            name = key.lower().replace(":", "_")
            tests.append(
                f'context.{name}.isInRange(ip("{value}"))'
                if operator == "IpAddress"
                else f'context.{name} == "{value}"'
            )
    effect = "permit" if statement["Effect"] == "Allow" else "forbid"
    return f"{effect}(principal, action, resource) when {{ {' && '.join(tests)} }};"
