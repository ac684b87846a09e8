"""Service-linked roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

import json
from collections.abc import Iterator
from datetime import timedelta

from doorward.authz.access import Access
from doorward.base import arn
from doorward.catalog import managed_policies, service_linked_roles
from doorward.catalog.service_linked_roles import ServiceLinkedRole
from doorward.services.context import Context
from doorward.services.iam import resources, role_shape
from doorward.services.iam.errors import InvalidInput, NoSuchEntity, UnmodifiableEntity
from doorward.services.iam.roles import SERVICE_LINKED, found
from doorward.services.iam.service import iam
from doorward.services.operation import OWN_ACTION, Output, Parameters
from doorward.store import attachments, deletion_tasks, organizations, roles
from doorward.store.tables.deletion_task import DeletionTask
from doorward.store.tables.role import Role

ORGANIZATIONS = "organizations.amazonaws.com"
IN_USE = "The role is in use by the service that it is linked to."  # assumed wording
REMEMBERED = timedelta(days=30)
"""How long the outcome of a deletion is known (assumed)."""

TASK_PARTS = len(("service", "role", "id"))


def new_role(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The role that would be created, known by the service that asks for it."""
    service = parameters["AWSServiceName"]
    known = service_linked_roles.find(service)
    name = named(known, parameters.get("CustomSuffix")) if known else ""
    yield Access(
        "iam:CreateServiceLinkedRole",
        arn.entity(ctx.partition, ctx.account, "role", f"{SERVICE_LINKED}{service}/", name),
        context={"iam:awsservicename": service},
    )


@iam.operation(on=new_role)
def create_service_linked_role(
    ctx: Context,
    *,
    aws_service_name: str,
    description: str | None = None,
    custom_suffix: str | None = None,
) -> Output:
    """Create the role that a service uses in this account, with its policy.

    Raises:
        InvalidInput: the service has no such role that is known here, takes no suffix, or has its
            role already.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    known = service_linked_roles.find(aws_service_name)
    if known is None:
        raise InvalidInput(f"Service {aws_service_name} is not supported.")  # assumed wording
    if custom_suffix and not known.suffixed:
        raise InvalidInput(f"Custom suffix is not allowed for {aws_service_name}")
    name = named(known, custom_suffix)
    if roles.find(ctx.db, ctx.account, name):
        raise InvalidInput(
            f"Service role name {name} has been taken in this account, "
            "please try a different suffix."
        )
    role = Role(
        id=ctx.ids.unique_id("AROA"),
        account=ctx.account,
        name=name,
        name_key=name.lower(),
        path=f"{SERVICE_LINKED}{aws_service_name}/",
        created_at=ctx.now,
        trust=trust(aws_service_name),
        description=description or known.description,
    )
    roles.add(ctx.db, role)
    policy = policy_arn(ctx.partition, known)
    if managed_policies.find(policy):
        attachments.attach(ctx.db, ctx.account, role.id, policy, ctx.now)
    return {"Role": role_shape.created(ctx.db, ctx.partition, role)}


def named(known: ServiceLinkedRole, suffix: str | None) -> str:
    """The role's name with its suffix, where it is to have one."""
    return f"{known.role_name}_{suffix}" if suffix else known.role_name


def trust(service: str) -> str:
    """The trust policy of a service-linked role."""
    statement = {
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
        "Principal": {"Service": service},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps(document, separators=(",", ":"))


def policy_arn(partition: str, known: ServiceLinkedRole) -> str:
    """The ARN of the policy that comes with the role."""
    return f"arn:{partition}:iam::aws:policy/aws-service-role/{known.policy_name}"


@iam.operation(on=resources.plain_role)
def delete_service_linked_role(ctx: Context, *, role_name: str) -> Output:
    """Delete a service-linked role, unless its service still needs it; the task is done at once.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: it is no service-linked role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    role = found(ctx, role_name)
    if not role.path.startswith(SERVICE_LINKED):
        raise UnmodifiableEntity(role.name)
    service = role.path.removeprefix(SERVICE_LINKED).rstrip("/")
    task = DeletionTask(
        id=f"task{SERVICE_LINKED}{service}/{role.name}/{ctx.ids.request_id()}",
        account=ctx.account,
        created_at=ctx.now,
        used_by=used_by(ctx, service),
    )
    if not task.used_by:
        for attached in attachments.of(ctx.db, ctx.account, role.id):
            attachments.detach(ctx.db, ctx.account, role.id, attached)
        roles.remove(ctx.db, role.id)
    deletion_tasks.forget(ctx.db, ctx.account, ctx.now - REMEMBERED)
    deletion_tasks.add(ctx.db, task)
    return {"DeletionTaskId": task.id}


def used_by(ctx: Context, service: str) -> list[str]:
    """The ARNs of what uses the role of *service*: of the services here, only an organization.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html#orgs_integrate_services-using_slrs
    """
    if service != ORGANIZATIONS:
        return []
    member = organizations.find_account(ctx.db, ctx.account)
    joined = organizations.find(ctx.db, member.organization_id) if member else None
    if joined is None:
        return []
    start = f"arn:{ctx.partition}:organizations::{joined.management_account}"
    return [f"{start}:organization/{joined.id}"]


def role_of_task(ctx: Context, parameters: Parameters) -> Access:
    """The role that the task is to delete, whether or not it is still there."""
    rest = parameters["DeletionTaskId"].split("/")[2:]
    service, name = rest[:2] if len(rest) == TASK_PARTS else ("", "*")
    path = f"{SERVICE_LINKED}{service}/" if service else SERVICE_LINKED
    return Access(OWN_ACTION, arn.entity(ctx.partition, ctx.account, "role", path, name))


@iam.operation(on=role_of_task)
def get_service_linked_role_deletion_status(ctx: Context, *, deletion_task_id: str) -> Output:
    """Whether a deletion succeeded, and else what stood against it.

    Raises:
        NoSuchEntity: the account has no such task, or it is long ago (the wording is assumed).

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    """
    task = deletion_tasks.find(ctx.db, ctx.account, deletion_task_id)
    if task is None:
        raise NoSuchEntity.saying(f"The deletion task {deletion_task_id} cannot be found.")
    if not task.used_by:
        return {"Status": "SUCCEEDED"}
    usage = [{"Region": ctx.facts.region, "Resources": task.used_by}]
    return {"Status": "FAILED", "Reason": {"Reason": IN_USE, "RoleUsageList": usage}}
