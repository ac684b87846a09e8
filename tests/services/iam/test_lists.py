"""Lists of what cannot be made here yet."""

from collections.abc import Callable
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam.errors import InvalidInput, NoSuchEntity, ValidationError
from doorward.services.iam.lists import (
    list_saml_providers,
    list_server_certificates,
    list_service_specific_credentials,
    list_signing_certificates,
    list_ssh_public_keys,
)
from doorward.services.iam.roles import create_role
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user
from doorward.store import roles, users
from services.support import ACCOUNT, World, accesses

TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)
OF_A_USER = [
    # operation                          member                        its name
    (list_ssh_public_keys,              "SSHPublicKeys",              "ListSSHPublicKeys"),
    (list_signing_certificates,         "Certificates",               "ListSigningCertificates"),
    (list_service_specific_credentials, "ServiceSpecificCredentials", "ListServiceSpecificCredentials"),
]  # fmt: skip
OF_THE_ACCOUNT = [
    # operation                 member                           authorized on
    (list_server_certificates, "ServerCertificateMetadataList", "server-certificate/"),
]  # fmt: skip
Lister = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(("operation", "member", "name"), OF_A_USER)
def test_a_user_has_none_but_must_exist(
    world: World, ctx: Context, operation: Lister, member: str, name: str
) -> None:
    create_user(ctx, user_name="alice", path="/staff/")
    nothing = {member: [], "IsTruncated": False}

    assert operation(ctx, user_name="Alice") == nothing
    assert operation(world.user(users.find(ctx.db, ACCOUNT, "alice"))) == nothing
    assert operation(ctx) == nothing
    with pytest.raises(NoSuchEntity, match=r"^The user with name bob cannot be found\.$"):
        operation(ctx, user_name="bob")
    (access,) = accesses(iam, name, ctx, UserName="alice")
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"


@pytest.mark.parametrize(("operation", "member", "name"), OF_A_USER)
def test_a_role_session_must_name_a_user(
    world: World, ctx: Context, operation: Lister, member: str, name: str
) -> None:
    create_role(ctx, role_name="worker", assume_role_policy_document=TRUST)
    create_user(ctx, user_name="alice")
    caller = world.role_session(roles.find(ctx.db, ACCOUNT, "worker"))

    assert operation(caller, user_name="alice")[member] == []
    with pytest.raises(ValidationError):
        operation(caller)
    with pytest.raises(ValidationError):
        accesses(iam, name, caller)


@pytest.mark.parametrize(("operation", "member", "resource"), OF_THE_ACCOUNT)
def test_the_account_has_none(ctx: Context, operation: Lister, member: str, resource: str) -> None:
    assert operation(ctx) == {member: [], "IsTruncated": False}
    with pytest.raises(ValidationError, match=r"^Invalid Marker\.$"):
        operation(ctx, marker="AAAA")
    name = "ListServerCertificates"
    (access,) = accesses(iam, name, ctx)
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:{resource}"


def test_the_list_of_saml_providers_has_no_pages(ctx: Context) -> None:
    assert list_saml_providers(ctx) == {"SAMLProviderList": []}


def test_credentials_of_all_users_are_not_asked_for_together_with_one(ctx: Context) -> None:
    everybody = list_service_specific_credentials(
        ctx, all_users=True, service_name="bedrock.amazonaws.com"
    )

    assert everybody == {"ServiceSpecificCredentials": [], "IsTruncated": False}
    with pytest.raises(InvalidInput):
        list_service_specific_credentials(ctx, all_users=True, user_name="alice")
