"""SAML providers: what metadata are taken, what is shown, private keys."""

from datetime import timedelta

import pytest

from authn import saml_idp as idp
from authn.saml_idp import ENTITY, NOW
from doorward.base.errors import AwsError
from doorward.services.iam.account import get_account_summary
from doorward.services.iam.saml_providers import (
    create_saml_provider,
    delete_saml_provider,
    get_saml_provider,
    list_saml_provider_tags,
    list_saml_providers,
    tag_saml_provider,
    untag_saml_provider,
    update_saml_provider,
)
from doorward.services.iam.service import iam
from doorward.store import saml_providers
from doorward.store.secrets import Unopened
from services.support import ACCOUNT, OTHER_ACCOUNT, accesses, every_page
from store import plans

ARN = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
METADATA = idp.metadata()
PEM = idp.private_pem(idp.key_pair(7)[0])


def create(ctx, document=METADATA, name="idp", **more):
    return create_saml_provider(ctx, name=name, saml_metadata_document=document, **more)


def get(ctx, arn=ARN):
    return get_saml_provider(ctx, saml_provider_arn=arn)


def update(ctx, **more):
    return update_saml_provider(ctx, saml_provider_arn=ARN, **more)


def refusal(call, *arguments, **parameters):
    with pytest.raises(AwsError) as caught:
        call(*arguments, **parameters)
    return caught.value


def test_a_provider_is_shown_with_its_metadata_and_the_hashes_of_its_keys(ctx):
    assert create(ctx) == {"SAMLProviderArn": ARN}

    shown = get(ctx)

    assert shown["SAMLMetadataDocument"] == METADATA
    assert shown["CreateDate"] == NOW
    assert shown["ValidUntil"] == NOW.replace(year=2126)
    assert len(shown["SAMLProviderUUID"]) >= 22
    assert shown["PrivateKeyList"] == []
    (hashes,) = shown["SAMLKeyHashes"]
    assert hashes["IssuerURL"] == ENTITY
    assert len(hashes["KeyHashes"]) == 1
    assert "AssertionEncryptionMode" not in shown


def test_the_metadata_say_how_long_they_are_valid(ctx):
    until = NOW + timedelta(days=30)
    create(ctx, idp.metadata(valid_until=until))

    assert get(ctx)["ValidUntil"] == until
    update(ctx, saml_metadata_document=METADATA)
    assert get(ctx)["ValidUntil"] == NOW.replace(year=2126)


def entities(*descriptors, attributes=""):
    inner = "".join(descriptors)
    name = "urn:oasis:names:tc:SAML:2.0:metadata"
    return f'<EntitiesDescriptor xmlns="{name}"{attributes}>{inner}</EntitiesDescriptor>'


def test_metadata_of_several_entities_are_taken_up_to_ten(ctx):
    def of(count):
        return entities(*(idp.metadata(entity=f"{ENTITY}/{n}") for n in range(count)))

    create(ctx, of(10))
    assert len(get(ctx)["SAMLKeyHashes"]) == 10
    assert refusal(update, ctx, saml_metadata_document=of(11)).code == "InvalidInput"


CERTIFICATE = idp.der(idp.key_pair()[1])
UNUSABLE = [
    "x" * 1000,
    "<x/>" + " " * 1000,
    "\ufeff" + METADATA,
    METADATA.replace("metadata", "other"),
    METADATA.replace(CERTIFICATE, "AAAA"),
    METADATA.replace(CERTIFICATE, CERTIFICATE[:-40]),
    METADATA.replace(f'entityID="{ENTITY}"', ""),
    METADATA.replace(ENTITY, "x" * 1025),
    METADATA.replace('use="signing"', 'use="encryption"'),
    METADATA.replace("IDPSSODescriptor", "SPSSODescriptor"),
    idp.metadata(*[idp.key_pair()[1]] * 11),
    f'<!DOCTYPE x [<!ENTITY e "x">]>{METADATA}',
    f'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">{METADATA}',
    METADATA.replace("<EntityDescriptor", '<EntityDescriptor validUntil="soon"'),
    METADATA.replace("</EntityDescriptor>", ""),
    entities(),
]


