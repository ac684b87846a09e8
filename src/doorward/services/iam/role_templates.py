"""Role templates and account properties: both are of AWS's Role Manager, which is not here.

AWS's services publish the templates; there are none of Doorward's own, so that each is unknown.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcquireRole.html
"""

from typing import Any

from doorward.authz.access import Access
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput, NoSuchEntity
from doorward.services.iam.service import iam
from doorward.services.operation import OWN_ACTION, Output, Parameters


def template(ctx: Context, parameters: Parameters) -> Access:
    """The template of `TemplateArn`."""
    del ctx
    name = parameters["TemplateArn"]
    return Access(OWN_ACTION, name, context={"iam:roletemplatearn": name})


@iam.operation(on=template)
def get_role_template_version(
    ctx: Context, *, template_arn: str, minor_version: int | None = None
) -> Output:
    """Show a version of a role template.

    Raises:
        NoSuchEntity: always: there are no templates (the wording is assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRoleTemplateVersion.html
    """
    del ctx, minor_version
    raise NoSuchEntity.saying(f"The role template {template_arn} cannot be found.")


@iam.operation(on=template)
def acquire_role(
    ctx: Context,
    *,
    template_arn: str,
    template_minor_version: int | None = None,
    replacement_values: dict[str, Any] | None = None,
) -> Output:
    """Make a role from a template.

    Raises:
        NoSuchEntity: always: there are no templates (the wording is assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AcquireRole.html
    """
    del ctx, template_minor_version, replacement_values
    raise NoSuchEntity.saying(f"The role template {template_arn} cannot be found.")


def properties(ctx: Context, parameters: Parameters) -> Access:
    """Everything, with the namespaces of the properties that are to be set."""
    del ctx
    namespaces = sorted({name.partition("/")[0] for name in parameters.get("Properties") or {}})
    context: dict[str, Value] = {}
    if namespaces:
        context["iam:accountpropertynamespaces"] = tuple(namespaces)
    return Access(OWN_ACTION, "*", context=context)


@iam.operation(on=properties)
def get_account_properties(ctx: Context) -> Output:
    """Show the properties of the account, of which none can be set.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountProperties.html
    """
    del ctx
    return {"Properties": {}}


@iam.operation(on=properties)
def put_account_properties(ctx: Context, *, properties: dict[str, str]) -> Output:
    """Set properties of the account.

    Raises:
        InvalidInput: always: AWS's properties switch features that are not here (the wording is
            assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutAccountProperties.html
    """
    del ctx
    raise InvalidInput(f"The account properties {', '.join(sorted(properties))} are not supported.")
