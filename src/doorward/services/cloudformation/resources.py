"""What CloudFormation operations are authorized on.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from collections.abc import Iterator

from doorward.authz.access import Access
from doorward.base.arn import Arn
from doorward.engine.request import Value
from doorward.services.cloudformation import lookup
from doorward.services.cloudformation.service import PRINCIPAL
from doorward.services.context import Context
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import stack_resources

ANY = "*"


def keys(parameters: Parameters) -> dict[str, Value]:
    """The condition keys of a request."""
    found: dict[str, Value] = {}
    single = {
        "TemplateURL": "templateurl",
        "RoleARN": "rolearn",
        "StackPolicyURL": "stackpolicyurl",
        "ChangeSetName": "changesetname",
    }
    for member, key in single.items():
        if given := parameters.get(member):
            found[f"cloudformation:{key}"] = _name(given) if member == "ChangeSetName" else given
    if types := parameters.get("ResourceTypes"):
        found["cloudformation:resourcetypes"] = tuple(types)
    if imported := parameters.get("ResourcesToImport"):
        found["cloudformation:importresourcetypes"] = tuple(one["ResourceType"] for one in imported)
    tags: list[dict[str, str]] = parameters.get("Tags") or []
    found |= {f"aws:requesttag/{one['Key'].lower()}": one["Value"] for one in tags}
    if tags:
        found["aws:tagkeys"] = tuple(one["Key"] for one in tags)
    return found


def _name(given: str) -> str:
    """A change set's name, of which the ARN has it too."""
    parsed = Arn.parse(given)
    return parsed.resource.split("/")[1] if parsed and "/" in parsed.resource else given


def arn_of(ctx: Context, name: str) -> str:
    """The ARN of the stack of that name, or the one that it would have."""
    found = lookup.find(ctx, name)
    if found is not None:
        return found.id
    return name if name.startswith("arn:") else lookup.stack_arn(ctx, name, ANY)


def _access(ctx: Context, name: str | None, parameters: Parameters) -> Access:
    if name is None:
        return Access(OWN_ACTION, ANY, context=keys(parameters))
    found = lookup.find(ctx, name)
    return Access(
        OWN_ACTION,
        arn_of(ctx, name),
        context=keys(parameters),
        tags=found.tags if found else {},
    )


def stack(ctx: Context, parameters: Parameters) -> Access:
    """The stack that the request names, or none in particular."""
    return _access(ctx, parameters.get("StackName"), parameters)


def deployed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The stack, and the role that is passed to CloudFormation with it."""
    yield stack(ctx, parameters)
    if role := parameters.get("RoleARN"):
        parsed = Arn.parse(role)
        yield Access(
            "iam:PassRole",
            role,
            account=parsed.account if parsed and parsed.account else None,
            context={
                "iam:passedtoservice": PRINCIPAL,
                "iam:associatedresourcearn": arn_of(ctx, parameters["StackName"]),
            },
        )


def change_set(ctx: Context, parameters: Parameters) -> Access:
    """The stack of the change set that the request names."""
    given: str | None = parameters.get("StackName")
    if given is None:
        name = parameters.get("ChangeSetName") or ""
        found = lookup.find_change_set(ctx, name, None) if name else None
        given = found.stack if found else name or None
    return _access(ctx, given, parameters)


def drift(ctx: Context, parameters: Parameters) -> Access:
    """Nothing in particular: a detection is not known by its stack."""
    del ctx
    return Access(OWN_ACTION, ANY, context=keys(parameters))


def physical(ctx: Context, parameters: Parameters) -> Access:
    """The stack of the request, also where it is named by what it holds."""
    return _access(ctx, _named_by_resource(ctx, parameters), parameters)


def _named_by_resource(ctx: Context, parameters: Parameters) -> str | None:
    if name := parameters.get("StackName"):
        return str(name)
    if not (physical_id := parameters.get("PhysicalResourceId")):
        return None
    found = stack_resources.by_physical_id(ctx.db, ctx.account, physical_id)
    return found[0].stack if found else None
