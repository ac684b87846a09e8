"""Service-linked roles.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
"""

import json
from collections.abc import Iterator

from doorward.authz.access import Access
from doorward.base import arn
from doorward.catalog import managed_policies, service_linked_roles
from doorward.catalog.service_linked_roles import ServiceLinkedRole
from doorward.services.context import Context
from doorward.services.iam import resources, role_shape
from doorward.services.iam.errors import InvalidInput, NoSuchEntity, UnmodifiableEntity
from doorward.services.iam.roles import found
from doorward.services.iam.service import iam
from doorward.services.operation import Output, Parameters
from doorward.store import attachments, roles
from doorward.store.tables.role import Role

PATH = "/aws-service-role/"


def new_role(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The role that would be created, known by the service that asks for it."""
    service = parameters["AWSServiceName"]
    known = service_linked_roles.find(service)
    name = known.role_name if known else ""
    yield Access(
        "iam:CreateServiceLinkedRole",
        arn.entity(ctx.partition, ctx.account, "role", f"{PATH}{service}/", name),
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
    name = f"{known.role_name}_{custom_suffix}" if custom_suffix else known.role_name
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
        path=f"{PATH}{aws_service_name}/",
        created_at=ctx.now,
        trust=trust(aws_service_name),
        description=description or known.description,
    )
    roles.add(ctx.db, role)
    policy = policy_arn(ctx.partition, known)
    if managed_policies.find(policy):
        attachments.attach(ctx.db, ctx.account, role.id, policy, ctx.now)
    return {"Role": role_shape.created(ctx.db, ctx.partition, role)}


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


@iam.operation(on=resources.role)
def delete_service_linked_role(ctx: Context, *, role_name: str) -> Output:
    """Delete a service-linked role; nothing here uses one, so it is gone at once.

    Raises:
        NoSuchEntity: the account has no such role.
        UnmodifiableEntity: it is no service-linked role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
    """
    role = found(ctx, role_name)
    if not role.path.startswith(PATH):
        raise UnmodifiableEntity(role.name)
    for attached in attachments.of(ctx.db, ctx.account, role.id):
        attachments.detach(ctx.db, ctx.account, role.id, attached)
    roles.remove(ctx.db, role.id)
    service = role.path.removeprefix(PATH).rstrip("/")
    task = ctx.ids.request_id()
    return {"DeletionTaskId": f"task{PATH}{service}/{role.name}/{task}"}


@iam.operation(on=resources.anything)
def get_service_linked_role_deletion_status(ctx: Context, *, deletion_task_id: str) -> Output:
    """Whether a deletion succeeded, which it has once the role is gone.

    Raises:
        NoSuchEntity: the text is no task.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
    """
    kind, *rest = deletion_task_id.split("/")
    if kind != "task" or len(rest) != len(("aws-service-role", "service", "role", "task")):
        raise NoSuchEntity("deletion task", deletion_task_id)
    gone = roles.find(ctx.db, ctx.account, rest[2]) is None
    return {"Status": "SUCCEEDED" if gone else "IN_PROGRESS"}
