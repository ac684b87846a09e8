"""Server certificates: what is accepted, what is shown, names and tags."""

from datetime import timedelta
from typing import Any

import pytest

from doorward.services.context import Context
from doorward.services.iam.account import get_account_summary
from doorward.services.iam.credential_errors import KeyPairMismatch, MalformedCertificate
from doorward.services.iam.errors import (
    EntityAlreadyExists,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.server_certificates import (
    delete_server_certificate,
    get_server_certificate,
    list_server_certificate_tags,
    list_server_certificates,
    tag_server_certificate,
    untag_server_certificate,
    update_server_certificate,
    upload_server_certificate,
)
from doorward.services.iam.service import iam
from services.iam import pem
from services.support import ACCOUNT, NOW, World, accesses, every_page
from store import plans

KEY, OTHER_KEY, ROOT_KEY = pem.ec_key(), pem.ec_key(), pem.ec_key()
BODY = pem.certificate("www.example.com", KEY)
IAM = f"arn:aws:iam::{ACCOUNT}"
RED = [{"Key": "Team", "Value": "red"}]


def upload(ctx: Context, name: str = "www", **more: Any) -> dict[str, Any]:
    given = {"certificate_body": BODY, "private_key": pem.private(KEY)} | more
    return upload_server_certificate(ctx, server_certificate_name=name, **given)


def test_a_certificate_is_shown_as_it_was_uploaded(ctx: Context) -> None:
    made = upload(ctx, path="/cloudfront/", tags=RED)

    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == f"{IAM}:server-certificate/cloudfront/www"
    assert metadata["ServerCertificateId"].startswith("ASCA")
    assert metadata["UploadDate"] == NOW
    assert metadata["Expiration"] == NOW + timedelta(days=90)
    assert made["Tags"] == RED
    shown = get_server_certificate(ctx, server_certificate_name="WWW")["ServerCertificate"]
    assert shown == {
        "ServerCertificateMetadata": metadata,
        "CertificateBody": BODY.strip(),
        "Tags": RED,
    }
    listed = list_server_certificates(ctx, path_prefix="/cloudfront/")
    assert listed == {"ServerCertificateMetadataList": [metadata], "IsTruncated": False}
    assert get_account_summary(ctx)["SummaryMap"]["ServerCertificates"] == 1


def test_the_private_key_is_nowhere_in_the_database(world: World, ctx: Context) -> None:
    upload(ctx)

    (row,) = world.db.exec_driver_sql("SELECT * FROM server_certificate").all()
    assert BODY.strip() in tuple(row)
    assert "PRIVATE" not in str(tuple(row))


def test_a_chain_is_held_to_its_signatures_and_order(ctx: Context) -> None:
    middle_key = pem.ec_key()
    root = pem.certificate("root", ROOT_KEY)
    middle = pem.certificate("middle", middle_key, issuer="root", issuer_key=ROOT_KEY)
    leaf = pem.certificate("leaf", KEY, issuer="middle", issuer_key=middle_key)

    upload(ctx, "good", certificate_body=leaf, certificate_chain=middle + root)
    shown = get_server_certificate(ctx, server_certificate_name="good")["ServerCertificate"]
    assert shown["CertificateChain"] == (middle + root).strip()
    for chain, index in [(root + middle, -1), (leaf, -1), (middle + middle, 0)]:
        with pytest.raises(MalformedCertificate, match=f"invalid certificate is: {index}$"):
            upload(ctx, "bad", certificate_body=leaf, certificate_chain=chain)
    forged = pem.certificate("leaf", KEY, issuer="middle", issuer_key=OTHER_KEY)
    with pytest.raises(MalformedCertificate):
        upload(ctx, "bad", certificate_body=forged, certificate_chain=middle)


UNREADABLE = "Unable to parse certificate. Please ensure the certificate is in PEM format."
REFUSED = [
    # what is given                                                  error                 says
    ({"certificate_body": "none"},                                   MalformedCertificate, UNREADABLE),
    ({"certificate_body": BODY.replace("M", "N", 1)},                MalformedCertificate, UNREADABLE),
    ({"certificate_chain": "none"},                                  MalformedCertificate, UNREADABLE),
    ({"private_key": "none"},                                        MalformedCertificate, "Unable to parse key"),
    ({"private_key": pem.private(KEY, b"secret")},                   MalformedCertificate, "Unable to parse key"),
    ({"private_key": pem.private(OTHER_KEY)},                        KeyPairMismatch,      "do not match"),
    ({"certificate_body": pem.certificate("www", KEY, begins=1)},    MalformedCertificate, "is: -1"),
    ({"certificate_body": pem.certificate("www", KEY, begins=-9, ends=-1)}, MalformedCertificate, "is: -1"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "error", "says"), REFUSED)
def test_what_does_not_hold_is_refused(
    ctx: Context, given: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        upload(ctx, **given)
    assert list_server_certificates(ctx)["ServerCertificateMetadataList"] == []


def test_names_are_unique_without_regard_to_case_and_path(ctx: Context) -> None:
    upload(ctx, path="/a/")
    upload(ctx, "mail")

    with pytest.raises(
        EntityAlreadyExists, match=r"^The Server Certificate with name WWW already exists\.$"
    ):
        upload(ctx, "WWW")
    with pytest.raises(EntityAlreadyExists):
        update_server_certificate(
            ctx, server_certificate_name="mail", new_server_certificate_name="Www"
        )
    update_server_certificate(
        ctx, server_certificate_name="mail", new_server_certificate_name="MAIL", new_path="/b/"
    )
    renamed = list_server_certificates(ctx, path_prefix="/b/")["ServerCertificateMetadataList"]
    assert [one["Arn"] for one in renamed] == [f"{IAM}:server-certificate/b/MAIL"]


def test_an_account_has_twenty_at_most_and_pages_join_to_all(ctx: Context) -> None:
    for number in range(20):
        upload(ctx, f"certificate-{number:02d}")

    with pytest.raises(
        LimitExceeded, match=r"^Cannot exceed quota for ServerCertificatesPerAccount: 20$"
    ):
        upload(ctx, "another")
    member = "ServerCertificateMetadataList"
    found = every_page(list_server_certificates, ctx, member, max_items=7)
    assert [one["ServerCertificateName"] for one in found] == [
        f"certificate-{number:02d}" for number in range(20)
    ]


def test_a_deleted_certificate_is_gone(ctx: Context) -> None:
    upload(ctx)
    delete_server_certificate(ctx, server_certificate_name="www")

    for operation in (get_server_certificate, delete_server_certificate):
        with pytest.raises(
            NoSuchEntity, match=r"^The Server Certificate with name www cannot be found\.$"
        ):
            operation(ctx, server_certificate_name="www")


def test_tags_come_and_go(ctx: Context) -> None:
    upload(ctx, tags=RED)
    more = [{"Key": "team", "Value": "blue"}, {"Key": "Age", "Value": "1"}]
    tag_server_certificate(ctx, server_certificate_name="www", tags=more)
    untag_server_certificate(ctx, server_certificate_name="www", tag_keys=["AGE", "none"])

    listed = list_server_certificate_tags(ctx, server_certificate_name="www")
    assert listed == {"Tags": [{"Key": "team", "Value": "blue"}], "IsTruncated": False}


def test_renaming_is_authorized_on_both_names_and_the_tags_are_seen(ctx: Context) -> None:
    upload(ctx, path="/a/", tags=RED)

    source, target = accesses(
        iam, "UpdateServerCertificate", ctx, ServerCertificateName="www", NewPath="/b/"
    )
    assert source.resource == f"{IAM}:server-certificate/a/www"
    assert target.resource == f"{IAM}:server-certificate/b/www"
    assert source.tags == target.tags == {"Team": "red"}
    create, tag = accesses(
        iam, "UploadServerCertificate", ctx, ServerCertificateName="new", Path="/a/", Tags=RED
    )
    assert (create.action, tag.action) == (
        "iam:UploadServerCertificate",
        "iam:TagServerCertificate",
    )
    (missing,) = accesses(iam, "GetServerCertificate", ctx, ServerCertificateName="none")
    assert missing.resource == f"{IAM}:server-certificate/none"


def test_no_query_reads_a_whole_table(world: World, ctx: Context) -> None:
    upload(ctx)
    with plans.watched(world.db) as statements:
        upload(ctx, "mail")
        list_server_certificates(ctx, max_items=1)
        tag_server_certificate(ctx, server_certificate_name="www", tags=RED)
        delete_server_certificate(ctx, server_certificate_name="www")

    assert plans.scans(world.db, statements) == []
