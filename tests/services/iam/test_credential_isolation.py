"""What one account has, another cannot see, change or delete by its name or id."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam import server_certificates as server
from doorward.services.iam import service_last_accessed as reports
from doorward.services.iam import service_linked_roles as linked
from doorward.services.iam import service_specific_credentials as specific
from doorward.services.iam import signing_certificates as signing
from doorward.services.iam import ssh_public_keys as ssh
from doorward.services.iam.errors import NoSuchEntity
from doorward.services.iam.users import create_user
from services.iam import pem
from services.support import OTHER_ACCOUNT, World

KEY = pem.ec_key()
BODY = pem.certificate("www", KEY)


class Ids:
    """The ids of what the first account has; a user of the same name is in both."""

    def __init__(self, world: World) -> None:
        own, other = world.root(), world.root(OTHER_ACCOUNT)
        for ctx in (own, other):
            create_user(ctx, user_name="alice")
        server.upload_server_certificate(
            own,
            server_certificate_name="www",
            certificate_body=BODY,
            private_key=pem.private(KEY),
        )
        self.signing = signing.upload_signing_certificate(
            own, user_name="alice", certificate_body=BODY
        )["Certificate"]["CertificateId"]
        self.ssh = ssh.upload_ssh_public_key(
            own, user_name="alice", ssh_public_key_body=pem.ssh(pem.rsa_key())
        )["SSHPublicKey"]["SSHPublicKeyId"]
        self.specific = specific.create_service_specific_credential(
            own, user_name="alice", service_name="codecommit.amazonaws.com"
        )["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
        arn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
        self.report = reports.generate_service_last_accessed_details(own, arn=arn)["JobId"]
        linked.create_service_linked_role(own, aws_service_name="ecs.amazonaws.com")
        role = linked.delete_service_linked_role(own, role_name="AWSServiceRoleForECS")
        self.task = role["DeletionTaskId"]
        self.other = other


CALLS: list[Callable[[Context, Ids], Any]] = [
    lambda ctx, _: server.get_server_certificate(ctx, server_certificate_name="www"),
    lambda ctx, _: server.delete_server_certificate(ctx, server_certificate_name="www"),
    lambda ctx, _: server.update_server_certificate(
        ctx, server_certificate_name="www", new_path="/a/"
    ),
    lambda ctx, _: server.tag_server_certificate(ctx, server_certificate_name="www", tags=[]),
    lambda ctx, ids: signing.update_signing_certificate(
        ctx, user_name="alice", certificate_id=ids.signing, status="Inactive"
    ),
    lambda ctx, ids: signing.delete_signing_certificate(
        ctx, user_name="alice", certificate_id=ids.signing
    ),
    lambda ctx, ids: ssh.get_ssh_public_key(
        ctx, user_name="alice", ssh_public_key_id=ids.ssh, encoding="SSH"
    ),
    lambda ctx, ids: ssh.update_ssh_public_key(
        ctx, user_name="alice", ssh_public_key_id=ids.ssh, status="Inactive"
    ),
    lambda ctx, ids: ssh.delete_ssh_public_key(ctx, user_name="alice", ssh_public_key_id=ids.ssh),
    lambda ctx, ids: specific.reset_service_specific_credential(
        ctx, user_name="alice", service_specific_credential_id=ids.specific
    ),
    lambda ctx, ids: specific.delete_service_specific_credential(
        ctx, user_name="alice", service_specific_credential_id=ids.specific
    ),
    lambda ctx, ids: reports.get_service_last_accessed_details(ctx, job_id=ids.report),
    lambda ctx, ids: linked.get_service_linked_role_deletion_status(ctx, deletion_task_id=ids.task),
]


@pytest.mark.parametrize("call", CALLS)
def test_another_account_s_ids_are_not_known(
    world: World, call: Callable[[Context, Ids], Any]
) -> None:
    ids = Ids(world)

    with pytest.raises(NoSuchEntity):
        call(ids.other, ids)
    call(world.root(), ids)


def test_another_account_s_lists_are_empty(world: World) -> None:
    other = Ids(world).other

    assert server.list_server_certificates(other)["ServerCertificateMetadataList"] == []
    assert signing.list_signing_certificates(other, user_name="alice")["Certificates"] == []
    assert ssh.list_ssh_public_keys(other, user_name="alice")["SSHPublicKeys"] == []
    everybody = specific.list_service_specific_credentials(other, all_users=True)
    assert everybody["ServiceSpecificCredentials"] == []


def test_the_root_of_another_account_is_another_root(world: World, ctx: Context) -> None:
    made = signing.upload_signing_certificate(ctx, certificate_body=BODY)["Certificate"]

    with pytest.raises(NoSuchEntity):
        signing.delete_signing_certificate(
            world.root(OTHER_ACCOUNT), certificate_id=made["CertificateId"]
        )