@pytest.mark.parametrize("document", UNUSABLE)
def test_metadata_that_cannot_be_used_are_refused(ctx, document):
    error = refusal(create, ctx, document)

    assert error.code == "InvalidInput"
    assert error.message.startswith("Unable to parse metadata")
    assert list_saml_providers(ctx)["SAMLProviderList"] == []


def test_comments_in_metadata_do_no_harm(ctx):
    create(ctx, f"<?xml version='1.0' encoding='utf-8'?>\n<!-- made by us -->{METADATA}")

    assert len(get(ctx)["SAMLKeyHashes"]) == 1


def test_a_key_without_a_use_signs_too(ctx):
    create(ctx, METADATA.replace(' use="signing"', ""))

    assert get(ctx)["SAMLKeyHashes"]


def test_a_name_is_there_once_in_an_account(world, ctx):
    create(ctx)
    assert refusal(create, ctx).code == "EntityAlreadyExists"

    create(world.root(OTHER_ACCOUNT))
    assert refusal(get, world.root(OTHER_ACCOUNT)).code == "NoSuchEntity"


def test_there_are_a_hundred_at_most(ctx):
    for number in range(100):
        create(ctx, name=f"idp-{number}")

    assert refusal(create, ctx).code == "LimitExceeded"
    assert len(list_saml_providers(ctx)["SAMLProviderList"]) == 100
    assert get_account_summary(ctx)["SummaryMap"]["Providers"] == 100


def test_the_list_says_what_is_there(ctx):
    create(ctx)

    assert list_saml_providers(ctx)["SAMLProviderList"] == [
        {
            "Arn": ARN,
            "ValidUntil": NOW.replace(year=2126),
            "CreateDate": NOW,
            "IsTrustedIdentityPropagationEnabled": False,
        }
    ]


def test_private_keys_are_added_and_removed_and_never_shown(world, ctx):
    create(ctx, add_private_key=PEM, assertion_encryption_mode="Required")
    update(ctx, add_private_key=idp.private_pem(idp.key_pair(8)[0]))

    shown = get(ctx)
    first, second = shown["PrivateKeyList"]
    assert "PRIVATE KEY" not in str(shown)
    assert shown["AssertionEncryptionMode"] == "Required"
    assert refusal(update, ctx, add_private_key=PEM).code == "LimitExceeded"
    both = {"add_private_key": PEM, "remove_private_key": first["KeyId"]}
    assert refusal(update, ctx, **both).code == "InvalidInput"

    update(ctx, remove_private_key=first["KeyId"])
    assert get(ctx)["PrivateKeyList"] == [second]
    assert refusal(update, ctx, remove_private_key=first["KeyId"]).code == "NoSuchEntity"


def test_encryption_cannot_be_required_without_a_key(ctx):
    assert refusal(create, ctx, assertion_encryption_mode="Required").code == "InvalidInput"


def test_a_private_key_is_sealed_and_bound_to_its_provider(world, ctx):
    from dataclasses import replace

    create(ctx, add_private_key=PEM)
    (key,) = saml_providers.private_keys(ctx.db, ACCOUNT, "idp")

    assert b"PRIVATE" not in key.sealed
    assert saml_providers.opened(ctx.secrets, key) == PEM
    for moved in (replace(key, provider="other"), replace(key, account=OTHER_ACCOUNT)):
        with pytest.raises(Unopened):
            saml_providers.opened(ctx.secrets, moved)


SMALL = idp.made_small_key()


@pytest.mark.parametrize(
    "pem", ["x", PEM.replace("A", "B"), idp.private_pem(idp.key_pair(0, "ec")[0]), SMALL]
)
def test_what_is_no_private_key_that_decrypts_is_refused(ctx, pem):
    error = refusal(create, ctx, add_private_key=pem)

    assert error.code == "InvalidInput"
    assert "PRIVATE" not in error.message


