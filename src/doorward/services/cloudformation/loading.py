"""The template of a request: in the request itself, in a bucket, or that of the stack.

Reading, parsing and asking the parameter store is slow, so it is done before the transaction.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from doorward.base.errors import AwsError
from doorward.services.cloudformation import lookup, places, reading, statuses
from doorward.services.cloudformation.engine import work as works
from doorward.services.cloudformation.engine.work import Plan
from doorward.services.cloudformation.errors import ValidationError
from doorward.services.cloudformation.template import bounds, declarations
from doorward.services.cloudformation.template.document import Template
from doorward.services.cloudformation.template.parse import parse
from doorward.services.context import Context
from doorward.services.operation import Parameters
from doorward.store.tables.stack import Stack

CACHED = 16
POLICY_BYTES = 16_384
EITHER = "Either Template URL or Template Body must be specified."
BOTH = "You cannot specify both usePreviousTemplate and Template Body/Template URL."


class Loaded(str):
    """The text of a template that was read, parsed and its parameters looked up.

    Attributes:
        stored: what the parameter store has, by the names that the parameters give.
    """

    __slots__ = ("stored",)

    stored: Mapping[str, str]


@lru_cache(maxsize=CACHED)
def parsed(text: str, limit: int = bounds.URL_BYTES) -> Template:
    """The template that *text* is; remembered, for the same one is asked for several times.

    Raises:
        ValidationError: it is none.
    """
    return parse(str(text), limit=limit)  # what is `Loaded` is not taken by the YAML reader


def prepare(ctx: Context, parameters: Parameters) -> Parameters:
    """*parameters* with the template read, for operations that take one.

    Raises:
        ValidationError: there is none, or it cannot be read.
        AwsError: the bucket or the parameter store refuses.
    """
    name = parameters.get("StackName")
    stack = lookup.find(ctx, name) if name else None
    before = works.deployed(ctx.secrets, stack) if stack else None
    if before is not None:
        parsed(before.template)
    text = text_of(
        ctx,
        parameters.get("TemplateBody"),
        parameters.get("TemplateURL"),
        before=before,
        previous=bool(parameters.get("UsePreviousTemplate")),
        optional=True,
    )
    if text is None:
        return parameters
    loaded = Loaded(text)
    loaded.stored = stored(ctx, parsed(text), parameters.get("Parameters") or [], before)
    return {**parameters, "TemplateBody": loaded}


def text_of(
    ctx: Context,
    body: str | None,
    url: str | None,
    *,
    before: Plan | None = None,
    previous: bool = False,
    optional: bool = False,
) -> str | None:
    """The text of the template of a request; None with *optional*, where there is none.

    Raises:
        ValidationError: none is given, or more than one, or it is not to be had.
    """
    if isinstance(body, Loaded):
        return body
    if previous and (body or url):
        raise ValidationError(BOTH)
    if body is not None and url is not None:
        raise ValidationError(EITHER)
    if previous:
        if before is None:
            raise ValidationError("No template found to use as previous template.")  # assumed
        return before.template
    if body is not None:
        parsed(body, bounds.BODY_BYTES)
        return body
    if url is not None:
        return fetch(ctx, url, bounds.URL_BYTES)
    if optional:
        return None
    raise ValidationError(EITHER)


def fetch(ctx: Context, url: str, limit: int) -> str:
    """The text of an object of S3, read with the caller's rights.

    Raises:
        ValidationError: the URL is none of this server, or the object is refused or too large.
    """
    return object_text(ctx, places.read(url, ctx.base_url), limit)


def object_text(ctx: Context, place: places.Object, limit: int) -> str:
    """The text of that object of S3, read with the caller's rights.

    Raises:
        ValidationError: the object is refused, too large or no text.
    """
    try:
        found = ctx.call(
            "s3",
            "get_object",
            bucket=place.bucket,
            key=place.key,
            version_id=place.version_id,
        )
    except AwsError as error:
        raise ValidationError(f"S3 error: {error.message}") from error
    data = reading.bytes_of(found.get("Body"), limit)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ValidationError("Template format error: unsupported structure.") from error


def policy_of(ctx: Context, body: str | None, url: str | None) -> str | None:
    """The text of a stack policy, given in the request or in a bucket.

    Raises:
        ValidationError: both are given, or the object is not to be had.
    """
    if body is not None and url is not None:
        raise ValidationError("You cannot specify both StackPolicyURL and StackPolicyBody")
    return fetch(ctx, url, POLICY_BYTES) if url is not None else body


def stored(
    ctx: Context,
    template: Template,
    given: list[Mapping[str, Any]],
    before: Plan | None,
) -> dict[str, str]:
    """What the parameter store has for the parameters of SSM types, read for the caller."""
    texts = {name: one.default for name, one in template.parameters.items() if one.default}
    for one in given:
        key = one.get("ParameterKey", "")
        if one.get("UsePreviousValue"):
            texts[key] = (before.texts if before else {}).get(key, "")
        else:
            texts[key] = one.get("ParameterValue") or ""
    found: dict[str, str] = {}
    for name, declared in template.parameters.items():
        if declarations.SSM_VALUE.fullmatch(declared.type) and texts.get(name):
            try:
                answer = ctx.call("ssm", "get_parameter", name=texts[name])
            except AwsError as error:
                if "NotFound" not in error.code:
                    raise
                continue
            found[str(texts[name])] = answer["Parameter"]["Value"]
    return found


def stored_by(text: str) -> Mapping[str, str]:
    """What was looked up beside the template, nothing where that was not done."""
    return text.stored if isinstance(text, Loaded) else {}


def deployed(ctx: Context, stack: Stack) -> Plan:
    """What *stack* is made from.

    Raises:
        ValidationError: it has not been made yet.
    """
    found = works.deployed(ctx.secrets, stack)
    if found is None:
        if stack.status == statuses.REVIEW_IN_PROGRESS:
            raise ValidationError(
                "GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
            )
        raise ValidationError(f"Stack with id {stack.name} does not exist")
    return found
