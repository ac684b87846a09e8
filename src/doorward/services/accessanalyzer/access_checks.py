"""CheckNoNewAccess and CheckAccessNotGranted: what policies allow, proved over all requests.

What can be neither proved nor refuted fails the check, and so does what the catalogue of actions
does not know: AWS says of FAIL that there *might* be access.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from doorward.analysis import blame, universe
from doorward.analysis.prove import Verdict
from doorward.analysis.questions import Finding, no_new_access, not_granted, without_kept
from doorward.base.arn import Arn
from doorward.engine.decision import PolicyKind
from doorward.engine.match import is_wild, wild
from doorward.policy.document import Effect, Policy
from doorward.services.accessanalyzer import answers, documents, resources
from doorward.services.accessanalyzer.answers import Reason, Sentences
from doorward.services.accessanalyzer.errors import InvalidParameter, ValidationException
from doorward.services.accessanalyzer.service import accessanalyzer
from doorward.services.context import Context
from doorward.services.operation import Output

NEW = Sentences(
    "The modified permissions do not grant new access compared to your existing policy.",
    "The modified permissions grant new access compared to your existing policy.",
    "New access in the statement",
)
GRANTED = Sentences(
    "The policy document does not grant access to perform the listed actions or resources.",
    "The policy document grants access to perform one or more of the listed actions or resources.",
    "One or more of the listed actions or resources in the statement",
)
MOST = 100
"""How many actions, and how many resources, are asked about at most.

https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Access.html
"""


@accessanalyzer.operation(on=resources.everything, reads=True)
def check_no_new_access(
    ctx: Context, *, new_policy_document: str, existing_policy_document: str, policy_type: str
) -> Output:
    """Check whether a policy allows nothing that another does not.

    Raises:
        ValidationException: a policy is too long or no JSON.
        UnprocessableEntity: it is no policy of that type.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html
    """
    del ctx
    kind = documents.KINDS[policy_type]
    new = documents.read("newPolicyDocument", new_policy_document, kind)
    old = documents.read("existingPolicyDocument", existing_policy_document, kind)

    def ask(policy: Policy) -> Finding:
        return no_new_access([policy], [old], kind)

    found = {one.statement.index: one for one in _strange(new, old)}
    found |= {one.statement.index: one for one in _granting(new, kind, ask)}
    return answers.told([found[index] for index in sorted(found)], NEW)


@accessanalyzer.operation(on=resources.everything, reads=True)
def check_access_not_granted(
    ctx: Context, *, policy_document: str, access: list[dict[str, Any]], policy_type: str
) -> Output:
    """Check whether a policy allows none of some actions on any of some resources.

    Raises:
        ValidationException: the policy is too long or no JSON, or nothing is asked about.
        InvalidParameter: an action is not known, or a resource is no ARN.
        UnprocessableEntity: the policy is none of that type.

    https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckAccessNotGranted.html
    """
    del ctx
    kind = documents.KINDS[policy_type]
    policy = documents.read("policyDocument", policy_document, kind)
    actions, arns = _asked(access)

    def ask(one: Policy) -> Finding:
        return not_granted([one], actions, arns, kind)

    return answers.told(list(_granting(policy, kind, ask)), GRANTED)


def _granting(policy: Policy, kind: PolicyKind, ask: blame.Ask) -> Iterator[Reason]:
    """A reason for each statement that is not proved to give nothing."""
    found = ask(policy)
    if found.answer.verdict is Verdict.PROVED:
        return
    named = False
    for statement, answered in blame.granting(policy, kind, found, ask):
        named = True
        yield Reason(statement, answered.answer.reason)
    if not named:  # only statements together could not be told
        for statement in policy.statements:
            if statement.effect is Effect.ALLOW:
                yield Reason(statement, found.answer.reason)


def _strange(new: Policy, old: Policy) -> Iterator[Reason]:
    """A reason for each statement with actions of which nothing can be proved.

    There is none for statements that were there before, as long as nothing less is denied.
    """
    for statement in without_kept([new], [old])[0].statements:
        if statement.effect is Effect.DENY or statement.actions is None:
            continue
        unknown = universe.strange(one.value for one in statement.actions.items)
        if unknown:
            yield Reason(statement, f"the catalogue does not know {', '.join(unknown)}")


def _asked(access: Sequence[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The actions and the resources that are asked about.

    Raises:
        ValidationException: there are none, or too many.
        InvalidParameter: an action is not known, or a resource is no ARN.
    """
    actions = [one for entry in access for one in entry.get("actions") or ()]
    arns = [one for entry in access for one in entry.get("resources") or ()]
    if not actions and not arns:
        raise ValidationException("access must contain at least one action or resource.")
    if max(len(actions), len(arns)) > MOST:
        raise ValidationException(f"access must contain at most {MOST} actions and resources.")
    if unknown := universe.strange(actions):
        raise InvalidParameter(f"The action {unknown[0]} is not valid.")
    for one in arns:
        found = Arn.parse(one)
        if one != "*" and (found is None or any(is_wild(wild(one)) for one in found[:4])):
            raise InvalidParameter(f"The resource {one} is not valid.")
    return actions, arns
