"""Access control lists as values: what requests give, what the store keeps, what answers show.

Grants are kept in the shape of the wire. None stands for the ACL that is there by itself: full
control for the owner, nothing for others.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from doorward.services.context import Context
from doorward.services.s3 import blocks
from doorward.services.s3.errors import (
    AccessControlListNotSupported,
    InvalidArgument,
    InvalidRequest,
    MalformedACLError,
)
from doorward.store import accounts
from doorward.store.tables.bucket import Bucket

Grants = list[dict[str, Any]]
Parameters = Mapping[str, Any]

ENFORCED = "BucketOwnerEnforced"
PREFERRED = "BucketOwnerPreferred"
ANONYMOUS = "anonymous"
"""What stands for the account of an object that an anonymous caller wrote."""
ANONYMOUS_ID = "65a011a29cdf8ec533ec3d1ccaae921c"
EXEC_READ_ID = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
PUBLIC = frozenset({ALL_USERS, AUTHENTICATED_USERS})
GROUPS = PUBLIC | {LOG_DELIVERY}

FULL_CONTROL = "FULL_CONTROL"
PERMISSIONS = {
    "GrantFullControl": FULL_CONTROL,
    "GrantRead": "READ",
    "GrantReadACP": "READ_ACP",
    "GrantWrite": "WRITE",
    "GrantWriteACP": "WRITE_ACP",
}
ON_ENFORCED = (None, "private", "bucket-owner-full-control", "bucket-owner-read")
"""Canned ACLs that a bucket without ACLs takes for a new object, and passes over."""

OWNER_FULL_CONTROL = "bucket-owner-full-control"
GROUP_GRANTS = {
    "public-read": [(ALL_USERS, "READ")],
    "public-read-write": [(ALL_USERS, "READ"), (ALL_USERS, "WRITE")],
    "authenticated-read": [(AUTHENTICATED_USERS, "READ")],
    "log-delivery-write": [(LOG_DELIVERY, "WRITE"), (LOG_DELIVERY, "READ_ACP")],
}
OWNER_GRANTS = {"bucket-owner-read": "READ", OWNER_FULL_CONTROL: FULL_CONTROL}
MOST_GRANTS = 100
ENTRY = re.compile(r'\s*([A-Za-z]+)\s*=\s*"?([^",]*)"?\s*')
CANONICAL_ID = re.compile(r"[0-9a-f]{64}")


def enforced(bucket: Bucket) -> bool:
    """Whether the bucket's owner owns every object, so that ACLs are off."""
    return bucket.ownership == ENFORCED


def canonical_id(account: str) -> str:
    """The id that ACLs know *account* by."""
    return ANONYMOUS_ID if account == ANONYMOUS else accounts.canonical_id(account)


def owner_of_new_object(ctx: Context, bucket: Bucket, parameters: Parameters) -> str:
    """The account that will own an object that this caller writes.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    """
    handed_over = parameters.get("ACL") == OWNER_FULL_CONTROL
    if enforced(bucket) or (bucket.ownership == PREFERRED and handed_over):
        return bucket.account
    return ctx.caller.account or ANONYMOUS


def of_new_object(ctx: Context, bucket: Bucket, parameters: Parameters) -> Grants | None:
    """The ACL that a new object gets by the headers of the request.

    Raises:
        AccessControlListNotSupported: the bucket has no ACLs, and the request gives one that
            says more than that.
        InvalidRequest, InvalidArgument: as `given` says.
    """
    if enforced(bucket):
        explicit = any(parameters.get(member) for member in PERMISSIONS)
        if explicit or parameters.get("ACL") not in ON_ENFORCED:
            raise AccessControlListNotSupported
        return None
    return given(ctx, bucket, owner_of_new_object(ctx, bucket, parameters), parameters)


def given(ctx: Context, bucket: Bucket, owner: str, parameters: Parameters) -> Grants | None:
    """The ACL that headers give: a canned one, or grants one by one, which are kept as they are.

    Raises:
        InvalidRequest: both.
        InvalidArgument: a grantee cannot be.
    """
    canned_name = parameters.get("ACL")
    explicit = list(_explicit(ctx, parameters))
    if canned_name and explicit:
        raise InvalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
    if explicit:
        return explicit
    return canned(canned_name, owner, bucket.account)


