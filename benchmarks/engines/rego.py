"""Rego through regorus: statements as data, one rule that looks for one that covers."""

from importlib.metadata import version
from typing import Any

from benchmarks.contest import Absent, InProcess
from benchmarks.workloads import CONTEXT, Document, Workload

RULES = """
package iam
import rego.v1

default allowed := false

allowed if {
    some statement in data.allow
    applies(statement)
    not denied
}

denied if {
    some statement in data.deny
    applies(statement)
}

applies(statement) if {
    covers(statement.action, input.action)
    covers(statement.resource, input.resource)
    every condition in statement.conditions { holds(condition) }
}

covers(pattern, text) if { pattern.how == "same"; text == pattern.text }
covers(pattern, text) if { pattern.how == "prefix"; startswith(text, pattern.text) }
covers(pattern, text) if { pattern.how == "glob"; glob.match(pattern.text, null, text) }

holds(one) if { one.how == "same"; input.context[one.key] == one.value }
holds(one) if { one.how == "network"; net.cidr_contains(one.value, input.context[one.key]) }
"""


def engine(workload: Workload) -> InProcess:
    """The policies as data, parsed once.

    Raises:
        Absent: regorus is not installed, or the workload has policies of several kinds.
    """
    if workload.others:
        raise Absent("has one kind of policy here")
    try:
        import regorus
    except ImportError as error:
        raise Absent(str(error)) from error
    rego: Any = regorus.Engine()
    rego.add_policy("iam.rego", RULES)
    data: dict[str, list[Document]] = {"allow": [], "deny": []}
    for one in workload.documents:
        for statement in one["Statement"]:
            data[statement["Effect"].lower()].append(written(statement))
    rego.add_data(data)

    def asked(action: str, resource: str) -> bool:
        rego.set_input({"action": action, "resource": resource, "context": dict(CONTEXT)})
        return bool(rego.eval_rule("data.iam.allowed"))

    return InProcess(asked, workload.requests, f"celine-regorus {version('celine-regorus')}")


def written(statement: Document) -> Document:
    """A statement as data; what is literal or ends in its one wildcard needs no glob."""
    return {
        "action": pattern(statement["Action"]),
        "resource": pattern(statement["Resource"]),
        "conditions": [
            {
                "how": "network" if operator == "IpAddress" else "same",
                "key": key.lower(),
                "value": value,
            }
            for operator, keys in statement.get("Condition", {}).items()
            for key, value in keys.items()
        ],
    }


def pattern(text: str) -> dict[str, str]:
    """How *text* is compared."""
    if "*" not in text:
        return {"how": "same", "text": text}
    if text.index("*") == len(text) - 1:
        return {"how": "prefix", "text": text[:-1]}
    return {"how": "glob", "text": text}
