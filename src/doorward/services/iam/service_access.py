"""ListPoliciesGrantingServiceAccess: which policies let an identity into a service."""

from collections.abc import Sequence
from typing import Any

from doorward.base.limits import AWS_POLICY_DOCUMENT_CHARACTERS
from doorward.policy.document import Effect, Policy, Statement
from doorward.policy.parse import parse
from doorward.services.context import Context
from doorward.services.iam import identity_policies, paging, policy_finders
from doorward.services.iam.identity_policies import IdentityPolicy
from doorward.services.iam.service import iam
from doorward.services.operation import Output

PER_PAGE = 100


@iam.operation(on=policy_finders.source("Arn"))
def list_policies_granting_service_access(
    ctx: Context, *, arn: str, service_namespaces: list[str], marker: str | None = None
) -> Output:
    """List, by service, the policies of a user, group or role that allow something of it.

    Those of a user's groups count; boundaries, resource policies and denials do not.

    Raises:
        NoSuchEntity: the account has no such user, group or role.
        InvalidInput: the ARN is that of something else.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
    """
    holder = identity_policies.holder(ctx, arn)
    parsed = [
        (policy, parse(policy.document, limit=AWS_POLICY_DOCUMENT_CHARACTERS))
        for policy in identity_policies.of(ctx, holder)
    ]
    scope = f"ListPoliciesGrantingServiceAccess {holder.id} {service_namespaces}"
    after = paging.after(ctx, scope, marker)
    numbered = [f"{number:04d}" for number in range(len(service_namespaces))]
    page = paging.of_few(numbered, str, after, PER_PAGE)
    shown = [_entry(service_namespaces[int(number)], parsed) for number in page.items]
    return {"PoliciesGrantingServiceAccess": shown} | paging.end(ctx, scope, page)


def _entry(namespace: str, policies: Sequence[tuple[IdentityPolicy, Policy]]) -> dict[str, Any]:
    granting = [policy for policy, tree in policies if grants(tree, namespace)]
    return {"ServiceNamespace": namespace, "Policies": [_shown(policy) for policy in granting]}


def _shown(policy: IdentityPolicy) -> dict[str, str]:
    if policy.arn is not None:
        return {"PolicyName": policy.name, "PolicyType": "MANAGED", "PolicyArn": policy.arn}
    return {
        "PolicyName": policy.name,
        "PolicyType": "INLINE",
        "EntityType": policy.kind.upper(),
        "EntityName": policy.entity,
    }


def grants(policy: Policy, namespace: str) -> bool:
    """Whether a statement of *policy* allows an action of the service.

    Actions are told by their service part alone; whether the service has the action is not asked.
    """
    return any(_grants(statement, namespace.lower()) for statement in policy.statements)


def _grants(statement: Statement, namespace: str) -> bool:
    if statement.effect is Effect.DENY:
        return False
    if statement.actions is not None:
        return any(_of_service(text.value, namespace) for text in statement.actions.items)
    excluded = statement.not_actions.items if statement.not_actions else ()
    return not any(_whole_service(text.value, namespace) for text in excluded)


def _of_service(action: str, namespace: str) -> bool:
    return action == "*" or action.partition(":")[0].lower() == namespace


def _whole_service(action: str, namespace: str) -> bool:
    name = action.partition(":")[2]
    return action == "*" or (_of_service(action, namespace) and set(name) == {"*"})
