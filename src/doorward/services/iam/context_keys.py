"""Which condition keys policies ask for: GetContextKeysForCustomPolicy and …PrincipalPolicy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterable, Iterator, Sequence

from doorward.engine.variables import DEFAULT, LITERALS, VARIABLE
from doorward.policy.document import Policy, Statement, Texts, Version
from doorward.services.context import Context
from doorward.services.iam import identity_policies, policy_finders, resources, simulator_input
from doorward.services.iam.service import iam
from doorward.services.operation import Output


@iam.operation(on=resources.anything)
def get_context_keys_for_custom_policy(ctx: Context, *, policy_input_list: list[str]) -> Output:
    """List the condition keys that some documents ask for.

    Raises:
        InvalidInput: a document is refused.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
    """
    del ctx
    return {"ContextKeyNames": asked(simulator_input.documents(policy_input_list))}


@iam.operation(on=policy_finders.source("PolicySourceArn"))
def get_context_keys_for_principal_policy(
    ctx: Context, *, policy_source_arn: str, policy_input_list: list[str] | None = None
) -> Output:
    """List the condition keys that the policies of a user, group or role ask for.

    Those of a user's groups count, and documents given besides.

    Raises:
        NoSuchEntity: the account has no such user, group or role.
        InvalidInput: the ARN is that of something else, or a document is refused.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
    """
    holder = identity_policies.holder(ctx, policy_source_arn)
    held = [simulator_input.kept(policy) for policy in identity_policies.of(ctx, holder)]
    given = simulator_input.documents(policy_input_list or [])
    return {"ContextKeyNames": asked([policy.policy for policy in held] + given)}


def asked(policies: Iterable[Policy]) -> list[str]:
    """The keys in conditions and policy variables, each once, spelled as where it stands first."""
    first: dict[str, str] = {}
    for policy in policies:
        has_variables = policy.version is Version.NEW
        for statement in policy.statements:
            for key in _of_statement(statement, has_variables=has_variables):
                first.setdefault(key.lower(), key)
    return list(first.values())


def _of_statement(statement: Statement, *, has_variables: bool) -> Iterator[str]:
    if has_variables:
        yield from _variables(statement.resources, statement.not_resources)
    for condition in statement.conditions or ():
        yield condition.key.value
        if has_variables:
            yield from _variables(condition.values)


def _variables(*texts: Texts | None) -> Iterator[str]:
    for text in texts:
        for item in text.items if text else ():
            yield from _names(item.value)


def _names(text: str) -> Sequence[str]:
    """The keys of the variables in *text*; `${*}` and its like are characters, not keys."""
    found = [inside for inside in VARIABLE.findall(text) if inside not in LITERALS]
    defaults = [(inside, DEFAULT.fullmatch(inside)) for inside in found]
    return [default.group(1) if default else inside.strip() for inside, default in defaults]
