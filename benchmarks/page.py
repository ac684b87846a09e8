"""The page `docs/performance.md`: the figures, how they came about, what they do not say."""

import os
import platform
from collections.abc import Mapping, Sequence

from benchmarks.figures import US, Figure, markdown

HEAD = """\
# Performance

This page is written by `make bench`; do not edit it.
Every figure stands beside its peers from the same run, in interleaved rounds, as a median.
`of ours` is how many times Doorward's figure a peer's is.
A figure that misses its goal stays here, and says so.

Measured on {machine}.
The machine may have been shared: CPU times repeat within about 15 percent, wall-clock times and
rates do not.
"""

ABOUT = {
    "decision": """\
## One decision

CPU time of one decision, warm, over 1,000 rotating resources.
The request and its context are made anew each time; policies are parsed before.
Half of the requests about 15 statements, 10,000 prefixes and five kinds are denied, and a denial
costs less, since Allow statements are then not looked at: `allowed only` is the other half.
`0% right` and the like stand where an engine's answers are not all right.

- Globs over strings of the context are what Cedar and Rego are least made for, and neither is
  given a slicer that would hand it fewer policies. The workloads of 1,000 statements and more
  show an index beside a scan more than the quality of either.
- Most of cedarpy's time for 15 statements is its binding, which turns the request into Cedar's
  values; the row `cedarpy's binding` is the same call with a policy that tests nothing.
- `doorward, compiled` is the same source compiled by mypyc (`make wheel`), in a process of its own.
- casbin has no conditions here, and iam-simulate explains every statement; what an explanation
  costs Doorward stands beside it.
""",
    "verify": """\
## Verifying a request

CPU time of verifying one signed request whose signing key is known already. botocore cannot
verify; like moto, who compares with it has to sign again.
""",
    "http": """\
## Requests

CPU time of the server, its children included, for one signed request on connections that stay
open where the server lets them; requests a second are with one client that has a core of its own.
Doorward verifies, decides by the caller's policies and records every request. moto_server and
ministack check neither signature nor policy; SeaweedFS checks signatures.

CreateUser is measured over a database on disk with `synchronous=FULL`, 3,000 users by 16 clients;
what a commit costs depends on the disk.
""",
    "stages": """\
## Where a request goes

Shares of the CPU time of one request in the application, from a profile without HTTP: what the
HTTP server and the sockets cost is not in them. A stage's share holds all that it calls; what is
missing to 100 is the glue between the stages. The profiler adds to every call, so stages of many
small calls look larger than they are.
""",
    "gateway": """\
## Other services

What is added to a request of a service that Doorward does not keep, before it is sent on: verifying
its signature, mapping it to actions and resources, deciding by the caller's and the resource's
policies. Beside it what moto, in its child process, takes to answer the same request alone.
""",
    "proofs": """\
## Proofs

Wall-clock time to prove that an edited policy grants nothing new, or to find a request that it
does: a thousand edits of AWS managed policies, parsed and made ready before. No peer that
installs here answers this question; the tests put Z3 beside it
(`pytest --run-slow tests/analysis/test_smt.py`).
""",
    "validation": """\
## Validation

CPU time on one core to find what is wrong with each AWS managed policy, as ValidatePolicy tells
it: reading the text, the checks, and the proof that a statement is covered by others. parliament
makes other checks, and fewer.
""",
    "size": """\
## A large world

100,000 users, 10,000 roles, 20,000 policies of five statements, three policies attached to each
user and role, in one account. What is read is read when it is needed and kept, so a start does not
load the world.
""",
    "accounts": """\
## A large organization

1,000 accounts in 110 units two levels deep, a service control policy at the root, at every unit,
and AWS's own at every account, so that a request is under policies at four levels; a user in each
account.
""",
    "dumps": """\
## A dump of a large account

10,000 users and roles with an inline policy and two or three of 500 managed ones, from the file
that AWS prints; then who can do something, over all of them.
""",
    "start": """\
## Start

Wall-clock time of a whole process.
""",
    "audit": """\
## The trail

Every request writes an event, most of them some milliseconds after the answer. The questions are
asked of a million events as a trail delivers them, 5,000 in a gzipped file; `zgrep | jq` answers
the same from the same files. LookupEvents is asked of a server that has imported them.
""",
}


def page(found: Mapping[str, Sequence[Figure]]) -> str:
    """The page of *found*, part by part."""
    parts = [HEAD.format(machine=machine())]
    parts += [f"{ABOUT[name]}\n{markdown(figures)}\n" for name, figures in found.items()]
    missed = [one for figures in found.values() for one in figures if misses(one)]
    if missed:
        parts.append(f"## What misses its goal\n\n{notes(missed)}\n")
    return "\n".join(parts)


def machine() -> str:
    """The machine in general words."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}, {python}"


def misses(one: Figure) -> bool:
    """Whether *one* is ours and misses its goal."""
    goal, value = one.goal, one.value
    return one.who == US and goal is not None and value is not None and not goal.met(value)


REASONS: dict[str, str] = {
    "request": (
        "no stage stands out (see `Where a request goes`): some 500 to 900 small calls. Tried: "
        "compiled queries, readers that stay at their moment, events written many in a statement, "
        "ids from a pool, headers and scopes read once (together up to a quarter less beside "
        "the same peers); head and body of an answer in one write, and less garbage collection "
        "(nothing gained); the request path compiled by mypyc (a tenth, for two more minutes of "
        "building)."
    ),
    "decision, 10,000 prefixes": (
        "the index probes one dictionary entry for each length of prefix; why it is slower with "
        "other engines in the process is not settled."
    ),
    "large world, first decision": (
        "the user, its inline policies and what is attached to it are read by three queries; "
        "then four policies are compiled."
    ),
    "verification": (
        "the profile is flat: some 100 calls a request, none above a tenth of the time; joining "
        "the headers and writing the canonical request are the first. Dates, scopes and lists of "
        "signed headers are read once and remembered."
    ),
    "CreateUser": "not profiled yet; the machine may have been shared.",
    "server, first answer": (
        "most of it is imports: SQLAlchemy about a quarter, asyncio with uvicorn and botocore's "
        "loader of models about a tenth each. Tried: tables made at once instead of by migrations, "
        "which a start in an empty folder no longer waits for."
    ),
    "validation": (
        "reading the JSON with the place of every text is a quarter of it, the rest is spread over "
        "some ninety checks; the patterns of condition keys are made once since."
    ),
    "account of 10,000 principals": (
        "policies of principals are compiled when somebody first asks about their service; the "
        "same question about another resource takes a third."
    ),
    "one decision, cold": "not profiled yet; its CPU time stands beside it.",
}
"""What the profile says of a figure that misses its goal, by the beginning of its name."""


def notes(missed: Sequence[Figure]) -> str:
    """One line for each figure, with the reason where one is known."""
    lines = []
    for one in missed:
        known = [reason for begin, reason in REASONS.items() if one.what.startswith(begin)]
        lines.append(f"- {one.what}: {' '.join(known) or 'not looked into yet.'}")
    return "\n".join(lines)
