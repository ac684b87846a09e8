"""Services that may look into the organization.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html
"""

import re

from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.organizations import paging, resources, standing
from doorward.services.organizations.policy_types import NEEDS_SERVICE, kind_of
from doorward.services.organizations.reasons import ConstraintViolation, InvalidInput
from doorward.services.organizations.service import organizations as service
from doorward.services.organizations.standing import Audience
from doorward.store import organizations_delegation
from doorward.store.tables.organization import Organization
from doorward.store.tables.organization_delegation import TrustedService

PRINCIPAL = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com")
"""What a service is called. Which of them work with Organizations is not asked (assumed)."""


def require_principal(service_principal: str) -> None:
    """Refuse what is no service.

    Raises:
        InvalidInput: it is none.
    """
    if not PRINCIPAL.fullmatch(service_principal):
        raise InvalidInput("UNRECOGNIZED_SERVICE_PRINCIPAL")


def is_trusted(ctx: Context, found: Organization, service_principal: str) -> bool:
    """Whether the service has trusted access."""
    trusted = organizations_delegation.trusted(ctx.db, found.id)
    return any(one.service == service_principal for one in trusted)


def _require_all_features(found: Organization) -> None:
    if found.feature_set != "ALL":
        raise ConstraintViolation("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")


@service.answer(to=Audience.MANAGEMENT, on=resources.everything, name="EnableAWSServiceAccess")
def enable_aws_service_access(ctx: Context, *, service_principal: str) -> Output:
    """Give a service trusted access; one that has it keeps it (assumed).

    Raises:
        InvalidInput: it is no service.
        ConstraintViolation: the organization has not all features.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnableAWSServiceAccess.html
    """
    found = standing.organization(ctx)
    require_principal(service_principal)
    _require_all_features(found)
    if not is_trusted(ctx, found, service_principal):
        made = TrustedService(found.id, service_principal, ctx.now)
        organizations_delegation.trust(ctx.db, made)
    return {}


@service.answer(to=Audience.MANAGEMENT, on=resources.everything, name="DisableAWSServiceAccess")
def disable_aws_service_access(ctx: Context, *, service_principal: str) -> Output:
    """End a service's trusted access; its delegated administrators are relieved (assumed).

    Raises:
        InvalidInput: it is no service.
        ConstraintViolation: the type of policy that is for it is enabled.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisableAWSServiceAccess.html
    """
    found = standing.organization(ctx)
    require_principal(service_principal)
    for wire_type, needed in NEEDS_SERVICE.items():
        if needed == service_principal and kind_of(wire_type) in found.policy_types:
            raise ConstraintViolation("POLICY_TYPE_ENABLED_FOR_THIS_SERVICE")
    for one in organizations_delegation.delegated(ctx.db, found.id, service=service_principal):
        organizations_delegation.relieve(ctx.db, one)
    organizations_delegation.distrust(ctx.db, found.id, service_principal)
    return {}


@service.answer(
    to=Audience.READERS, on=resources.everything, name="ListAWSServiceAccessForOrganization"
)
def list_aws_service_access_for_organization(
    ctx: Context, *, next_token: str | None = None, max_results: int = paging.MOST
) -> Output:
    """List the services with trusted access, by name.

    https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAWSServiceAccessForOrganization.html
    """
    found = standing.organization(ctx)
    scope = "ListAWSServiceAccessForOrganization"
    trusted = organizations_delegation.trusted(ctx.db, found.id)
    after = paging.after(ctx, scope, next_token)
    page = paging.of_few(trusted, lambda one: one.service, after, max_results)
    shown = [{"ServicePrincipal": one.service, "DateEnabled": one.enabled_at} for one in page.items]
    return {"EnabledServicePrincipals": shown} | paging.end(ctx, scope, page)
