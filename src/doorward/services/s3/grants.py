"""Bucket policies and ACLs as one policy of the resource, which the engine decides with.

A grant of an ACL says what an Allow statement can say; so ACLs need no second way of deciding. An
account in an ACL delegates to its own policies, as it does in a bucket policy.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from doorward.authz.compiled import CACHED
from doorward.base import arn
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Effect
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.s3 import acls
from doorward.services.s3.acls import ALL_USERS, AUTHENTICATED_USERS, Grants
from doorward.store import accounts
from doorward.store.tables.bucket import Bucket

BUCKET_ACTIONS = {
    "READ": ["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
    "READ_ACP": ["s3:GetBucketAcl"],
    "WRITE_ACP": ["s3:PutBucketAcl"],
}
OBJECT_ACTIONS = {
    "READ": ["s3:GetObject", "s3:GetObjectVersion"],
    "READ_ACP": ["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
    "WRITE_ACP": ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
}
WRITE = "WRITE"
ON_OBJECTS = ["s3:PutObject"]
"""What WRITE on a bucket allows on the objects in it."""
MARKS = re.compile(r"[*?$]")
"""Characters that mean something in a pattern, and themselves as `${*}`."""
SIGNED = {"StringNotEquals": {"aws:PrincipalType": "Anonymous"}}


def of_bucket(ctx: Context, bucket: Bucket) -> PolicySet | None:
    """The bucket's policy and ACL together; None where it has neither."""
    return _set(bucket.policy, _bucket_acl(ctx, bucket))


def of_object(
    ctx: Context, bucket: Bucket, key: str, owner: str, grants: Grants | None
) -> PolicySet | None:
    """What decides about an object of *owner*: the bucket policy, and the object's ACL.

    What the bucket policy allows does not count for an object that another account owns; what it
    denies does.
    """
    if acls.enforced(bucket):
        return of_bucket(ctx, bucket)
    resource = f"arn:{ctx.partition}:s3:::{bucket.name}/{_literal(key)}"
    statements = _statements(ctx, acls.effective(ctx, bucket, grants), OBJECT_ACTIONS, resource)
    return _set(bucket.policy, _document(statements), denials_only=owner != bucket.account)


def _bucket_acl(ctx: Context, bucket: Bucket) -> str | None:
    """The bucket's ACL as the text of a policy."""
    if bucket.acl is None or acls.enforced(bucket):
        return None
    resource = f"arn:{ctx.partition}:s3:::{bucket.name}"
    granted = acls.effective(ctx, bucket, bucket.acl)
    statements = list(_statements(ctx, granted, BUCKET_ACTIONS, resource))
    statements += _statements(ctx, granted, {WRITE: ON_OBJECTS}, f"{resource}/*")
    return _document(iter(statements))


def _statements(
    ctx: Context, grants: Grants | None, actions: Mapping[str, list[str]], resource: str
) -> Iterator[dict[str, Any]]:
    for one in grants or ():
        if one["Permission"] == acls.FULL_CONTROL:
            allowed = [action for several in actions.values() for action in several]
        else:
            allowed = actions.get(one["Permission"], [])
        who = _principal(ctx, one["Grantee"])
        if who is not None and allowed:
            signed = one["Grantee"].get("URI") == AUTHENTICATED_USERS
            yield {
                "Effect": "Allow",
                "Principal": who,
                "Action": allowed,
                "Resource": resource,
                "Condition": SIGNED if signed else {},
            }


def _principal(ctx: Context, grantee: Mapping[str, str]) -> dict[str, str] | str | None:
    """Whom a grant means, None where nobody here can be."""
    if grantee.get("URI") in (ALL_USERS, AUTHENTICATED_USERS):
        return "*"
    account = accounts.by_canonical_id(ctx.db, grantee.get("ID", ""))
    return {"AWS": arn.root(ctx.partition, account.id)} if account else None


def _document(statements: Iterator[dict[str, Any]]) -> str | None:
    found = list(statements)
    return json.dumps({"Version": "2012-10-17", "Statement": found}) if found else None


def _literal(key: str) -> str:
    """*key* as a pattern that means the key alone.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return MARKS.sub(r"${\g<0>}", key)


@lru_cache(maxsize=CACHED)
def _set(policy: str | None, acl: str | None, *, denials_only: bool = False) -> PolicySet | None:
    if policy is None and acl is None and not denials_only:
        return None
    named = []
    if policy is not None:
        parsed = parse(policy)
        if denials_only:
            denials = [one for one in parsed.statements if one.effect is Effect.DENY]
            parsed = replace(parsed, statements=tuple(denials))
        named.append(NamedPolicy("BucketPolicy", parsed))
    if acl is not None:
        named.append(NamedPolicy("AccessControlList", parse(acl)))
    return PolicySet(PolicyKind.RESOURCE, named)
