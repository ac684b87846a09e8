"""Tags of analyzers.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_TagResource.html
"""

from doorward.services import system_tags
from doorward.services.accessanalyzer import finding_analyzers, resources
from doorward.services.accessanalyzer.analyzers import check_tags
from doorward.services.accessanalyzer.errors import ValidationException
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store import analyzers


@accessanalyzer.operation(on=resources.analyzer)
def tag_resource(ctx: Context, *, resource_arn: str, tags: dict[str, str]) -> Output:
    """Give an analyzer tags, in place of those of the same keys.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: there would be too many, or one is AWS's own.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_TagResource.html
    """
    found = finding_analyzers.by_arn(ctx, resource_arn)
    check_tags(ctx, tags)
    merged = {**found.tags, **tags}
    check_tags(ctx, {key: merged[key] for key in system_tags.own(merged)})
    analyzers.change(ctx.db, found, {"tags": merged})
    return {}


@accessanalyzer.operation(on=resources.analyzer)
def untag_resource(ctx: Context, *, resource_arn: str, tag_keys: list[str]) -> Output:
    """Take tags from an analyzer.

    Raises:
        ResourceNotFound: there is no such analyzer.
        ValidationException: a key is AWS's own.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_UntagResource.html
    """
    found = finding_analyzers.by_arn(ctx, resource_arn)
    if system_tags.is_not_theirs(ctx, tag_keys):
        raise ValidationException("Tags of AWS's own cannot be removed.")
    left = {key: value for key, value in found.tags.items() if key not in tag_keys}
    analyzers.change(ctx.db, found, {"tags": left})
    return {}


@accessanalyzer.operation(on=resources.analyzer)
def list_tags_for_resource(ctx: Context, *, resource_arn: str) -> Output:
    """List the tags of an analyzer.

    Raises:
        ResourceNotFound: there is no such analyzer.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ListTagsForResource.html
    """
    return {"tags": finding_analyzers.by_arn(ctx, resource_arn).tags}
