"""moto's IAMPolicy, handed policies that are parsed already."""

import json
from importlib.metadata import version

from benchmarks.contest import Absent, InProcess
from benchmarks.workloads import Workload


def engine(workload: Workload) -> InProcess:
    """Each policy in turn, as moto itself combines them.

    Raises:
        Absent: moto is not installed, or does not have such policies.
    """
    if workload.others:
        raise Absent("knows identity and bucket policies only")
    try:
        from moto.iam.access_control import IAMPolicy, PermissionResult
    except ImportError as error:
        raise Absent(str(error)) from error
    policies = [IAMPolicy(json.dumps(one)) for one in workload.documents]

    def asked(action: str, resource: str) -> bool:
        allowed = False
        for policy in policies:
            result = policy.is_action_permitted(action, resource)
            if result is PermissionResult.DENIED:
                return False
            allowed = allowed or result is PermissionResult.PERMITTED
        return allowed

    return InProcess(asked, workload.requests, f"moto {version('moto')}; ignores every Condition")
