"""SSH public keys: both encodings, fingerprints, quotas."""

import base64
import hashlib

import pytest

from doorward.services.context import Context
from doorward.services.iam.credential_errors import (
    DuplicateSshPublicKey,
    InvalidPublicKey,
    UnrecognizedPublicKeyEncoding,
)
from doorward.services.iam.errors import (
    DeleteConflict,
    InvalidInput,
    LimitExceeded,
    NoSuchEntity,
)
from doorward.services.iam.ssh_public_keys import (
    delete_ssh_public_key,
    get_ssh_public_key,
    list_ssh_public_keys,
    update_ssh_public_key,
    upload_ssh_public_key,
)
from doorward.services.iam.users import create_user, delete_user
from services.iam import pem
from services.support import NOW, World
from store import plans

LINE, PEM = pem.ssh(pem.rsa_key()), pem.public(pem.rsa_key())


@pytest.fixture(autouse=True)
def alice(ctx: Context) -> None:
    create_user(ctx, user_name="alice")


def upload(ctx: Context, body: str = LINE) -> str:
    made = upload_ssh_public_key(ctx, user_name="alice", ssh_public_key_body=body)
    return str(made["SSHPublicKey"]["SSHPublicKeyId"])


@pytest.mark.parametrize("body", [LINE, f"{LINE} alice@laptop\n", PEM])
def test_a_key_in_either_encoding_is_given_back_in_both(ctx: Context, body: str) -> None:
    key_id = upload(ctx, body)

    shown = {
        encoding: get_ssh_public_key(
            ctx, user_name="alice", ssh_public_key_id=key_id, encoding=encoding
        )["SSHPublicKey"]
        for encoding in ("SSH", "PEM")
    }
    assert shown["SSH"]["SSHPublicKeyBody"] == LINE
    assert shown["PEM"]["SSHPublicKeyBody"] == PEM
    assert key_id.startswith("APKA")
    assert shown["SSH"]["UploadDate"] == NOW


def test_the_fingerprint_is_that_of_ssh_keygen(ctx: Context) -> None:
    made = upload_ssh_public_key(ctx, user_name="alice", ssh_public_key_body=PEM)

    digest = hashlib.md5(base64.b64decode(LINE.split()[1])).hexdigest()
    pairs = ":".join(digest[start : start + 2] for start in range(0, 32, 2))
    assert made["SSHPublicKey"]["Fingerprint"] == pairs
    assert made["SSHPublicKey"]["SSHPublicKeyBody"] == PEM


REFUSED = [
    ("hello",                                UnrecognizedPublicKeyEncoding),
    ("ssh-rsa AAAA",                         InvalidPublicKey),
    (LINE[:-20],                             InvalidPublicKey),
    (pem.ssh(pem.rsa_key(0, 1024)),          InvalidPublicKey),  # too short
    (pem.public(pem.ec_key()),               InvalidPublicKey),  # not RSA
    (pem.private(pem.rsa_key()),             InvalidPublicKey),
]  # fmt: skip


@pytest.mark.parametrize(("body", "error"), REFUSED)
def test_other_texts_are_refused(ctx: Context, body: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        upload(ctx, body)


def test_a_user_has_a_key_once_whatever_its_encoding(ctx: Context) -> None:
    upload(ctx)

    with pytest.raises(DuplicateSshPublicKey):
        upload(ctx, PEM)
    create_user(ctx, user_name="bob")
    upload_ssh_public_key(ctx, user_name="bob", ssh_public_key_body=LINE)


def test_a_user_has_five_at_most(ctx: Context) -> None:
    for number in range(5):
        upload(ctx, pem.ssh(pem.rsa_key(number)))

    with pytest.raises(LimitExceeded):
        upload(ctx, pem.ssh(pem.rsa_key(5)))
    listed = list_ssh_public_keys(ctx, user_name="alice", max_items=3)
    assert listed["IsTruncated"]
    assert set(listed["SSHPublicKeys"][0]) == {
        "UserName",
        "SSHPublicKeyId",
        "Status",
        "UploadDate",
    }


def test_a_key_is_switched_off_and_deleted(ctx: Context) -> None:
    key = {"user_name": "alice", "ssh_public_key_id": upload(ctx)}
    update_ssh_public_key(ctx, **key, status="Inactive")

    assert list_ssh_public_keys(ctx, user_name="alice")["SSHPublicKeys"][0]["Status"] == "Inactive"
    with pytest.raises(InvalidInput):
        update_ssh_public_key(ctx, **key, status="Expired")
    with pytest.raises(DeleteConflict, match="remove referenced objects"):
        delete_user(ctx, user_name="alice")
    delete_ssh_public_key(ctx, **key)
    with pytest.raises(NoSuchEntity):
        delete_ssh_public_key(ctx, **key)
    delete_user(ctx, user_name="alice")


def test_no_query_reads_a_whole_table(world: World, ctx: Context) -> None:
    with plans.watched(world.db) as statements:
        key = {"user_name": "alice", "ssh_public_key_id": upload(ctx)}
        update_ssh_public_key(ctx, **key, status="Inactive")
        list_ssh_public_keys(ctx, user_name="alice")
        delete_ssh_public_key(ctx, **key)

    assert plans.scans(world.db, statements) == []