def canned(name: str | None, owner: str, bucket_owner: str) -> Grants | None:
    """The grants of the canned ACL *name*.

    Raises:
        InvalidArgument: there is none of that name.
    """
    if name is None or name == "private":
        return None
    grants = [grant(user(canonical_id(owner)), FULL_CONTROL)]
    if name == "aws-exec-read":
        return [*grants, grant(user(EXEC_READ_ID), "READ")]
    if name in GROUP_GRANTS:
        return grants + [grant(group(uri), permission) for uri, permission in GROUP_GRANTS[name]]
    if name in OWNER_GRANTS:
        if owner == bucket_owner:
            return None
        return [*grants, grant(user(canonical_id(bucket_owner)), OWNER_GRANTS[name])]
    raise InvalidArgument("", "x-amz-acl", name)


def of_body(ctx: Context, policy: Mapping[str, Any]) -> Grants:
    """The grants of an AccessControlPolicy in the body of a request.

    Raises:
        MalformedACLError: it is none, or has too many grants.
        InvalidArgument: a grantee cannot be.
    """
    found: Grants = []
    grants = policy.get("Grants")
    if grants is None or not (policy.get("Owner") or {}).get("ID") or len(grants) > MOST_GRANTS:
        raise MalformedACLError
    for one in grants:
        grantee = one.get("Grantee") or {}
        match grantee.get("Type"):
            case "CanonicalUser":
                who = _user(ctx, grantee.get("ID") or "", "CanonicalUser/ID")
            case "Group":
                who = _group(grantee.get("URI") or "", "Group/URI")
            case _:
                raise MalformedACLError
        found.append(grant(who, one.get("Permission") or ""))
    return found


def grant(grantee: dict[str, str], permission: str) -> dict[str, Any]:
    """One grant."""
    return {"Grantee": grantee, "Permission": permission}


def user(canonical: str) -> dict[str, str]:
    """An account as a grantee."""
    return {"ID": canonical, "Type": "CanonicalUser"}


def group(uri: str) -> dict[str, str]:
    """A group as a grantee."""
    return {"Type": "Group", "URI": uri}


def is_public(grants: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether everyone, or everyone with an AWS account, is granted something."""
    return any(one["Grantee"].get("URI") in PUBLIC for one in grants or ())


def effective(ctx: Context, bucket: Bucket, grants: Grants | None) -> Grants | None:
    """The grants that count: not the public ones where Block Public Access ignores them."""
    if not is_public(grants) or not blocks.in_force(ctx.db, bucket, blocks.IGNORE_ACLS):
        return grants
    return [one for one in grants or () if one["Grantee"].get("URI") not in PUBLIC]


def shown(owner: str, grants: Grants | None) -> dict[str, Any]:
    """The answer of GetBucketAcl and GetObjectAcl."""
    own = [grant(user(canonical_id(owner)), FULL_CONTROL)]
    return {"Owner": {"ID": canonical_id(owner)}, "Grants": own if grants is None else grants}


def _explicit(ctx: Context, parameters: Parameters) -> Iterator[dict[str, Any]]:
    """The grants of the `x-amz-grant-…` headers."""
    for member, permission in PERMISSIONS.items():
        text = parameters.get(member)
        for entry in text.split(",") if text else ():
            match = ENTRY.fullmatch(entry)
            kind = match[1].lower() if match else ""
            value = match[2] if match else entry
            if kind == "id":
                yield grant(_user(ctx, value, "id"), permission)
            elif kind == "uri":
                yield grant(_group(value, "uri"), permission)
            else:
                header = f"x-amz-grant-{permission.lower().replace('_', '-')}"
                raise InvalidArgument("Argument format not recognized", header, entry)


def _user(ctx: Context, canonical: str, argument: str) -> dict[str, str]:
    known = canonical == EXEC_READ_ID or (
        CANONICAL_ID.fullmatch(canonical) and accounts.by_canonical_id(ctx.db, canonical)
    )
    if not known:
        raise InvalidArgument("Invalid id", argument, canonical)
    return user(canonical)


def _group(uri: str, argument: str) -> dict[str, str]:
    if uri not in GROUPS:
        raise InvalidArgument("Invalid group uri", argument, uri)
    return group(uri)


def grants_others(owner: str, grants: Grants | None) -> bool:
    """Whether anyone but *owner* is granted something."""
    own = canonical_id(owner)
    return any(one["Grantee"].get("ID") != own for one in grants or ())
