"""Service-specific credentials: both forms, expiry, reset."""

import hashlib
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam.credential_errors import NotSupportedService
from doorward.services.iam.errors import (
    DeleteConflict,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.service import iam
from doorward.services.iam.service_specific_credentials import (
    create_service_specific_credential,
    delete_service_specific_credential,
    list_service_specific_credentials,
    reset_service_specific_credential,
    update_service_specific_credential,
)
from doorward.services.iam.users import create_user, delete_user
from doorward.store import users
from services.support import ACCOUNT, World, accesses, every_page, later
from store import plans

GIT, BEDROCK = "codecommit.amazonaws.com", "bedrock.amazonaws.com"
MEMBER = "ServiceSpecificCredentials"


@pytest.fixture(autouse=True)
def people(ctx: Context) -> None:
    for name in ("alice", "bob"):
        create_user(ctx, user_name=name)


def create(ctx: Context, service: str = GIT, name: str = "alice", **more: Any) -> dict[str, Any]:
    made = create_service_specific_credential(ctx, user_name=name, service_name=service, **more)
    shown: dict[str, Any] = made["ServiceSpecificCredential"]
    return shown


def listed(ctx: Context, name: str = "alice") -> dict[str, Any]:
    (one,) = list_service_specific_credentials(ctx, user_name=name)[MEMBER]
    return dict(one)


def test_a_password_is_shown_once_and_not_kept(world: World, ctx: Context) -> None:
    made = create(ctx)

    assert made["ServiceUserName"] == f"alice-at-{ACCOUNT}"
    assert made["ServiceSpecificCredentialId"].startswith("ACCA")
    assert "ServiceCredentialSecret" not in made
    password = made.pop("ServicePassword")
    assert listed(ctx) == made
    (row,) = world.db.exec_driver_sql("SELECT * FROM service_credential").all()
    assert password not in str(tuple(row))
    assert hashlib.sha256(password.encode()).digest() in row


def test_the_second_password_has_another_user_name_and_there_is_no_third(ctx: Context) -> None:
    create(ctx)

    assert create(ctx)["ServiceUserName"] == f"alice+1-at-{ACCOUNT}"
    with pytest.raises(LimitExceeded):
        create(ctx)
    create(ctx, "cassandra.amazonaws.com")  # each service for itself
    create(ctx, name="bob")


def test_a_freed_name_is_given_again(ctx: Context) -> None:
    first = create(ctx)
    create(ctx)
    delete_service_specific_credential(
        ctx,
        user_name="alice",
        service_specific_credential_id=first["ServiceSpecificCredentialId"],
    )

    assert create(ctx)["ServiceUserName"] == f"alice-at-{ACCOUNT}"


def test_an_api_key_ends_after_its_days(ctx: Context) -> None:
    made = create(ctx, BEDROCK, credential_age_days=30)

    assert made["ServiceCredentialAlias"] == f"alice-at-{ACCOUNT}"
    assert made["ServiceCredentialSecret"].startswith("ABSK")
    assert "ServicePassword" not in made
    assert made["ExpirationDate"] == later(ctx, days=30).now
    assert listed(later(ctx, days=29))["Status"] == "Active"
    assert listed(later(ctx, days=30))["Status"] == "Expired"
    assert "ExpirationDate" not in create(ctx, BEDROCK)


def test_a_password_knows_no_age(ctx: Context) -> None:
    with pytest.raises(ValidationError):
        create(ctx, credential_age_days=30)


def test_an_unknown_service_is_refused_after_the_user(ctx: Context) -> None:
    with pytest.raises(NoSuchEntity, match="user with name carol"):
        create(ctx, "s3.amazonaws.com", name="carol")
    with pytest.raises(
        NotSupportedService,
        match=r"^No such service s3\.amazonaws\.com is supported for Service Specific Credentials$",
    ):
        create(ctx, "s3.amazonaws.com")


def test_a_reset_changes_the_password_and_nothing_else(world: World, ctx: Context) -> None:
    made = create(ctx)
    credential = {
        "user_name": "alice",
        "service_specific_credential_id": made["ServiceSpecificCredentialId"],
    }
    update_service_specific_credential(ctx, **credential, status="Inactive")
    again = reset_service_specific_credential(later(ctx, days=1), **credential)
    reset = again["ServiceSpecificCredential"]

    assert reset["ServicePassword"] != made["ServicePassword"]
    assert reset | {"ServicePassword": ""} == made | {"ServicePassword": "", "Status": "Inactive"}
    (row,) = world.db.exec_driver_sql("SELECT digest FROM service_credential").one()
    assert row == hashlib.sha256(reset["ServicePassword"].encode()).digest()
    with pytest.raises(InvalidInput):
        update_service_specific_credential(ctx, **credential, status="Expired")


def test_a_credential_is_found_with_its_owner_only(world: World, ctx: Context) -> None:
    known = create(ctx)["ServiceSpecificCredentialId"]
    bob = world.user(users.find(ctx.db, ACCOUNT, "bob"))

    for operation in (reset_service_specific_credential, delete_service_specific_credential):
        with pytest.raises(NoSuchEntity, match=f"^No such credential {known} exists$"):
            operation(bob, service_specific_credential_id=known)


def test_all_users_are_listed_for_one_service(ctx: Context) -> None:
    for name in ("alice", "bob"):
        create(ctx, BEDROCK, name)
        create(ctx, GIT, name)

    found = every_page(
        list_service_specific_credentials,
        ctx,
        MEMBER,
        all_users=True,
        service_name=BEDROCK,
        max_items=1,
    )
    assert [one["UserName"] for one in found] == ["alice", "bob"]
    assert {one["ServiceName"] for one in found} == {BEDROCK}
    with pytest.raises(InvalidInput):
        list_service_specific_credentials(ctx, all_users=True, user_name="alice")


def test_conditions_see_service_and_age(ctx: Context) -> None:
    (access,) = accesses(
        iam,
        "CreateServiceSpecificCredential",
        ctx,
        UserName="alice",
        ServiceName=BEDROCK,
        CredentialAgeDays=7,
    )
    assert access.context == {
        "iam:servicespecificcredentialservicename": BEDROCK,
        "iam:servicespecificcredentialagedays": "7",
    }
    known = create(ctx)["ServiceSpecificCredentialId"]
    for operation in ("Delete", "Reset", "Update"):
        (access,) = accesses(
            iam,
            f"{operation}ServiceSpecificCredential",
            ctx,
            UserName="alice",
            ServiceSpecificCredentialId=known,
        )
        assert access.context == {"iam:servicespecificcredentialservicename": GIT}


def test_a_user_with_a_credential_cannot_be_deleted(ctx: Context) -> None:
    create(ctx)

    with pytest.raises(DeleteConflict, match="remove referenced objects"):
        delete_user(ctx, user_name="alice")


def test_no_query_reads_a_whole_table(world: World, ctx: Context) -> None:
    with plans.watched(world.db) as statements:
        known = create(ctx)["ServiceSpecificCredentialId"]
        list_service_specific_credentials(ctx, user_name="alice")
        list_service_specific_credentials(ctx, all_users=True, service_name=GIT)
        given = {"user_name": "alice", "service_specific_credential_id": known}
        reset_service_specific_credential(ctx, **given)
        delete_service_specific_credential(ctx, **given)

    assert plans.scans(world.db, statements) == []
