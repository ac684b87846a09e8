"""casbin: one policy line a statement; conditions have no place in it."""

import logging
import re
from functools import cache
from importlib.metadata import version

from benchmarks.contest import Absent, InProcess
from benchmarks.workloads import Workload

MODEL = """
[request_definition]
r = action, resource
[policy_definition]
p = action, resource, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = covers(p.action, r.action) && covers(p.resource, r.resource)
"""


def engine(workload: Workload) -> InProcess:
    """The statements without their conditions; a Deny with one is left out.

    Raises:
        Absent: casbin is not installed, or the workload has policies of several kinds.
    """
    if workload.others:
        raise Absent("has one kind of policy")
    try:
        import casbin
    except ImportError as error:
        raise Absent(str(error)) from error
    logging.getLogger("casbin").setLevel(logging.WARNING)
    model = casbin.Model()
    model.load_model_from_text(MODEL)
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("covers", covers)
    lines = [
        [statement["Action"], statement["Resource"], statement["Effect"].lower()]
        for one in workload.documents
        for statement in one["Statement"]
        if statement["Effect"] == "Allow" or "Condition" not in statement
    ]
    enforcer.add_policies(lines)

    def asked(action: str, resource: str) -> bool:
        return bool(enforcer.enforce(action, resource))

    note = f"casbin {version('casbin')}; without conditions"
    return InProcess(asked, workload.requests, note)


def covers(pattern: str, text: str) -> bool:
    """Whether a glob covers *text*."""
    if "*" not in pattern:
        return pattern == text
    if pattern.index("*") == len(pattern) - 1:
        return text.startswith(pattern[:-1])
    return compiled(pattern).fullmatch(text) is not None


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A glob as a regular expression."""
    return re.compile(".*".join(re.escape(part) for part in pattern.split("*")))
