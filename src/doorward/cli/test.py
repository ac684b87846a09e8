"""`doorward test`: run files of decision cases, such as those of a team for its own policies."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from doorward.authz.cases.case import Case
from doorward.authz.cases.read import Unusable, read
from doorward.authz.cases.schema import SCHEMA
from doorward.authz.cases.verdict import judge
from doorward.base.errors import BadInput
from doorward.cli import reports
from doorward.engine.match import glob, wild

PASSED = 0
FAILED = 1
UNUSABLE = 2

EXAMPLES = """\
examples:
  doorward test policies.yaml
  doorward test cases/*.yaml --filter 's3*' --quiet
  doorward test cases/*.yaml --format junit > report.xml
  doorward test --schema > cases.schema.json

A file is a list of cases:

  - name: alice reads reports
    principal: arn:aws:iam::123456789012:user/alice
    action: s3:GetObject
    resource: arn:aws:s3:::reports/q1
    identity: policies/alice.json       # a path relative to this file, or the policy itself
    outcome: allowed                    # or denied

Leaves with 0 when every case comes out as written, 1 when one does not, 2 when a file cannot be
used. The format: docs/reference/cases.md
"""


class Parser(argparse.ArgumentParser):
    """A parser whose refusals are Doorward's."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            BadInput: always.
        """
        raise BadInput("", message, "see `doorward test --help`")


def parser() -> Parser:
    """The flags of the command."""
    flags = Parser(
        prog="doorward test",
        description="Run files of decision cases: policies and a request in, a decision out.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    flags.add_argument("files", nargs="*", metavar="FILE", help="YAML or JSON; `-` for the input")
    flags.add_argument("--format", choices=list(reports.FORMATS), default="text")
    flags.add_argument(
        "--filter",
        metavar="PATTERN",
        action="append",
        default=[],
        help="only cases whose name has PATTERN in it, in any case; `*` and `?` are wildcards",
    )
    flags.add_argument("-q", "--quiet", action="store_true", help="text without cases that pass")
    flags.add_argument("--schema", action="store_true", help="print the JSON Schema of case files")
    return flags


def main(arguments: Sequence[str]) -> int:
    """The exit status of the command.

    Raises:
        BadInput: a flag is wrong, or no case is left to run.
    """
    given = parser().parse_args(arguments)
    if given.schema:
        print(json.dumps(dict(SCHEMA), indent=2))
        return PASSED
    if not given.files:
        raise BadInput("", "no file is named", "such as `doorward test cases/*.yaml`")
    cases: list[Case] = []
    problems: list[BadInput] = []
    for file in given.files:
        try:
            cases += read(_text(file), file, _beside)
        except Unusable as error:
            problems += error.problems
    if problems:
        _complain(problems)
        return UNUSABLE
    verdicts = [judge(case) for case in _chosen(cases, given.filter)]
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    report = reports.FORMATS[given.format]
    for line in report(verdicts, reports.Style(coloured=coloured, quiet=given.quiet)):
        print(line)
    return PASSED if all(one.passed for one in verdicts) else FAILED


def _text(file: str) -> str:
    """What is in a case file.

    Raises:
        Unusable: it cannot be read.
    """
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except IsADirectoryError as error:
        help_text = f"name the files in it, such as `{file.rstrip('/')}/*.yaml`"
        raise Unusable([BadInput(file, "is a folder", help_text)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable([BadInput(file, "cannot be read", "check the path")]) from error


def _beside(path: str, file: str) -> tuple[str, str]:
    """The text of the policy at *path*, relative to the case file that names it, and where."""
    found = Path(file).parent / path
    return found.read_text("utf-8"), str(found)


def _chosen(cases: Sequence[Case], patterns: Sequence[str]) -> Iterator[Case]:
    """The cases that one of *patterns* is about, all where there is none.

    Raises:
        BadInput: no case is left.
    """
    wanted = [wild(f"*{pattern.lower()}*") for pattern in patterns]
    found = [
        case
        for case in cases
        if not wanted or any(glob(pattern, case.name.lower()) for pattern in wanted)
    ]
    if not found:
        if patterns:
            raise BadInput("--filter", f"no case has `{patterns[0]}` in its name")
        raise BadInput("", "the files have no cases", "add one; see `doorward test --help`")
    return iter(found)


def _complain(problems: Sequence[BadInput]) -> None:
    for problem in problems:
        print(f"doorward: {reports.printable(str(problem))}", file=sys.stderr)
        if problem.help:
            print(f"  help: {reports.printable(problem.help)}", file=sys.stderr)
