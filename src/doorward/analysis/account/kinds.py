"""What a file that is no dump looks like, so that people are told what they gave."""

from collections.abc import Mapping
from typing import Any

from doorward.policy.errors import shown

EXPECTED = (
    "the kinds that are read are: authorization details (`aws iam "
    "get-account-authorization-details`), a credential report as CSV, a snapshot of AWS Config, "
    "results of `aws configservice select-aggregate-resource-config`, and `Resources` or an "
    "`Organization` in Doorward's form"
)
OTHERS = (
    (("AWSTemplateFormatVersion",), "a CloudFormation template"),
    (("planned_values",), "a Terraform plan"),
    (("terraform_version",), "a Terraform state"),
    (("Records",), "a log file of CloudTrail"),
    (("Statement",), "a policy"),
    (("AccountSummary", "SummaryMap"), "a summary of an account"),
    (("Users",), "the answer of ListUsers"),
    (("Roles",), "the answer of ListRoles"),
    (("resourceIdentifiers",), "the answer of ListDiscoveredResources"),
    (("findings",), "findings of Access Analyzer"),
    (("resourceType",), "a configuration item without a configuration"),
)
TEXTS = (
    ("<", "XML or HTML"),
    ("PK\x03", "a ZIP archive"),
    ("%PDF", "a PDF document"),
    ("---", "YAML"),
    ("AWSTemplateFormatVersion", "a CloudFormation template in YAML"),
    ("resource ", "Terraform"),
    ("%7B", "a URL-encoded policy"),
)
SHOWN = 4


def known(value: Mapping[str, Any]) -> str | None:
    """What *value* is by the members that only its kind has; None where nothing tells."""
    return next((name for keys, name in OTHERS if any(one in value for one in keys)), None)


def of_object(value: Mapping[str, Any]) -> str:
    """What *value* looks like."""
    found = known(value)
    if found is not None:
        return found
    names = ", ".join(f"`{shown(one)}`" for one in list(value)[:SHOWN])
    return f"an object with {names}" if names else "an empty object"


def of_text(text: str) -> str:
    """What *text*, which is no JSON, looks like."""
    begin = text.lstrip()
    found = next((name for mark, name in TEXTS if begin.startswith(mark)), None)
    if found is not None:
        return found
    if "\x00" in begin:
        return "a file of bytes"
    line = begin.partition("\n")[0]
    return "CSV of another kind" if line.count(",") > 1 else f"text that begins `{shown(line)}`"
