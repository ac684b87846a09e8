"""Finders: what the operations of Organizations are authorized on.

Each reads the store before the decision, because conditions ask for tags and for a policy's type.
What is not there yields the ARN it would have, so that who may not ask does not learn what exists.
In no organization there are no ARNs, and only a permission on everything is enough (assumed).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsorganizations.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Finder, Parameters
from doorward.services.organizations import arns, entities, standing
from doorward.services.organizations.policy_types import wire_type
from doorward.store.tables.organization import Organization

POLICY_TYPE = "organizations:policytype"
SERVICE = "organizations:serviceprincipal"
TAG_RESOURCE = "organizations:TagResource"


def everything(ctx: Context, parameters: Parameters) -> Access:
    """Actions without a resource type, with the type of policy or the service they are about."""
    context: dict[str, Value] = {}
    for member in ("PolicyType", "Filter"):
        if isinstance(wanted := parameters.get(member), str):
            context[POLICY_TYPE] = wanted
    if service := parameters.get("ServicePrincipal"):
        context[SERVICE] = service
    return Access(OWN_ACTION, "*", context=_owned(ctx, context))


def named(member: str) -> Finder:
    """The root, unit, account, policy, resource policy or transfer whose id is *member*."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        access = thing(ctx, parameters.get(member) or ctx.account)
        return replace(access, context={**access.context, **_asked(parameters)})

    return find


def several(*members: str) -> Finder:
    """All the things whose ids are *members*; each of them is authorized."""

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        accesses = [thing(ctx, parameters[member]) for member in members]
        # The type of the policy is known with every one of them.
        types = {key: value for one in accesses for key, value in one.context.items()}
        for access in accesses:
            yield replace(access, context={**types, **_asked(parameters)})

    return find


def thing(ctx: Context, id: str) -> Access:
    """What has that id in the caller's organization, or would have."""
    found = standing.known(ctx)
    if found is None:
        return Access(OWN_ACTION, "*")
    context: dict[str, Value] = {}
    if kind := entities.policy_kind(ctx.db, found, id):
        context[POLICY_TYPE] = wire_type(kind)
    return Access(
        OWN_ACTION,
        entities.arn(ctx.db, ctx.partition, found, id, ctx.account),
        context=_owned(ctx, context),
        tags=entities.tags(ctx.db, found, id) or {},
    )


def tagging(ctx: Context, parameters: Parameters) -> Access:
    """The thing of `ResourceId`, and the tags that it is to get or lose."""
    access = thing(ctx, parameters["ResourceId"])
    context = {**access.context, **request_tags(parameters)}
    if keys := parameters.get("TagKeys"):
        context["aws:tagkeys"] = tuple(keys)
    return replace(access, context=context)


def creating(finder: Finder, kind: str) -> Finder:
    """What *finder* finds; with tags, also tagging a *kind* such as `ou`, whose id is not known.

    Every new one is meant, so its ARN ends with a wildcard (assumed).
    """

    def find(ctx: Context, parameters: Parameters) -> Iterator[Access]:
        tags = request_tags(parameters)
        found = finder(ctx, parameters)
        for access in (found,) if isinstance(found, Access) else found:
            yield replace(access, context={**access.context, **tags})
        if tags:
            yield Access(TAG_RESOURCE, _any(ctx, kind), context=tags)

    return find


def new_policy(ctx: Context, parameters: Parameters) -> Access:
    """Every policy of the type that one is to be of; its id is not known yet (assumed)."""
    wire = parameters["Type"]
    return Access(
        OWN_ACTION,
        _any(ctx, f"policy/{wire.lower()}"),
        context=_owned(ctx, {POLICY_TYPE: wire}),
    )


def resource_policy(ctx: Context, parameters: Parameters) -> Access:
    """The organization's resource policy, there or to be."""
    del parameters
    found = standing.known(ctx)
    present = entities.resource_policy(ctx.db, found) if found else None
    if present is None:
        return Access(OWN_ACTION, _any(ctx, "resourcepolicy"))
    return thing(ctx, present.id)


def invited(ctx: Context, parameters: Parameters) -> Access:
    """The account to be invited, where it is named by its id."""
    party: Mapping[str, str] = parameters["Target"]
    found = standing.known(ctx)
    if found is None or party["Type"] != "ACCOUNT":
        return Access(OWN_ACTION, "*")
    return Access(OWN_ACTION, arns.inside(ctx.partition, found, "account", party["Id"]))


def request_tags(parameters: Parameters) -> dict[str, Value]:
    """`aws:RequestTag/…` and `aws:TagKeys` of the `Tags` in a request; empty without any."""
    tags: list[Mapping[str, str]] = parameters.get("Tags") or []
    if not tags:
        return {}
    keys: dict[str, Value] = {f"aws:requesttag/{tag['Key'].lower()}": tag["Value"] for tag in tags}
    return keys | {"aws:tagkeys": tuple(tag["Key"] for tag in tags)}


def _any(ctx: Context, kind: str) -> str:
    """The ARN that stands for every thing of a kind, such as `…:ou/o-exampleorg/*`."""
    found = standing.known(ctx)
    if found is None:
        return "*"
    first, _, rest = kind.partition("/")
    return arns.inside(ctx.partition, found, first, f"{rest}/*" if rest else "*")


def _asked(parameters: Parameters) -> dict[str, Value]:
    """The type of policy or the service that a request names beside a resource."""
    wanted = parameters.get("PolicyType") or parameters.get("Filter")
    found: dict[str, Value] = {POLICY_TYPE: wanted} if isinstance(wanted, str) else {}
    if service := parameters.get("ServicePrincipal"):
        found[SERVICE] = service
    return found


def _owned(ctx: Context, context: dict[str, Value]) -> dict[str, Value]:
    """*context*, and whose all of it is: the management account's."""
    found: Organization | None = standing.known(ctx)
    return context | {"aws:resourceaccount": found.management_account} if found else context


root, unit, account = named("RootId"), named("OrganizationalUnitId"), named("AccountId")
parent, child, target = named("ParentId"), named("ChildId"), named("TargetId")
policy = named("PolicyId")
policy_and_target = several("PolicyId", "TargetId")
moved = several("AccountId", "SourceParentId", "DestinationParentId")
new_unit = creating(parent, "ou")
new_account = creating(everything, "account")
tagged_new_policy = creating(new_policy, "policy")
tagged_resource_policy = creating(resource_policy, "resourcepolicy")
tagged_invitation = creating(invited, "account")
