"""Rows as the members of the model's output shapes.

https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_TrustAnchorDetail.html
"""

from datetime import datetime
from typing import Any

from doorward.services.context import Context
from doorward.services.rolesanywhere import resources
from doorward.store.tables.rolesanywhere import (
    CRL,
    PROFILE,
    TRUST_ANCHOR,
    AnywhereResource,
    AnywhereSubject,
)

STEMS = {TRUST_ANCHOR: "trustAnchor", PROFILE: "profile", CRL: "crl"}


def resource(ctx: Context, row: AnywhereResource, before: str | None = None) -> dict[str, Any]:
    """A trust anchor, profile or list; *before* is the alias that it had until now."""
    stem = STEMS[row.kind]
    shown: dict[str, Any] = {
        f"{stem}Id": row.id,
        f"{stem}Arn": resources.resource_arn(ctx, row.kind, row.id),
        "name": row.name,
        "enabled": row.enabled,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        **row.details,
    }
    if row.kind == CRL:
        shown["crlData"] = row.details["crlData"].encode()
    if row.alias:
        shown["aliasName"] = row.alias
        named = f"{resources.ALIAS}{row.kind}"
        shown["aliasArn"] = resources.resource_arn(ctx, named, row.alias)
    if before and before != row.alias:
        shown["previousAliasName"] = before
    return shown


def subject_summary(ctx: Context, row: AnywhereSubject) -> dict[str, Any]:
    """A subject as lists show it; there is no operation that would disable one."""
    return {
        "subjectArn": resources.resource_arn(ctx, resources.SUBJECT, row.id),
        "subjectId": row.id,
        "enabled": True,
        "x509Subject": row.x509_subject,
        "lastSeenAt": row.last_seen_at,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


def subject(ctx: Context, row: AnywhereSubject) -> dict[str, Any]:
    """A subject with the certificates that it came with and what it said of its instance."""
    return {
        **subject_summary(ctx, row),
        "credentials": [_seen(one) for one in row.credentials],
        "instanceProperties": [_seen(one) for one in row.properties],
    }


def _seen(members: dict[str, Any]) -> dict[str, Any]:
    return {**members, "seenAt": datetime.fromisoformat(members["seenAt"])}


def tags(present: dict[str, str]) -> list[dict[str, str]]:
    """The tags by key."""
    return [{"key": key, "value": value} for key, value in sorted(present.items())]
