"""What operations are authorized on: trust anchors, profiles, lists and subjects by id or ARN.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementrolesanywhere.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.services.rolesanywhere.errors import ResourceNotFound
from doorward.store import roles
from doorward.store import rolesanywhere as store
from doorward.store.tables.rolesanywhere import (
    CRL,
    PROFILE,
    TRUST_ANCHOR,
    AnywhereResource,
    AnywhereSubject,
)

ALIAS = "alias/"
SUBJECT = "subject"
KINDS = (TRUST_ANCHOR, PROFILE, CRL)
PASSED_TO = "rolesanywhere.amazonaws.com"
MEMBERS = {"trustAnchorId": TRUST_ANCHOR, "profileId": PROFILE, "crlId": CRL}


class Named(NamedTuple):
    """What an identifier says: the ARN it names, and what is there under it."""

    arn: str
    account: str
    found: AnywhereResource | AnywhereSubject | None


def resource_arn(ctx: Context, kind: str, resource_id: str) -> str:
    """The ARN of a resource in the caller's account and the request's Region."""
    return (
        f"arn:{ctx.partition}:rolesanywhere:{ctx.facts.region}:{ctx.account}:{kind}/{resource_id}"
    )


def named(ctx: Context, kind: str, identifier: str) -> Named:
    """What *identifier* names: an id, an ARN, or the ARN of an alias.

    Of another account or Region nothing is found; the ARN stands as it was given.
    """
    parsed = Arn.parse(identifier)
    if parsed is None:
        found = _find(ctx, kind, identifier)
        return Named(resource_arn(ctx, kind, identifier), ctx.account, found)
    here = (ctx.partition, "rolesanywhere", ctx.facts.region, ctx.account)
    if parsed[:4] != here:
        owner = parsed.account if arn.is_account(parsed.account) else ctx.account
        return Named(identifier, owner, None)
    is_alias = parsed.resource.startswith(f"{ALIAS}{kind}/")
    name = parsed.resource.removeprefix(ALIAS if is_alias else "").removeprefix(f"{kind}/")
    if is_alias:
        found = store.by_alias(ctx.db, ctx.account, ctx.facts.region, kind, name)
    else:
        found = _find(ctx, kind, name) if parsed.resource == f"{kind}/{name}" else None
    return Named(resource_arn(ctx, kind, found.id) if found else identifier, ctx.account, found)


def _find(ctx: Context, kind: str, resource_id: str) -> AnywhereResource | AnywhereSubject | None:
    if kind == SUBJECT:
        return store.subject(ctx.db, ctx.account, ctx.facts.region, resource_id)
    return store.find(ctx.db, ctx.account, ctx.facts.region, kind, resource_id)


def tagged(ctx: Context, resource: str) -> tuple[str, Named] | None:
    """The kind of the resource of that ARN, and what is there; None where it cannot have tags."""
    parsed = Arn.parse(resource)
    kind = parsed.resource.partition("/")[0] if parsed and parsed.service == "rolesanywhere" else ""
    if kind not in (*KINDS, SUBJECT):
        return None
    return kind, named(ctx, kind, resource)


def existing(ctx: Context, kind: str, identifier: str) -> AnywhereResource:
    """The trust anchor, profile or list that *identifier* names.

    Raises:
        ResourceNotFound: there is none.
    """
    found = named(ctx, kind, identifier).found
    if not isinstance(found, AnywhereResource):
        raise ResourceNotFound(kind)
    return found


def access(name: Named, context: Mapping[str, Value] | None = None) -> Access:
    """The access to what an identifier names."""
    tags = name.found.tags if name.found else {}
    return Access(OWN_ACTION, name.arn, account=name.account, tags=tags, context=context or {})


def of(member: str) -> Finder:
    """The finder of what the parameter *member* names."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        return access(named(ctx, MEMBERS[member], parameters[member]))

    return find


def subject(ctx: Context, parameters: Parameters) -> Access:
    """The subject of `subjectId`."""
    return access(named(ctx, SUBJECT, parameters["subjectId"]))


def everything(ctx: Context, parameters: Parameters) -> Access:
    """No resource of its own, with the tags that are given to a new one."""
    del ctx
    return Access(OWN_ACTION, "*", context=asked_tags(parameters.get("tags") or []))


def profile_with_roles(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """A new profile, and passing its roles to Roles Anywhere."""
    yield everything(ctx, parameters)
    yield from passed(ctx, parameters["roleArns"])


def profile_of_roles(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The profile of `profileId`, and passing the roles that it has then."""
    name = named(ctx, PROFILE, parameters["profileId"])
    yield access(name)
    known = name.found.details["roleArns"] if isinstance(name.found, AnywhereResource) else []
    given = parameters.get("roleArns")
    yield from passed(ctx, known if given is None else given)


def passed(ctx: Context, role_arns: Sequence[str]) -> Iterator[Access]:
    """Passing each of the roles to Roles Anywhere.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    for role_arn in dict.fromkeys(role_arns):
        parsed = Arn.parse(role_arn)
        account = parsed.account if parsed and arn.is_account(parsed.account) else ctx.account
        role = roles.find(ctx.db, account, role_arn.rpartition("/")[2])
        tags = role.tags if role and account == ctx.account else {}
        context: dict[str, Value] = {"iam:passedtoservice": PASSED_TO}
        context |= {f"iam:resourcetag/{key.lower()}": value for key, value in tags.items()}
        yield Access("iam:PassRole", role_arn, account=account, tags=tags, context=context)


def asked_tags(tags: Sequence[Mapping[str, Any]]) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys` of tags that a request gives."""
    found: dict[str, Value] = {f"aws:requesttag/{tag['key'].lower()}": tag["value"] for tag in tags}
    if tags:
        found["aws:tagkeys"] = tuple(tag["key"] for tag in tags)
    return found
