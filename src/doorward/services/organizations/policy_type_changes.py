"""Types of policies, enabled and disabled in the root.

https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html
"""

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import resources, shapes, standing
from doorward.services.organizations.errors import RootNotFound
from doorward.services.organizations.policy_errors import (
    PolicyTypeAlreadyEnabled,
    PolicyTypeNotAvailable,
    PolicyTypeNotEnabled,
)
from doorward.services.organizations.policy_types import NEEDS_SERVICE, kind_of
from doorward.services.organizations.reasons import ConstraintViolation
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations_delegation, organizations_policies
from doorward.store.tables.organization import Organization


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.root)
def enable_policy_type(ctx: Context, *, root_id: str, policy_type: str) -> Output:
    """Let policies of a type be attached; everything gets AWS's default policy of it, if any.

    Raises:
        RootNotFound: the organization has no such root.
        PolicyTypeNotAvailable: it has not all features.
        PolicyTypeAlreadyEnabled: the type is enabled.
        ConstraintViolation: the service that the type is for has no trusted access.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
    """
    found = _with_root(ctx, root_id)
    if found.feature_set != "ALL":
        raise PolicyTypeNotAvailable
    kind = kind_of(policy_type)
    if kind in found.policy_types:
        raise PolicyTypeAlreadyEnabled
    if needed := NEEDS_SERVICE.get(policy_type):
        trusted = organizations_delegation.trusted(ctx.db, found.id)
        if all(one.service != needed for one in trusted):
            raise ConstraintViolation("SERVICE_ACCESS_NOT_ENABLED")
    organizations_policies.enable(ctx.db, found, kind)
    return {"Root": shapes.root(ctx, standing.organization(ctx))}


@service.answer(to=Audience.POLICY_ADMINISTRATORS, on=resources.root)
def disable_policy_type(ctx: Context, *, root_id: str, policy_type: str) -> Output:
    """End a type: its policies stay, and are detached from everything.

    Raises:
        RootNotFound: the organization has no such root.
        PolicyTypeNotEnabled: the type is not enabled.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html
    """
    found = _with_root(ctx, root_id)
    kind = kind_of(policy_type)
    if kind not in found.policy_types:
        raise PolicyTypeNotEnabled
    organizations_policies.disable(ctx.db, found, kind)
    return {"Root": shapes.root(ctx, standing.organization(ctx))}


def _with_root(ctx: Context, root_id: str) -> Organization:
    found = standing.organization(ctx)
    if root_id != found.root_id:
        raise RootNotFound
    return found
