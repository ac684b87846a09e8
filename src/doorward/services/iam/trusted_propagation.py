"""Context providers of identity providers, for trusted identity propagation.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextProvider.html
"""

from collections.abc import Mapping
from typing import Any

from doorward.services.iam.errors import InvalidInput

CONTEXT, INSTANCE = "ContextProvider", "IdentityCenterInstanceArn"


def checked(context_provider: Mapping[str, Any] | None, instance_arn: str | None) -> dict[str, Any]:
    """The two members as kept for a new provider.

    Raises:
        InvalidInput: there is an instance without a context provider, or no one type of subject.
    """
    return changed({}, context_provider, instance_arn)


def changed(
    kept: Mapping[str, Any],
    context_provider: Mapping[str, Any] | None,
    instance_arn: str | None,
    *,
    remove_context_provider: bool = False,
    remove_instance: bool = False,
) -> dict[str, Any]:
    """*kept* with what a request sets or removes.

    Raises:
        InvalidInput: it sets and removes the same, or leaves an instance without a context
            provider (the wordings are assumed).
    """
    if context_provider and remove_context_provider:
        raise InvalidInput("ContextProvider and RemoveContextProvider exclude each other.")
    if instance_arn and remove_instance:
        sentence = "IdentityCenterInstanceArn and RemoveIdentityCenterInstance exclude each other."
        raise InvalidInput(sentence)
    found = dict(kept)
    if context_provider:
        if ("SubjectTypeValue" in context_provider) == ("SubjectTypeSourceKey" in context_provider):
            raise InvalidInput("Specify either SubjectTypeValue or SubjectTypeSourceKey.")
        found[CONTEXT] = dict(context_provider)
    if instance_arn:
        found[INSTANCE] = instance_arn
    if remove_context_provider:
        found.pop(CONTEXT, None)
    if remove_instance:
        found.pop(INSTANCE, None)
    if INSTANCE in found and CONTEXT not in found:
        raise InvalidInput("IdentityCenterInstanceArn needs a ContextProvider.")
    return found
