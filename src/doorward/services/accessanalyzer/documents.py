"""Policies that requests bring, read for questions about what they allow."""

from dataclasses import replace

from doorward.base.limits import POLICY_DOCUMENT_CHARACTERS
from doorward.engine.decision import PolicyKind
from doorward.policy.document import Policy, Statement, Text, Texts
from doorward.policy.errors import InvalidJson, PolicySyntaxError
from doorward.policy.parse import parse
from doorward.services.accessanalyzer.errors import UnprocessableEntity, ValidationException

EVERYTHING = Texts((Text("*"),))
KINDS = {
    "IDENTITY_POLICY": PolicyKind.IDENTITY,
    "RESOURCE_POLICY": PolicyKind.RESOURCE,
}


def read(name: str, text: str, kind: PolicyKind) -> Policy:
    """The policy of the parameter *name*.

    In a policy of a resource, what names no resource is about whatever it is attached to.

    Raises:
        ValidationException: it is too long, or no JSON.
        UnprocessableEntity: it is JSON, but no policy of that kind.
    """
    if len(text) > POLICY_DOCUMENT_CHARACTERS:
        raise ValidationException(f"{name} is too long.")
    try:
        policy = parse(text)
    except InvalidJson as error:
        raise ValidationException(f"{name} is not valid JSON: {error.problem}.") from error
    except PolicySyntaxError as error:
        raise UnprocessableEntity(f"{name} is not a valid policy: {error.problem}.") from error
    made = (_checked(name, one, kind) for one in policy.statements)
    return replace(policy, statements=tuple(made))


def _checked(name: str, statement: Statement, kind: PolicyKind) -> Statement:
    """*statement*, which has the elements that statements of that kind need.

    Raises:
        UnprocessableEntity: it lacks one, or has one that it must not have.
    """
    where = f"the statement with index {statement.index} of {name}"
    if statement.actions is None and statement.not_actions is None:
        raise UnprocessableEntity(f"There is no Action in {where}.")
    about = statement.resources is not None or statement.not_resources is not None
    named = statement.principals is not None or statement.not_principals is not None
    if kind is PolicyKind.IDENTITY:
        if named:
            raise UnprocessableEntity(f"An identity policy has no Principal; there is in {where}.")
        if not about:
            raise UnprocessableEntity(f"There is no Resource in {where}.")
        return statement
    if not named:
        raise UnprocessableEntity(f"There is no Principal in {where}.")
    return statement if about else replace(statement, resources=EVERYTHING)
