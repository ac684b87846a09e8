"""The form of one action: `vendor:Name`, or `*`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
"""

import re

VENDOR = re.compile(r"[A-Za-z0-9.-]+")
# Observed, not documented: commas and spaces pass, though such an action matches nothing.
NAME = re.compile(r"[A-Za-z0-9*?, -]*")

NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
TWO_COLONS = "Actions/Condition can contain only one colon."


def action_fault(action: str) -> str | None:
    """AWS's sentence about *action*, None where its form is right.

    Whether the action exists is not asked: AWS takes names it does not know.
    """
    if action == "*":
        return None
    vendor, colon, name = action.partition(":")
    if not colon:
        return NO_VENDOR
    if ":" in name:
        return TWO_COLONS
    if not VENDOR.fullmatch(vendor):
        return f"Vendor {vendor} is not valid"
    # Assumed: that these are refused is one linter's experience, the sentence is ours to choose.
    return None if NAME.fullmatch(name) else "The policy failed legacy parsing"
