"""Tokens and credentials end; what is handed out until then, and when nothing can be had."""

import json
from datetime import timedelta

import pytest

from cli.credentials.workload import (
    METADATA,
    ROLE,
    SECRETS,
    TOKEN,
    Endpoints,
    ask,
    make_role,
    read,
    token,
)
from clients.conftest import fresh, served  # noqa: F401 - fixtures
from doorward.server.rotation.outgoing import Keys


@pytest.fixture
def endpoints(fresh):  # noqa: F811
    with Endpoints(fresh, make_role(fresh)) as found:
        yield found


def test_a_token_ends(fresh, endpoints):  # noqa: F811
    good = token(endpoints, "60")
    assert ask(endpoints, "GET", SECRETS, **{METADATA: good})[0] == 200

    fresh.clock.ahead = timedelta(seconds=61)

    assert ask(endpoints, "GET", SECRETS, **{METADATA: good})[0] == 401


def test_a_role_that_may_not_be_assumed_is_told_as_aws_does(fresh):  # noqa: F811
    keys = make_role(fresh)
    with Endpoints(fresh, keys, role=ROLE.replace("/app", "/other")) as endpoints:
        status, _, text = read(endpoints, SECRETS + "other")
        of_container = ask(endpoints, "GET", "/v1/credentials", Authorization=TOKEN)

    assert (status, json.loads(text)["Code"]) == (200, "AssumeRoleUnauthorizedAccess")
    assert of_container[0] == 403
    assert len(endpoints.assumed) == 1
    assert keys.secret not in text + of_container[2]


def test_good_credentials_are_handed_out_while_no_new_ones_can_be_had(fresh, endpoints):  # noqa: F811
    first = json.loads(read(endpoints, SECRETS + "app")[2])
    iam = fresh.client("iam")
    for key in iam.list_access_keys(UserName="operator")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="operator", AccessKeyId=key["AccessKeyId"])

    fresh.clock.ahead = timedelta(minutes=40)
    assert json.loads(read(endpoints, SECRETS + "app")[2]) == first
    fresh.clock.ahead = timedelta(minutes=61)

    assert json.loads(read(endpoints, SECRETS + "app")[2])["Code"] != "Success"


def test_a_token_of_another_process_is_refused(fresh, endpoints):  # noqa: F811
    with Endpoints(fresh, Keys("x", "y")) as others:
        foreign = token(others)

    assert ask(endpoints, "GET", SECRETS, **{METADATA: foreign})[0] == 401
