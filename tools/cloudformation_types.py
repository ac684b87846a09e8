"""The page of resource types: which properties have effect and which are refused, generated.

python tools/cloudformation_types.py           # write docs/reference/cloudformation-types.md
python tools/cloudformation_types.py --check   # leave with 1 where the page is not current
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from doorward.services.cloudformation.types import registry
from doorward.services.cloudformation.types.resource_type import ResourceType
from doorward.services.cloudformation.types.shape import described

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cloudformation-types.md"
GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
INTRODUCTION = """\
<!-- made by tools/cloudformation_types.py; do not edit -->

# CloudFormation: {count} resource types

Every property that AWS has for a type is here.
One that has effect does what AWS says.
One that is refused fails the resource; its event names the property and gives the reason.
No property is ignored.
Drift is detected for types that can be read by their physical id.
"""


def declared() -> Iterator[ResourceType]:
    """Every resource type, by name."""
    for name in registry.names():
        if found := registry.find(name):
            yield found


def section(one: ResourceType) -> str:
    """What the page says of one type."""
    slug = "-".join(one.type_name.lower().split("::")[1:])
    attributes = ", ".join(f"`{name}`" for name in one.attributes) or "none"
    drift = "yes" if one.readable else "no"
    lines = [f"## [{one.type_name}]({GUIDE}/aws-resource-{slug}.html)", ""]
    if one.type_name.startswith("AWS::CDK"):  # no page of AWS is about it
        lines[0] = f"## {one.type_name}"
    lines += [f"Attributes of `Fn::GetAtt`: {attributes}. Drift: {drift}.", ""]
    rows = [
        f"| `{path}` | {f'refused: {reason}' if reason else 'has effect'} |"
        for path, reason in sorted(described(one.shape))
    ]
    if rows:
        lines += ["| property | |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def page() -> str:
    """The whole page."""
    types = list(declared())
    return "\n".join([INTRODUCTION.format(count=len(types)), *map(section, types)])


def stale() -> bool:
    """Whether the page is not what it would be if made now."""
    return not PAGE.is_file() or PAGE.read_text("utf-8") != page()


def main() -> int:
    """Write or check the page; the exit status."""
    flags = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    flags.add_argument("--check", action="store_true", help="write nothing")
    if not flags.parse_args().check:
        PAGE.write_text(page(), "utf-8")
    elif stale():
        print(f"{PAGE.name} is out of date: run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
