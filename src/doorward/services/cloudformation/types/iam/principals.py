"""Inline and managed policies of users, groups and roles, which all work alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from doorward.services.cloudformation.types import documents
from doorward.services.cloudformation.types.provider import Call, Properties
from doorward.services.cloudformation.types.shape import DOCUMENT, TEXT, TEXTS, ListOf, structure
from doorward.services.cloudformation.types.steps import unless

GONE = "NoSuchEntity"
POLICIES = ListOf(
    structure({"PolicyName": TEXT, "PolicyDocument": DOCUMENT}, "PolicyName", "PolicyDocument")
)
KEPT = {"Policies": POLICIES, "ManagedPolicyArns": TEXTS}
"""The properties of policies that the three kinds of principal share."""


def given(properties: Properties, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Those of the plain parameters of creation that are in *properties*, in snake case."""
    plain = {"Path": "path", "PermissionsBoundary": "permissions_boundary"}
    return {
        snake: properties[name]
        for name, snake in plain.items()
        if name in properties and name not in but
    }


def put(call: Call, kind: str, name: str, policy_name: str, document: Any) -> None:
    """Put one inline policy of the user, group or role *name*."""
    call(
        "iam",
        f"put_{kind}_policy",
        **{f"{kind}_name": name},
        policy_name=policy_name,
        policy_document=documents.text(document),
    )


def drop(call: Call, kind: str, name: str, policy_name: str) -> None:
    """Delete one inline policy; it or its principal may be gone."""
    with unless(GONE):
        call("iam", f"delete_{kind}_policy", **{f"{kind}_name": name}, policy_name=policy_name)


def attach(call: Call, kind: str, name: str, policy_arn: str) -> None:
    """Attach one managed policy."""
    call("iam", f"attach_{kind}_policy", **{f"{kind}_name": name}, policy_arn=policy_arn)


def detach(call: Call, kind: str, name: str, policy_arn: str) -> None:
    """Detach one managed policy; it may not be attached."""
    with unless(GONE):
        call("iam", f"detach_{kind}_policy", **{f"{kind}_name": name}, policy_arn=policy_arn)


def give(call: Call, kind: str, name: str, old: Properties, new: Properties) -> None:
    """Bring the policies of *name* from *old* to *new*: what is new first, then what is gone."""
    before, after = inline(old), inline(new)
    for policy_name, document in after.items():
        if before.get(policy_name) != document:
            put(call, kind, name, policy_name, document)
    arns, arns_before = managed(new), managed(old)
    for arn in added(arns_before, arns):
        attach(call, kind, name, arn)
    for policy_name in added(after, before):
        drop(call, kind, name, policy_name)
    for arn in added(arns, arns_before):
        detach(call, kind, name, arn)


def take(call: Call, kind: str, name: str, properties: Properties) -> None:
    """Take away the policies that *properties* gave; those that others gave stay."""
    give(call, kind, name, properties, {})


def held(call: Call, kind: str, name: str) -> dict[str, Any]:
    """`Policies` and `ManagedPolicyArns` as they are now."""
    who = {f"{kind}_name": name}
    names = pages(call, f"list_{kind}_policies", "PolicyNames", **who)
    policies = [
        {
            "PolicyName": one,
            "PolicyDocument": documents.quoted_value(
                as_text(call("iam", f"get_{kind}_policy", **who, policy_name=one)["PolicyDocument"])
            ),
        }
        for one in names
    ]
    attached = pages(call, f"list_attached_{kind}_policies", "AttachedPolicies", **who)
    arns = [one["PolicyArn"] for one in attached]
    return filled({"Policies": policies, "ManagedPolicyArns": arns})


def pages(call: Call, operation: str, member: str, **parameters: Any) -> list[Any]:
    """The items of *member* of every page of a list."""
    output = call("iam", operation, **parameters)
    items = list(output[member])
    while output.get("IsTruncated"):
        output = call("iam", operation, **parameters, marker=output["Marker"])
        items += output[member]
    return items


def filled(properties: Mapping[str, Any]) -> dict[str, Any]:
    """*properties* without what is absent or empty."""
    return {name: one for name, one in properties.items() if one not in (None, "", [], {})}


def added(before: Iterable[str], after: Iterable[str]) -> list[str]:
    """What is in *after* and not in *before*, once each, in order."""
    known = set(before)
    return [one for one in dict.fromkeys(after) if one not in known]


def inline(properties: Properties) -> dict[str, Any]:
    """The inline policies by name."""
    return {one["PolicyName"]: one["PolicyDocument"] for one in properties.get("Policies", ())}


def managed(properties: Properties) -> list[str]:
    """The ARNs of the managed policies."""
    return list(properties.get("ManagedPolicyArns", ()))


def change_boundary(call: Call, kind: str, name: str, old: Properties, new: Properties) -> None:
    """Set or remove the permissions boundary where it changed."""
    before, after = old.get("PermissionsBoundary"), new.get("PermissionsBoundary")
    who = {f"{kind}_name": name}
    if after and after != before:
        call("iam", f"put_{kind}_permissions_boundary", **who, permissions_boundary=after)
    elif before and not after:
        with unless(GONE):
            call("iam", f"delete_{kind}_permissions_boundary", **who)


def boundary(found: Mapping[str, Any]) -> str | None:
    """The ARN of the permissions boundary in a user or role as IAM shows it."""
    arn: str | None = found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    return arn


def as_text(document: Any) -> str:
    """The document as IAM's wire has it; clients that decode it give an object."""
    return document if isinstance(document, str) else documents.text(document)
