"""An account of 10,000 users and roles from its authorization details: loading, and questions.

Each has an inline policy and two or three of 500 managed ones; a role trusts one user. No peer that
installs here answers who can do something over resource policies, boundaries and SCPs.

    python benchmarks/dumps.py [--quick] [--format json]
"""

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if not __package__:  # this folder holds an http.py, which would hide Python's own
    sys.path[0] = str(Path(__file__).parents[1])

from benchmarks import command
from benchmarks.figures import US, Figure, Goal
from benchmarks.workloads import allow, deny, document
from doorward.analysis.account import dump, reach
from doorward.analysis.account.effective import Effective
from doorward.analysis.account.held import hold

PRINCIPALS, POLICIES, GROUPS = 10_000, 500, 50
SEED = 1
ACCOUNT = "111122223333"
IAM = f"arn:aws:iam::{ACCOUNT}:"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/"
KIBI = 1 << 10


def figures(*, quick: bool = False) -> Iterator[Figure]:
    """Seconds to load, memory, and seconds of the first question and of others."""
    count = 100 if quick else PRINCIPALS
    what = f"account of {count:,} principals"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "details.json"
        path.write_text(json.dumps(details(count)), "utf-8")
        begun = time.perf_counter()
        effective = Effective(hold(dump.accounts([path])))
        loaded = time.perf_counter() - begun
    yield Figure(f"{what}, load", US, loaded, "s", note="read, parsed and made ready")
    asked = (
        ("first question", "s3:getobject", "arn:aws:s3:::bucket-7/x", Goal(1)),
        ("who can read an object", "s3:getobject", "arn:aws:s3:::bucket-8/x", Goal(1)),
        ("who can pass a role", "iam:passrole", "*", Goal(1)),
        ("who can read a table", "dynamodb:getitem", f"{TABLE}5", Goal(1)),
        ("who can assume a role", "sts:assumerole", f"{IAM}role/role-5", Goal(1)),
    )
    for name, action, where, goal in asked:
        begun = time.perf_counter()
        found = sum(1 for _ in reach.who_can(effective, [action], where))
        note = f"{found:,} can"
        yield Figure(f"{what}, {name}", US, time.perf_counter() - begun, "s", goal, note)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBI
    yield Figure(f"{what}, memory at most", US, used, "MiB", note="of the whole process")


def details(count: int) -> dict[str, Any]:
    """The authorization details, the same ones in every run."""
    chance = random.Random(SEED)  # noqa: S311 - to be the same in every run
    half = count // 2
    return {
        "UserDetailList": [user(n, chance) for n in range(half)],
        "RoleDetailList": [role(n, chance) for n in range(half)],
        "GroupDetailList": [group(n) for n in range(GROUPS)],
        "Policies": [policy(n) for n in range(POLICIES)],
        "IsTruncated": False,
    }


def entity(kind: str, name: str, attached: list[int]) -> dict[str, Any]:
    """What users, groups and roles have in common."""
    return {
        "Path": "/",
        f"{kind}Name": name,
        f"{kind}Id": f"A{kind.upper()}{name.upper()}",
        "Arn": f"{IAM}{kind.lower()}/{name}",
        "CreateDate": "2026-01-01T00:00:00Z",
        "AttachedManagedPolicies": [
            {"PolicyName": f"policy-{n}", "PolicyArn": f"{IAM}policy/policy-{n}"} for n in attached
        ],
    }


def inline(*statements: dict[str, Any]) -> list[dict[str, Any]]:
    """One inline policy."""
    return [{"PolicyName": "own", "PolicyDocument": document(list(statements))}]


def user(n: int, chance: random.Random) -> dict[str, Any]:
    """The *n*th user."""
    made = entity("User", f"user-{n}", chance.sample(range(POLICIES), 3))
    own = inline(allow("s3:PutObject", f"arn:aws:s3:::home-{n}/*"))
    return {**made, "UserPolicyList": own, "GroupList": [f"group-{n % GROUPS}"]}


def role(n: int, chance: random.Random) -> dict[str, Any]:
    """The *n*th role."""
    made = entity("Role", f"role-{n}", chance.sample(range(POLICIES), 2))
    trusted = {"AWS": f"{IAM}user/user-{n}"}
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    own = inline(allow("dynamodb:*", f"{TABLE}{n}"))
    return {**made, "RolePolicyList": own, "AssumeRolePolicyDocument": document([trust])}


def group(n: int) -> dict[str, Any]:
    """The *n*th group."""
    return {**entity("Group", f"group-{n}", []), "GroupPolicyList": inline(allow("iam:Get*", "*"))}


def policy(n: int) -> dict[str, Any]:
    """The *n*th managed policy."""
    bucket = f"arn:aws:s3:::bucket-{n}"
    statements = [
        allow("s3:Get*", f"{bucket}/*"),
        allow("sqs:SendMessage", "*"),
        deny("s3:DeleteObject", f"{bucket}/kept/*"),
    ]
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(statements)}
    return {
        "PolicyName": f"policy-{n}",
        "Arn": f"{IAM}policy/policy-{n}",
        "DefaultVersionId": "v1",
        "PolicyVersionList": [version],
    }


if __name__ == "__main__":
    command.run(figures, __doc__)
