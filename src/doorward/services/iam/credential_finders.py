"""Finders of the operations on certificates and service-specific credentials.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagement.html
"""

from collections.abc import Iterator
from dataclasses import replace

from doorward.authz.access import Access
from doorward.base import arn
from doorward.engine.request import Value
from doorward.services.context import Context
from doorward.services.iam import resources, user_finders
from doorward.services.operation import OWN_ACTION, Parameters
from doorward.store import server_certificates, service_credentials

KIND = "server-certificate"
SERVICE = "iam:servicespecificcredentialservicename"
AGE = "iam:servicespecificcredentialagedays"


def server_certificate(ctx: Context, parameters: Parameters) -> Access:
    """The server certificate of `ServerCertificateName`."""
    name = parameters["ServerCertificateName"]
    found = server_certificates.find(ctx.db, ctx.account, name)
    path, spelled, tags = (found.path, found.name, found.tags) if found else ("/", name, {})
    resource = arn.entity(ctx.partition, ctx.account, KIND, path, spelled)
    return Access(OWN_ACTION, resource, tags=tags)


def renamed_server_certificate(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The certificate, and what it would be called: both must be permitted.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
    """
    source = server_certificate(ctx, parameters)
    yield source
    name = parameters["ServerCertificateName"]
    found = server_certificates.find(ctx.db, ctx.account, name)
    path = parameters.get("NewPath") or (found.path if found else "/")
    new_name = parameters.get("NewServerCertificateName") or (found.name if found else name)
    target = arn.entity(ctx.partition, ctx.account, KIND, path, new_name)
    if target != source.resource:
        yield replace(source, resource=target)


def new_service_credential(ctx: Context, parameters: Parameters) -> Access:
    """The user of `UserName`, with the service and the age asked for."""
    access = user_finders.user(ctx, parameters)
    context: dict[str, Value] = {**access.context, SERVICE: parameters["ServiceName"]}
    if days := parameters.get("CredentialAgeDays"):
        context[AGE] = str(days)
    return replace(access, context=context)


def service_credential(ctx: Context, parameters: Parameters) -> Access:
    """The user of `UserName` or the caller, with the service of their credential."""
    access = resources.one(user_finders.caller, ctx, parameters)
    credential_id = parameters["ServiceSpecificCredentialId"]
    found = service_credentials.find(ctx.db, ctx.account, credential_id)
    if found is None:
        return access
    return replace(access, context={**access.context, SERVICE: found.service})


listed_server_certificates = resources.listed(KIND)
new_server_certificate = resources.creating(
    KIND, "ServerCertificateName", "iam:TagServerCertificate"
)
tagged_server_certificate = resources.tagging(server_certificate)
untagged_server_certificate = resources.untagging(server_certificate)
