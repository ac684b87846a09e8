"""OIDC providers: URLs, client ids, thumbprints, tags, context providers."""

from dataclasses import replace

import pytest

from authn.issuer import Documents
from doorward.authn.oidc_keys import IssuerKeys
from doorward.base.errors import AwsError
from doorward.services.iam.open_id_connect_providers import (
    add_client_id_to_open_id_connect_provider,
    create_open_id_connect_provider,
    get_open_id_connect_provider,
    list_open_id_connect_providers,
    remove_client_id_from_open_id_connect_provider,
    update_open_id_connect_provider,
    update_open_id_connect_provider_thumbprint,
)
from services.support import ACCOUNT

URL = "https://issuer.example/tenant"
ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/issuer.example/tenant"
CONTEXT = {"SubjectSourceKey": "sub", "SubjectTypeValue": "user"}
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"


def create(ctx, url=URL, **more):
    return create_open_id_connect_provider(ctx, url=url, **more)


def get(ctx, arn=ARN):
    return get_open_id_connect_provider(ctx, open_id_connect_provider_arn=arn)


def refusal(call, *arguments, **parameters):
    with pytest.raises(AwsError) as caught:
        call(*arguments, **parameters)
    return caught.value


def test_a_provider_is_shown_without_its_scheme(ctx):
    assert create(ctx, client_id_list=["a", "b", "a"])["OpenIDConnectProviderArn"] == ARN

    shown = get(ctx)

    assert shown["Url"] == "issuer.example/tenant"
    assert shown["ClientIDList"] == ["a", "b"]
    assert shown["ThumbprintList"] == []


def test_a_slash_at_the_end_is_part_of_the_name(ctx):
    create(ctx)

    assert create(ctx, URL + "/")["OpenIDConnectProviderArn"] == ARN + "/"
    assert get(ctx, ARN + "/")["Url"] == "issuer.example/tenant/"


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example",
        "issuer.example",
        "https://",
        "https://issuer.example?x",
        "https://issuer.example?",
        "https://issuer.example#x",
        "https://user@issuer.example",
        "https://issuer.example:port",
        "https://[::1",
        "https://issuer example",
        "https://issüer.example",
    ],
)
def test_a_url_that_no_issuer_has_is_refused(ctx, url):
    assert refusal(create, ctx, url).code == "InvalidInput"


def test_http_is_for_servers_that_may_reach_private_addresses(ctx):
    free = replace(ctx, issuer_keys=IssuerKeys(Documents({}, allow_private=True)))

    assert create(free, "http://localhost:8080/realm")["OpenIDConnectProviderArn"].endswith(
        "oidc-provider/localhost:8080/realm"
    )
    assert refusal(create, free, "https://localhost:8080/realm").code == "EntityAlreadyExists"


def test_client_ids_come_and_go(ctx):
    create(ctx)
    given = {"open_id_connect_provider_arn": ARN}
    for name in ("a", "b", "a"):
        add_client_id_to_open_id_connect_provider(ctx, client_id=name, **given)
    for name in ("b", "none"):
        remove_client_id_from_open_id_connect_provider(ctx, client_id=name, **given)

    assert get(ctx)["ClientIDList"] == ["a"]


def test_there_are_a_hundred_client_ids_at_most_of_255_characters(ctx):
    many = [f"client-{n}" for n in range(101)]
    assert refusal(create, ctx, client_id_list=many).code == "LimitExceeded"
    assert refusal(create, ctx, client_id_list=["x" * 256]).code == "InvalidInput"
    assert refusal(create, ctx, client_id_list=[""]).code == "InvalidInput"

    create(ctx, client_id_list=many[:100])
    error = refusal(
        add_client_id_to_open_id_connect_provider,
        ctx,
        open_id_connect_provider_arn=ARN,
        client_id="more",
    )
    assert error.code == "LimitExceeded"


def test_thumbprints_are_replaced_and_checked(ctx):
    create(ctx, thumbprint_list=["a" * 40])

    def set_to(*thumbprints):
        update_open_id_connect_provider_thumbprint(
            ctx, open_id_connect_provider_arn=ARN, thumbprint_list=list(thumbprints)
        )

    set_to("b" * 40, "C" * 40)
    assert get(ctx)["ThumbprintList"] == ["b" * 40, "C" * 40]
    for wrong in (["x" * 40], ["a" * 39], ["a" * 41], ["a" * 40] * 6):
        assert refusal(set_to, *wrong).code == "InvalidInput"


def test_there_are_a_hundred_providers_at_most(ctx):
    for number in range(100):
        create(ctx, f"https://issuer-{number}.example")

    assert refusal(create, ctx).code == "LimitExceeded"
    assert len(list_open_id_connect_providers(ctx)["OpenIDConnectProviderList"]) == 100


def test_a_context_provider_is_set_replaced_and_removed(ctx):
    create(ctx)
    given = {"open_id_connect_provider_arn": ARN}

    update_open_id_connect_provider(
        ctx, context_provider=CONTEXT, identity_center_instance_arn=INSTANCE, **given
    )
    assert get(ctx)["ContextProvider"] == CONTEXT
    assert get(ctx)["IdentityCenterInstanceArn"] == INSTANCE

    for wrong in (
        {"remove_context_provider": True},  # the instance needs it
        {"context_provider": CONTEXT, "remove_context_provider": True},
        {"identity_center_instance_arn": INSTANCE, "remove_identity_center_instance": True},
    ):
        assert refusal(update_open_id_connect_provider, ctx, **wrong, **given)
    update_open_id_connect_provider(
        ctx, remove_context_provider=True, remove_identity_center_instance=True, **given
    )
    assert not {"ContextProvider", "IdentityCenterInstanceArn"} & set(get(ctx))
