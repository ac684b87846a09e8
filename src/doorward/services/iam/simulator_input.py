"""What the policy simulator is given, taken apart and refused where it cannot be simulated.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from doorward.base import arn
from doorward.base.arn import Arn
from doorward.base.errors import AwsError
from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.engine.compile import NamedPolicy
from doorward.engine.match import glob, wild
from doorward.engine.request import Value
from doorward.policy.document import Policy
from doorward.policy.grammar import PolicyType, check
from doorward.policy.parse import parse
from doorward.services.iam.errors import InvalidInput
from doorward.services.iam.identity_policies import IdentityPolicy

Entry = Mapping[str, Any]
"""One entry of `ContextEntries` in wire casing."""

EC2_SCENARIOS = {
    "EC2-Classic-InstanceStore": ("instance", "image", "security-group"),
    "EC2-Classic-EBS": ("instance", "image", "security-group", "volume"),
    "EC2-VPC-InstanceStore": ("instance", "image", "security-group", "network-interface"),
    "EC2-VPC-InstanceStore-Subnet": (
        "instance",
        "image",
        "security-group",
        "network-interface",
        "subnet",
    ),
    "EC2-VPC-EBS": ("instance", "image", "security-group", "network-interface", "volume"),
    "EC2-VPC-EBS-Subnet": (
        "instance",
        "image",
        "security-group",
        "network-interface",
        "subnet",
        "volume",
    ),
}
"""The resource types that each `ResourceHandlingOption` must find among the resources."""


def documents(texts: Iterable[str], kind: PolicyType = PolicyType.INLINE) -> list[Policy]:
    """The policies that *texts* spell; identity-based ones may be in the old language.

    Raises:
        InvalidInput: one of them is refused (the code is assumed; the model has no other).
    """
    try:
        return [check(text, kind) for text in texts]
    except AwsError as error:
        raise InvalidInput(error.message) from error


def numbered(texts: Sequence[str], name: str) -> list[NamedPolicy]:
    """The policies that *texts* spell, called *name*`.1`, *name*`.2` and so on.

    Raises:
        InvalidInput: one of them is refused.
    """
    trees = documents(texts)
    return [NamedPolicy(f"{name}.{number}", tree) for number, tree in enumerate(trees, start=1)]


def kept(policy: IdentityPolicy) -> NamedPolicy:
    """A policy of the store, which was checked when it was put there."""
    return NamedPolicy(
        policy.id, parse(policy.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS), policy.arn
    )


def actions(names: Sequence[str]) -> Sequence[str]:
    """The actions to simulate, as given.

    Raises:
        InvalidInput: one has a wildcard or no service.
    """
    for name in names:
        service, _, operation = name.partition(":")
        if not service or not operation or "*" in name or "?" in name:
            raise InvalidInput(
                f'Invalid Input Actions: "{name}" require different authorization information.'
            )
    return names


def resources(arns: Sequence[str] | None) -> Sequence[str]:
    """The resources to simulate, each once; `*` where none are given.

    Raises:
        InvalidInput: one is neither an ARN nor `*`.
    """
    found = list(dict.fromkeys(arns or ["*"]))
    for name in found:
        if name != "*" and Arn.parse(name) is None:
            raise InvalidInput(f"ARN {name} is not valid.")
    return found


def context(entries: Sequence[Entry] | None) -> dict[str, Value]:
    """The condition keys given, lower case.

    A list type makes a key multivalued, also with one value; an entry without values is left out,
    except that an empty list is a multivalued key with none.

    Raises:
        InvalidInput: a key is given twice, or several values with a type for one (assumed).
    """
    found: dict[str, Value] = {}
    for entry in entries or ():
        key = entry.get("ContextKeyName", "").lower()
        values = tuple(entry.get("ContextKeyValues") or ())
        kind = entry.get("ContextKeyType") or ("string" if len(values) <= 1 else "stringList")
        if not key or key in found:
            raise InvalidInput(f"Context key {key} must be given exactly once.")
        if kind.endswith("List"):
            found[key] = values
        elif len(values) > 1:
            raise InvalidInput(f"Context key {key} of type {kind} must have one value.")
        elif values:
            found[key] = values[0]
    return found


def owner(resource_owner: str | None, default: str) -> str:
    """The account that owns what has no account in its ARN; *default* where none is given.

    Raises:
        InvalidInput: it is neither an account id nor the ARN of an account.
    """
    if resource_owner is None:
        return default
    if arn.is_account(resource_owner):
        return resource_owner
    parsed = Arn.parse(resource_owner)
    if parsed and parsed.resource == "root" and arn.is_account(parsed.account):
        return parsed.account
    raise InvalidInput(f"ARN {resource_owner} is not valid.")


def check_handling(option: str | None, arns: Sequence[str]) -> None:
    """See that the resources fit the scenario *option* of EC2.

    Raises:
        InvalidInput: there is no such scenario, or a resource type that it needs is missing.
    """
    if option is None:
        return
    if option not in EC2_SCENARIOS:
        raise InvalidInput(f"Invalid resource handling option: {option}")
    parsed = [Arn.parse(name) for name in arns]
    present = {one.resource.partition("/")[0] for one in parsed if one and one.service == "ec2"}
    missing = [kind for kind in EC2_SCENARIOS[option] if kind not in present]
    if missing:
        raise InvalidInput(f"{option} requires resources of type: {', '.join(missing)}")


def check_applies(policy: Policy, arns: Sequence[str]) -> None:
    """See that a resource policy is about every resource of the simulation.

    It is where one of its patterns has the resource's service, and for S3 the bucket (assumed:
    AWS says `applicable` without saying how it tells).

    Raises:
        InvalidInput: a resource is none of the policy's.
    """
    patterns = [
        text.value
        for statement in policy.statements
        for texts in (statement.resources, statement.not_resources)
        for text in (texts.items if texts else ())
    ]
    for name in arns:
        if patterns and not any(_about(pattern, name) for pattern in patterns):
            raise InvalidInput(f"The resource policy does not apply to the resource {name}")


def _about(pattern: str, name: str) -> bool:
    wanted, found = Arn.parse(pattern), Arn.parse(name)
    if wanted is None or found is None:
        return "*" in {pattern, name}
    if wanted.service != found.service:
        return False
    if found.service != "s3":
        return True
    bucket, asked = (one.resource.partition("/")[0] for one in (wanted, found))
    return "${" in bucket or glob(wild(bucket), asked)
