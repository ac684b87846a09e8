"""The engine of this repository."""

import json

from benchmarks.contest import InProcess
from benchmarks.workloads import ACCOUNT, CONTEXT, Document, Workload
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Principal, PrincipalKind, Request
from doorward.policy.parse import parse

ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
WORKER = Principal(
    PrincipalKind.ROLE_SESSION,
    f"arn:aws:sts::{ACCOUNT}:assumed-role/app/worker",
    ACCOUNT,
    unique_id="AROAEXAMPLEEXAMPLE000",
    role_arn=ROLE,
)


def engine(workload: Workload, *, explain: bool = False) -> InProcess:
    """Doorward over parsed policies; each request and its context are made anew."""
    applicable = policies(workload)

    def asked(action: str, resource: str) -> bool:
        request = Request(WORKER, action, resource, dict(CONTEXT), ACCOUNT)
        return decide(request, applicable, explain=explain).allowed

    return InProcess(asked, workload.requests)


def policies(workload: Workload) -> Applicable:
    """The policies of *workload* by kind."""
    others = workload.others
    return Applicable(
        identity=made(PolicyKind.IDENTITY, *workload.documents),
        resource=made(PolicyKind.RESOURCE, others["resource"]) if others else None,
        boundary=made(PolicyKind.BOUNDARY, others["boundary"]) if others else None,
        session=made(PolicyKind.SESSION, others["session"]) if others else None,
        scps=(made(PolicyKind.SCP, others["scp"]),) if others else None,
    )


def made(kind: PolicyKind, *written: Document) -> PolicySet:
    """Documents of one kind, ready for deciding."""
    return PolicySet(
        kind, [NamedPolicy(f"policy-{n}", parse(json.dumps(one))) for n, one in enumerate(written)]
    )
