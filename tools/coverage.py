"""The coverage pages: which operations of botocore's models are answered, generated.

python tools/coverage.py           # write docs/reference/coverage
python tools/coverage.py --check   # leave with 1 where a page is not what it would write
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from botocore.loaders import Loader

from doorward.server.dispatch import registry

PAGES = Path(__file__).parents[1] / "docs" / "reference" / "coverage"
MADE = "<!-- made by tools/coverage.py; do not edit -->"
REFERENCE = {
    "cloudwatch": (
        "CloudWatch",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_{}.html",
    ),
    "iam": ("IAM", "https://docs.aws.amazon.com/IAM/latest/APIReference/API_{}.html"),
    "sts": ("STS", "https://docs.aws.amazon.com/STS/latest/APIReference/API_{}.html"),
    "s3": ("S3", "https://docs.aws.amazon.com/AmazonS3/latest/API/API_{}.html"),
    "s3control": (
        "S3 Control",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_{}.html",
    ),
    "organizations": (
        "Organizations",
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_{}.html",
    ),
    "logs": (
        "CloudWatch Logs",
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_{}.html",
    ),
    "account": (
        "Account",
        "https://docs.aws.amazon.com/accounts/latest/reference/API_{}.html",
    ),
    "cloudformation": (
        "CloudFormation",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_{}.html",
    ),
    "rolesanywhere": (
        "Roles Anywhere",
        "https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_{}.html",
    ),
    "identitystore": (
        "Identity Store",
        "https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_{}.html",
    ),
    "sso": (
        "IAM Identity Center portal",
        "https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_{}.html",
    ),
    "sso-admin": (
        "IAM Identity Center",
        "https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_{}.html",
    ),
    "sso-oidc": (
        "IAM Identity Center OIDC",
        "https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_{}.html",
    ),
    "cloudtrail": (
        "CloudTrail",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_{}.html",
    ),
    "accessanalyzer": (
        "Access Analyzer",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_{}.html",
    ),
}


def operations(service: str) -> list[str]:
    """The operations of the installed model, sorted."""
    return sorted(Loader().load_service_model(service, "service-2")["operations"])


def page(service: str) -> str:
    """The page of one service."""
    title, address = REFERENCE[service]
    answered = {name for of, name in registry() if of == service}
    names = operations(service)
    done = sum(name in answered for name in names)
    lines = [MADE, "", f"# {title}: {done} of {len(names)} operations", ""]
    lines += ["| operation | |", "|---|---|"]
    for name in names:
        lines.append(
            f"| [{name}]({address.format(name)}) | {'yes' if name in answered else 'not yet'} |"
        )
    if beyond := sorted(answered - set(names)):
        lines += ["", f"Beyond the model: {', '.join(beyond)}."]
    lines += ["", "What is not answered gets a well-formed refusal in its protocol that clients do"]
    lines += ["not retry.", ""]
    return "\n".join(lines)


def summary() -> str:
    """The page that names them all."""
    lines = [MADE, "", "# Coverage", "", "| service | operations answered | of |", "|---|--:|--:|"]
    for service, (title, _) in REFERENCE.items():
        names = operations(service)
        done = sum((service, name) in registry() for name in names)
        lines.append(f"| [{title}]({service}.md) | {done} | {len(names)} |")
    return "\n".join([*lines, ""])


def pages() -> Mapping[Path, str]:
    """Every page by its place."""
    found = {PAGES / f"{service}.md": page(service) for service in REFERENCE}
    return found | {PAGES / "README.md": summary()}


def stale() -> Iterator[Path]:
    """The pages that are not what they would be if made now."""
    for path, text in pages().items():
        if not path.is_file() or path.read_text("utf-8") != text:
            yield path


def main() -> int:
    """Write or check the pages; the exit status."""
    flags = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    flags.add_argument("--check", action="store_true", help="write nothing")
    if flags.parse_args().check:
        found = list(stale())
        for path in found:
            print(f"{path.name} is out of date: run `make docs`", file=sys.stderr)
        return 1 if found else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
