"""`doorward simulate`: decide one request from policy files, and say why."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from doorward.authz import offline
from doorward.base.arn import is_account
from doorward.base.errors import BadInput
from doorward.cli import cases, documents, explanation
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Request
from doorward.policy.document import Effect
from doorward.policy.parse import parse

ALLOWED = 0
DENIED = 3

SCP_HELP = "one a level, root first; one that only denies stands beside FullAWSAccess"
FULL_ACCESS = """{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
}"""

EXAMPLES = """\
examples:
  doorward simulate --policy read.json --principal arn:aws:iam::123456789012:user/alice \\
      --action s3:GetObject --resource arn:aws:s3:::reports/q1.txt
  doorward simulate --policy admin.json --boundary cap.json --scp root.json ou.json \\
      --principal arn:aws:iam::123456789012:user/alice --action iam:CreateUser --resource '*' \\
      --context aws:MultiFactorAuthPresent=true --format json
  doorward simulate --cases cases.jsonl --format jsonl

Leaves with 0 when the request is allowed, 3 when it is denied, 2 when the input cannot be used.
"""


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are Doorward's."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            BadInput: always.
        """
        raise BadInput("", message, "see `doorward simulate --help`")


def parser() -> Parser:
    """The flags of the command."""
    flags = Parser(
        prog="doorward simulate",
        description="Decide one request from policy files, and say why.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    several = {"action": "extend", "nargs": "+", "type": Path, "metavar": "FILE", "default": None}
    one = {"type": Path, "metavar": "FILE", "default": None}
    documents = flags.add_argument_group("policies")
    documents.add_argument("--policy", help="identity-based policies", **several)  # type: ignore[arg-type] # argparse takes any keywords
    documents.add_argument("--resource-policy", help="the policy of the resource", **one)  # type: ignore[arg-type] # likewise
    documents.add_argument("--trust", help="the trust policy of the role", **one)  # type: ignore[arg-type] # likewise
    documents.add_argument("--boundary", help="the permissions boundary", **one)  # type: ignore[arg-type] # likewise
    documents.add_argument("--session-policy", help="session policies", **several)  # type: ignore[arg-type] # likewise
    documents.add_argument("--endpoint-policy", help="of a VPC endpoint", **one)  # type: ignore[arg-type] # likewise
    documents.add_argument("--scp", help=SCP_HELP, **several)  # type: ignore[arg-type] # likewise
    documents.add_argument("--rcp", help="one a level, root first", **several)  # type: ignore[arg-type] # likewise
    request = flags.add_argument_group("request")
    request.add_argument("--principal", metavar="ARN", help="who asks; `anonymous` for nobody")
    request.add_argument("--action", metavar="SERVICE:ACTION")
    request.add_argument("--resource", metavar="ARN", help="or `*`")
    request.add_argument("--resource-account", metavar="ID", help="its owner, if the ARN is silent")
    request.add_argument(
        "--context",
        metavar="KEY=VALUE",
        action="extend",
        nargs="+",
        default=[],
        help="a condition key; repeated for one key, it has several values",
    )
    flags.add_argument("--cases", type=Path, metavar="FILE", help="decide a file of cases instead")
    flags.add_argument("--format", choices=["text", "json", "jsonl"], default="text")
    return flags


def main(arguments: Sequence[str]) -> int:
    """The exit status of the command.

    Raises:
        BadInput: a flag is missing or wrong, or a file is no policy.
    """
    given = parser().parse_args(arguments)
    if given.cases:
        if given.principal or given.action or given.resource:
            raise BadInput("--cases", "excludes a request", "decide a file or one request")
        for line in cases.answers(given.cases):
            print(line)
        return ALLOWED
    for flag in ("principal", "action", "resource"):
        if not getattr(given, flag):
            raise BadInput(f"--{flag}", "is missing", "a request needs principal, action, resource")
    request = asked(given)
    policies = applicable(given)
    decision = decide(request, policies, explain=True)
    if given.format == "text":
        print("\n".join(explanation.text(request, policies, decision, sys.stdout)))
    else:
        indent = 2 if given.format == "json" else None
        print(json.dumps(explanation.document(request, policies, decision), indent=indent))
    return ALLOWED if decision.allowed else DENIED


def asked(given: argparse.Namespace) -> Request:
    """The request that the flags describe.

    Raises:
        BadInput: the principal, action, resource or a context key is malformed.
    """
    who = offline.ANONYMOUS if given.principal == "anonymous" else None
    who = who or offline.principal(given.principal)
    if who is None:
        raise BadInput(
            "--principal",
            f"`{given.principal}` names no principal",
            "write an ARN such as `arn:aws:iam::123456789012:user/alice`, or a service name",
        )
    if ":" not in given.action.strip(":") or "*" in given.action:
        problem = f"`{given.action}` is no action"
        raise BadInput("--action", problem, "write `service:Action`, such as `s3:GetObject`")
    if given.resource != "*" and not given.resource.startswith("arn:"):
        problem = f"`{given.resource}` is no ARN"
        raise BadInput("--resource", problem, "write an ARN such as `arn:aws:s3:::reports/q1.txt`")
    if given.resource_account and not is_account(given.resource_account):
        problem = f"`{given.resource_account}` is no account"
        raise BadInput("--resource-account", problem, "write its 12 digits")
    limited = {"boundary": bool(given.boundary), "session": bool(given.session_policy)}
    if wrong := offline.limits(who, **limited):
        flag = "--boundary" if "boundary" in wrong else "--session-policy"
        raise BadInput(flag, wrong, f"leave it out, or name another principal than `{who.arn}`")
    keys = offline.context(who, context(given.context))
    return Request(who, given.action, given.resource, keys, given.resource_account)


def context(pairs: Sequence[str]) -> dict[str, list[str]]:
    """The condition keys of `--context KEY=VALUE`, each with the values given.

    Raises:
        BadInput: one has no `=` or no key.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            problem = f"`{pair}` is no key and value"
            raise BadInput("--context", problem, "write `key=value`, such as `aws:SourceIp=::1`")
        found.setdefault(key.lower(), []).append(value)
    return found


def applicable(given: argparse.Namespace) -> Applicable:
    """The policies that the flags name.

    Raises:
        BadInput: a file cannot be read or is no policy, or two flags exclude each other.
    """
    if given.trust and given.resource_policy:
        raise BadInput("--trust", "excludes --resource-policy", "a role has only a trust policy")
    attached = given.trust or given.resource_policy
    role = given.action.lower().startswith("sts:assumerole") and ":role/" in given.resource
    kind = PolicyKind.TRUST if given.trust or role else PolicyKind.RESOURCE
    return Applicable(
        identity=policies(PolicyKind.IDENTITY, given.policy),
        resource=policies(kind, attached and [attached]),
        boundary=policies(PolicyKind.BOUNDARY, given.boundary and [given.boundary]),
        session=policies(PolicyKind.SESSION, given.session_policy),
        endpoint=policies(PolicyKind.ENDPOINT, given.endpoint_policy and [given.endpoint_policy]),
        scps=levels(PolicyKind.SCP, given.scp),
        rcps=levels(PolicyKind.RCP, given.rcp),
    )


def policies(kind: PolicyKind, files: Sequence[Path] | None) -> PolicySet | None:
    """A set of the policies in *files*, None where the flag was not given."""
    return PolicySet(kind, documents.read(files)) if files else None


def levels(kind: PolicyKind, files: Sequence[Path] | None) -> tuple[PolicySet, ...] | None:
    """One set a file, None where the flag was not given.

    A policy that only denies is attached beside FullAWSAccess, as AWS attaches every SCP by
    default; alone on its level it would stop everything.
    """
    return tuple(PolicySet(kind, level(file)) for file in files) if files else None


def level(file: Path) -> Iterator[NamedPolicy]:
    """The policies of the level that *file* stands for."""
    for named in documents.read([file]):
        yield named
        if not any(one.effect is Effect.ALLOW for one in named.policy.statements):
            yield NamedPolicy("FullAWSAccess", parse(FULL_ACCESS))
