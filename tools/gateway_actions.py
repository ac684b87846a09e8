"""The page of how well the gateway knows each service's operations, generated.

python tools/gateway_actions.py           # write docs/reference/gateway-actions.md
python tools/gateway_actions.py --check   # leave with 1 where it is not what it would write
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from doorward.gateway.mapping.coverage import Share, shares
from doorward.wire import model

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "gateway-actions.md"
MADE = "<!-- made by tools/gateway_actions.py; do not edit -->"
FIRST_CLASS = (
    "apigateway", "apigatewayv2", "cloudwatch", "dynamodb", "ec2", "ecr", "ecs", "events", "kms",
    "lambda", "logs", "rds", "s3", "s3control", "secretsmanager", "sns", "sqs", "ssm",
    "stepfunctions",
)  # fmt: skip
HEAD = """
# What the gateway asks for

Every request for a service that Doorward passes on is mapped to actions, resources and condition keys first.
This page counts, for each of botocore's operations, how well that is known:

- **exact**: by a rule that was reviewed, in `gateway/mapping/exceptions.toml` or in code beside it.
- **derived**: AWS's reference has the action and its resource types, and members of the request tell the resources by their names.
- **unknown**: a new action, or a resource that the request does not tell.

An unknown action is named like its operation and marked as inferred in the audit event.
An unknown part of a resource is decided on the safe side: an Allow has to cover whatever it may be, a Deny applies to whatever it may be.
`doorward actions coverage SERVICE` prints the same for one service.
"""  # noqa: E501 - one sentence a line


def row(share: Share) -> str:
    """One service as a row of the table."""
    return f"| {share.service} | {share.exact} | {share.derived} | {share.unknown} |"


def page(found: Sequence[Share]) -> str:
    """The whole page."""
    parts = [sum(column) for column in zip(*(one[1:] for one in found), strict=True)]
    total = sum(parts)
    exact, derived, unknown = (f"{100 * part / total:.1f} %" for part in parts)
    lines = [MADE, HEAD, f"Of {total:,} operations of {len(found)} services:"]
    lines += [
        f"{exact} exact, {derived} derived, {unknown} unknown.",
        "",
        "## First-class services",
    ]
    lines += table([one for one in found if one.service in FIRST_CLASS])
    lines += ["", "## All others", *table([one for one in found if one.service not in FIRST_CLASS])]
    return "\n".join([*lines, ""])


def table(found: Sequence[Share]) -> list[str]:
    """The rows of some services under their head."""
    head = ["", "| service | exact | derived | unknown |", "|---|--:|--:|--:|"]
    return head + [row(one) for one in found]


def main() -> int:
    """Write or check the page; the exit status."""
    flags = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    flags.add_argument("--check", action="store_true", help="write nothing")
    made = page(list(shares(model.names())))
    if flags.parse_args().check:
        if PAGE.read_text("utf-8") == made:
            return 0
        print(f"{PAGE.name} is out of date: run `python tools/gateway_actions.py`", file=sys.stderr)
        return 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
