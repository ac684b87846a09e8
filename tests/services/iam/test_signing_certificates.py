"""Signing certificates of users and of the root."""

import pytest

from doorward.services.context import Context
from doorward.services.iam.account import get_account_summary
from doorward.services.iam.credential_errors import (
    DuplicateCertificate,
    InvalidCertificate,
    MalformedCertificate,
)
from doorward.services.iam.credential_report import (
    generate_credential_report,
    get_credential_report,
)
from doorward.services.iam.errors import (
    DeleteConflict,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
    ValidationError,
)
from doorward.services.iam.roles import create_role
from doorward.services.iam.service import iam
from doorward.services.iam.signing_certificates import (
    delete_signing_certificate,
    list_signing_certificates,
    update_signing_certificate,
    upload_signing_certificate,
)
from doorward.services.iam.users import create_user, delete_user
from doorward.store import roles, users
from services.iam import pem
from services.support import ACCOUNT, OTHER_ACCOUNT, World, accesses, every_page
from store import plans

KEY = pem.ec_key()
BODIES = [pem.certificate(f"alice-{number}", KEY) for number in range(3)]
TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"ec2.amazonaws.com"}}}'
)


@pytest.fixture
def alice(world: World, ctx: Context) -> Context:
    create_user(ctx, user_name="alice", path="/staff/")
    return world.user(users.find(ctx.db, ACCOUNT, "alice"))


def upload(ctx: Context, number: int = 0, name: str | None = None) -> str:
    made = upload_signing_certificate(ctx, user_name=name, certificate_body=BODIES[number])
    return str(made["Certificate"]["CertificateId"])


def test_a_user_has_two_at_most_and_sees_their_bodies(alice: Context) -> None:
    first, second = upload(alice), upload(alice, 1)

    assert len(first) == len(second) == 28
    with pytest.raises(LimitExceeded, match=r"^Cannot exceed quota for CertificatesPerUser: 2$"):
        upload(alice, 2)
    found = every_page(list_signing_certificates, alice, "Certificates", max_items=1)
    assert {one["CertificateBody"] for one in found} == set(BODIES[:2])
    assert all(one["Status"] == "Active" and one["UserName"] == "alice" for one in found)


def test_one_certificate_is_one_persons_in_the_whole_account(
    world: World, ctx: Context, alice: Context
) -> None:
    upload(alice)

    with pytest.raises(DuplicateCertificate):
        upload(ctx)
    upload(world.root(OTHER_ACCOUNT))  # another account may have it


def test_what_is_no_valid_certificate_is_refused(alice: Context) -> None:
    with pytest.raises(MalformedCertificate):
        upload_signing_certificate(alice, certificate_body="none")
    expired = pem.certificate("alice", KEY, begins=-9, ends=-1)
    with pytest.raises(InvalidCertificate):
        upload_signing_certificate(alice, certificate_body=expired)


def test_the_status_is_changed_and_nobody_sets_expired(alice: Context) -> None:
    certificate = upload(alice)
    update_signing_certificate(alice, certificate_id=certificate, status="Inactive")

    assert list_signing_certificates(alice)["Certificates"][0]["Status"] == "Inactive"
    with pytest.raises(InvalidInput):
        update_signing_certificate(alice, certificate_id=certificate, status="Expired")


def test_a_certificate_is_found_with_its_owner_only(ctx: Context, alice: Context) -> None:
    certificate = upload(alice)

    with pytest.raises(
        NoSuchEntity, match=f"^The Certificate with id {certificate} cannot be found.$"
    ):
        delete_signing_certificate(ctx, certificate_id=certificate)
    delete_signing_certificate(ctx, user_name="alice", certificate_id=certificate)
    assert list_signing_certificates(alice)["Certificates"] == []


def test_the_root_has_certificates_of_its_own(ctx: Context) -> None:
    upload(ctx)

    assert "UserName" not in list_signing_certificates(ctx)["Certificates"][0]
    assert get_account_summary(ctx)["SummaryMap"]["AccountSigningCertificatesPresent"] == 1


def test_a_user_with_a_certificate_cannot_be_deleted(ctx: Context, alice: Context) -> None:
    upload(alice)

    with pytest.raises(
        DeleteConflict, match=r"^Cannot delete entity, must remove referenced objects first\.$"
    ):
        delete_user(ctx, user_name="alice")


def test_the_credential_report_has_them(ctx: Context, alice: Context) -> None:
    certificate = upload(alice)
    upload(ctx, 1)
    update_signing_certificate(alice, certificate_id=certificate, status="Inactive")
    generate_credential_report(ctx)

    _, root, user = get_credential_report(ctx)["Content"].decode().splitlines()
    assert root.endswith("true,2026-11-25T06:35:00Z,false,N/A")
    assert user.endswith("false,2026-11-25T06:35:00Z,false,N/A")


def test_a_role_session_must_name_a_user(world: World, ctx: Context, alice: Context) -> None:
    create_role(ctx, role_name="worker", assume_role_policy_document=TRUST)
    caller = world.role_session(roles.find(ctx.db, ACCOUNT, "worker"))

    assert list_signing_certificates(caller, user_name="alice")["Certificates"] == []
    with pytest.raises(ValidationError):
        list_signing_certificates(caller)
    with pytest.raises(NoSuchEntity, match=r"^The user with name bob cannot be found\.$"):
        list_signing_certificates(caller, user_name="bob")
    (access,) = accesses(iam, "ListSigningCertificates", ctx, UserName="alice")
    assert access.resource == f"arn:aws:iam::{ACCOUNT}:user/staff/alice"


def test_no_query_reads_a_whole_table(world: World, alice: Context) -> None:
    with plans.watched(world.db) as statements:
        certificate = upload(alice)
        update_signing_certificate(alice, certificate_id=certificate, status="Inactive")
        list_signing_certificates(alice)
        delete_signing_certificate(alice, certificate_id=certificate)

    assert plans.scans(world.db, statements) == []