def test_a_provider_made_again_has_nothing_of_the_old_one(ctx):
    create(ctx, add_private_key=PEM, tags=[{"Key": "team", "Value": "red"}])
    old = get(ctx)["SAMLProviderUUID"]
    delete_saml_provider(ctx, saml_provider_arn=ARN)
    assert refusal(get, ctx).code == "NoSuchEntity"

    create(ctx)

    shown = get(ctx)
    assert shown["SAMLProviderUUID"] != old
    assert shown["PrivateKeyList"] == []
    assert "Tags" not in shown


def test_tags_come_and_go_and_are_paged(ctx):
    given = [{"Key": f"key-{n}", "Value": "x"} for n in range(3)]
    assert create(ctx, tags=given)["Tags"] == given
    tag_saml_provider(ctx, saml_provider_arn=ARN, tags=[{"Key": "KEY-1", "Value": "y"}])
    untag_saml_provider(ctx, saml_provider_arn=ARN, tag_keys=["key-0", "none"])

    found = every_page(list_saml_provider_tags, ctx, "Tags", saml_provider_arn=ARN, max_items=1)

    assert found == [{"Key": "KEY-1", "Value": "y"}, {"Key": "key-2", "Value": "x"}]


CONTEXT = {"SubjectSourceKey": "sub", "SubjectTypeValue": "user"}
INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"


def test_a_context_provider_is_kept_and_removed(ctx):
    create(ctx, context_provider=CONTEXT, identity_center_instance_arn=INSTANCE)
    assert get(ctx)["ContextProvider"] == CONTEXT
    (listed,) = list_saml_providers(ctx)["SAMLProviderList"]
    assert listed["IsTrustedIdentityPropagationEnabled"]

    assert refusal(update, ctx, remove_context_provider=True).code == "InvalidInput"
    update(ctx, remove_context_provider=True, remove_identity_center_instance=True)
    assert "ContextProvider" not in get(ctx)


def test_a_context_provider_has_one_type_of_subject_and_an_instance_needs_one(ctx):
    for more in (
        {"context_provider": {"SubjectSourceKey": "sub"}},
        {"context_provider": CONTEXT | {"SubjectTypeSourceKey": "kind"}},
        {"identity_center_instance_arn": INSTANCE},
    ):
        assert refusal(create, ctx, **more).code == "InvalidInput"


def test_operations_are_authorized_on_the_provider(ctx):
    create(ctx, tags=[{"Key": "team", "Value": "red"}])
    (access,) = accesses(iam, "GetSAMLProvider", ctx, SAMLProviderArn=ARN)
    assert (access.action, access.resource) == ("iam:GetSAMLProvider", ARN)
    assert access.tags == {"team": "red"}

    tags = [{"Key": "Team", "Value": "blue"}]
    made, tagged = accesses(iam, "CreateSAMLProvider", ctx, Name="new", Tags=tags)
    assert (made.action, tagged.action) == ("iam:CreateSAMLProvider", "iam:TagSAMLProvider")
    assert tagged.context["aws:requesttag/team"] == "blue"
    (listed,) = accesses(iam, "ListSAMLProviders", ctx)
    assert listed.resource == f"arn:aws:iam::{ACCOUNT}:saml-provider/*"


@pytest.mark.parametrize("arn", ["not-an-arn-of-any-kind", f"arn:aws:iam::{ACCOUNT}:user/idp"])
def test_what_is_no_arn_of_a_provider_is_refused(ctx, arn):
    assert refusal(get, ctx, arn).code == "InvalidInput"


def test_every_query_on_providers_has_an_index(ctx):
    with plans.watched(ctx.db) as seen:
        create(ctx, add_private_key=PEM)
        update(ctx, saml_metadata_document=METADATA)
        key = get(ctx)["PrivateKeyList"][0]["KeyId"]
        update(ctx, remove_private_key=key)
        list_saml_providers(ctx)
        get_account_summary(ctx)
        delete_saml_provider(ctx, saml_provider_arn=ARN)

    ours = [one for one in seen if "saml_" in one.sql]
    assert len(ours) > 8
    assert plans.scans(ctx.db, ours) == []
