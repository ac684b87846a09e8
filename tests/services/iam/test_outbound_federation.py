"""Switching outbound web identity federation, and what relying parties fetch."""

import json
from typing import Any

import pytest

from doorward.server import issuers
from doorward.services.context import Context
from doorward.services.iam.feature_errors import FeatureDisabled, FeatureEnabled
from doorward.services.iam.outbound_federation import (
    disable_outbound_web_identity_federation as disable,
)
from doorward.services.iam.outbound_federation import (
    enable_outbound_web_identity_federation as enable,
)
from doorward.services.iam.outbound_federation import (
    get_outbound_web_identity_federation_info as info,
)
from services.support import OTHER_ACCOUNT, World
from store import plans

HOST = "http://127.0.0.1:4566"


def fetched(world: World, url: str) -> dict[str, Any]:
    answer = issuers.answer(world.db, url.removeprefix(HOST))
    assert isinstance(answer.body, bytes)
    found: dict[str, Any] = json.loads(answer.body)
    return found | {"status": answer.status}


def test_it_is_off_until_it_is_enabled_and_each_switch_works_once(ctx: Context) -> None:
    for operation in (info, disable):
        with pytest.raises(FeatureDisabled):
            operation(ctx)
    url = enable(ctx)["IssuerIdentifier"]
    assert info(ctx) == {"IssuerIdentifier": url, "JwtVendingEnabled": True}
    with pytest.raises(FeatureEnabled):
        enable(ctx)
    disable(ctx)
    with pytest.raises(FeatureDisabled):
        info(ctx)
    assert enable(ctx)["IssuerIdentifier"] == url


def test_the_documents_lead_from_issuer_to_public_keys(world: World, ctx: Context) -> None:
    url = enable(ctx)["IssuerIdentifier"]
    assert url.startswith(f"{HOST}/_doorward/issuers/")

    found = fetched(world, f"{url}/.well-known/openid-configuration")
    assert found["issuer"] == url
    keys = fetched(world, found["jwks_uri"])["keys"]
    assert {key["alg"] for key in keys} == {"RS256", "ES384"}
    assert all(key["use"] == "sig" and "d" not in key for key in keys)
    disable(ctx)
    assert fetched(world, found["jwks_uri"])["keys"] == keys  # what was issued stays valid
    for unknown in (f"{HOST}{issuers.ISSUERS}none/{issuers.KEYS}", f"{url}/keys"):
        assert fetched(world, unknown)["status"] == 404


def test_every_account_has_an_issuer_and_keys_of_its_own(world: World, ctx: Context) -> None:
    own, other = enable(ctx), enable(world.root(OTHER_ACCOUNT))

    assert own != other
    keys = [
        fetched(world, f"{one['IssuerIdentifier']}/{issuers.KEYS}")["keys"] for one in (own, other)
    ]
    assert not {key["kid"] for key in keys[0]} & {key["kid"] for key in keys[1]}


def test_no_private_key_is_in_the_database_in_clear(world: World, ctx: Context) -> None:
    enable(ctx)

    rows = world.db.exec_driver_sql("SELECT * FROM web_identity_key").all()
    assert len(rows) == 2
    assert "PRIVATE" not in str([tuple(row) for row in rows])


def test_no_query_reads_a_whole_table(world: World, ctx: Context) -> None:
    with plans.watched(world.db) as statements:
        url = enable(ctx)["IssuerIdentifier"]
        fetched(world, f"{url}/{issuers.KEYS}")
        disable(ctx)

    assert plans.scans(world.db, statements) == []
