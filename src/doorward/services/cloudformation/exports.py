"""What stacks export, and who imports it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
"""

from doorward.services.cloudformation import paging, resources
from doorward.services.cloudformation.engine import completion
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.service import cloudformation
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import stack_exports


@cloudformation.operation(on=resources.stack)
def list_exports(ctx: Context, *, next_token: str | None = None) -> Output:
    """Everything that stacks export, by name.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html
    """
    after = paging.after(ctx, "exports", next_token)
    page = stack_exports.page(ctx.db, ctx.account, ctx.facts.region, after=after, limit=paging.MOST)
    shown = [
        {
            "ExportingStackId": one.stack,
            "Name": one.name,
            "Value": ctx.secrets.open(
                one.value,
                account=one.account,
                id=f"{one.region}/{one.name}",
                kind=completion.EXPORT,
            ),
        }
        for one in page.items
    ]
    return {"Exports": shown} | paging.end(ctx, "exports", page)


@cloudformation.operation(on=resources.stack)
def list_imports(ctx: Context, *, export_name: str, next_token: str | None = None) -> Output:
    """The names of the stacks that import an export.

    Raises:
        ValidationError: none does.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html
    """
    scope = f"imports {export_name}"
    page = stack_exports.importers(
        ctx.db,
        ctx.account,
        ctx.facts.region,
        export_name,
        after=paging.after(ctx, scope, next_token),
        limit=paging.MOST,
    )
    if not page.items:
        raise ValidationError(f"Export '{export_name}' is not imported by any stack.")
    names = [completion.name_of(one.stack) for one in page.items]
    return {"Imports": names} | paging.end(ctx, scope, page)
