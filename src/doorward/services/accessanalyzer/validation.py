"""ValidatePolicy: what is wrong, risky or needless in a policy.

Findings are in English, whatever the locale that is asked for.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from doorward.analysis.public import TRUST
from doorward.analysis.validation.check import validate
from doorward.analysis.validation.draft import Kind
from doorward.analysis.validation.finding import Finding, Path
from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import NOWHERE, Place, position
from doorward.services.accessanalyzer import resources
from doorward.services.accessanalyzer.errors import ValidationException
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.store.page import InvalidMarker

MOST = 1_000
"""How many findings a page has at most. Assumed."""

AFTER_KEY = re.compile(r"[ \t\n\r]*:")


@accessanalyzer.operation(on=resources.everything, reads=True)
def validate_policy(
    ctx: Context,
    *,
    policy_document: str,
    policy_type: str,
    validate_policy_resource_type: str | None = None,
    locale: str | None = None,
    max_results: int | None = None,
    next_token: str | None = None,
) -> Output:
    """List the findings about a policy, in the order in which it is read.

    Raises:
        ValidationException: the policy is too long, a resource type is given for a policy of no
            resource, or the page is asked for wrongly.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html
    """
    del locale
    if len(policy_document) > POLICY_DOCUMENT_CHARACTERS:
        raise ValidationException("The policy document is too long.")
    if validate_policy_resource_type and policy_type != Kind.RESOURCE:
        raise ValidationException(
            "validatePolicyResourceType can only be specified for RESOURCE_POLICY."
        )
    limit = MOST if max_results is None else max_results
    if not 1 <= limit <= MOST:
        raise ValidationException(f"maxResults must be between 1 and {MOST}.")
    of_role = validate_policy_resource_type == TRUST
    kind = Kind.TRUST if of_role else Kind(policy_type)
    resource_type = validate_policy_resource_type or ""
    asked = f"{kind} {resource_type} {policy_document}"
    scope = f"{ctx.account} ValidatePolicy {hashlib.sha256(asked.encode()).hexdigest()}"
    start = _start(ctx, scope, next_token)
    found = validate(policy_document, kind, resource_type=resource_type)
    output: Output = {
        "findings": [_finding(one, policy_document) for one in found[start : start + limit]]
    }
    if start + limit < len(found):
        output["nextToken"] = ctx.markers.seal(scope, str(start + limit))
    return output


def _start(ctx: Context, scope: str, token: str | None) -> int:
    """The place of the first finding of the page.

    Raises:
        ValidationException: the token was made for another policy.
    """
    if not token:
        return 0
    try:
        return int(ctx.markers.open(scope, token))
    except InvalidMarker as error:
        raise ValidationException("The nextToken is not valid for this policy.") from error


def _finding(found: Finding, text: str) -> dict[str, Any]:
    return {
        "findingDetails": found.details,
        "findingType": found.level.value,
        "issueCode": found.code,
        "learnMoreLink": found.learn_more,
        "locations": list(_locations(found, text)),
    }


def _locations(found: Finding, text: str) -> Iterator[dict[str, Any]]:
    """Where it is; the whole policy where it is about no place in it."""
    place = Place(0, len(text)) if found.place == NOWHERE else found.place
    span = {"start": _position(text, place.start), "end": _position(text, place.end)}
    of_key = AFTER_KEY.match(text, place.end) is not None
    yield {"path": list(_elements(found.path, of_key=of_key)), "span": span}


def _elements(path: Path, *, of_key: bool) -> Iterator[dict[str, Any]]:
    """The path as AWS writes it; with *of_key* it leads to the last name, not to its value.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_PathElement.html
    """
    for number, step in enumerate(path, 1):
        if isinstance(step, int):
            yield {"index": step}
        else:
            yield {"key" if of_key and number == len(path) else "value": step}


def _position(text: str, offset: int) -> dict[str, int]:
    """A position; lines count from 1, columns and offsets from 0.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Position.html
    """
    line, column = position(text, offset)
    return {"line": line, "column": column - 1, "offset": offset}
