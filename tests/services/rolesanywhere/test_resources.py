"""Trust anchors, profiles, revocation lists, mappings, settings and tags through boto3."""

import json

import pytest
from botocore.exceptions import ClientError

from authn import pki
from clients.conftest import ACCOUNT, OTHER_ACCOUNT, fresh, iam, served, user  # noqa: F401

REGION = "us-east-1"
PREFIX = f"arn:aws:rolesanywhere:{REGION}:{ACCOUNT}:"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
RULES = [{"specifier": "CN"}]


@pytest.fixture(scope="module")
def root():
    return pki.authority()


@pytest.fixture
def anywhere(fresh):  # noqa: F811
    return fresh.client("rolesanywhere")


def source(text, kind="CERTIFICATE_BUNDLE"):
    return {"sourceType": kind, "sourceData": {"x509CertificateData": text}}


@pytest.fixture
def anchor(anywhere, root):
    return anywhere.create_trust_anchor(name="ca", source=source(root.pem))["trustAnchor"]


@pytest.fixture
def profile(anywhere):
    return anywhere.create_profile(name="build", roleArns=[ROLE])["profile"]


def refused(code, call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    return caught.value.response["Error"]["Message"]


def test_a_trust_anchor_is_made_disabled_and_changed(anywhere, anchor, root):
    key = {"trustAnchorId": anchor["trustAnchorId"]}
    assert anchor["trustAnchorArn"] == f"{PREFIX}trust-anchor/{anchor['trustAnchorId']}"
    assert anchor["source"] == source(root.pem)
    assert not anchor["enabled"]

    assert anywhere.enable_trust_anchor(**key)["trustAnchor"]["enabled"]
    assert anywhere.get_trust_anchor(**key)["trustAnchor"]["enabled"]
    assert not anywhere.disable_trust_anchor(**key)["trustAnchor"]["enabled"]
    assert anywhere.update_trust_anchor(**key, name="new")["trustAnchor"]["name"] == "new"
    assert anywhere.list_trust_anchors()["trustAnchors"] == [
        anywhere.get_trust_anchor(**key)["trustAnchor"]
    ]
    assert anywhere.delete_trust_anchor(**key)["trustAnchor"]["name"] == "new"
    assert refused("ResourceNotFoundException", anywhere.get_trust_anchor, **key)


def test_only_certificates_of_authorities_are_trusted(anywhere, root):
    def message(text, **more):
        given = {"name": "ca", "source": source(text, **more)}
        return refused("ValidationException", anywhere.create_trust_anchor, **given)

    wrong = "Incorrect basic constraints for CA certificate"
    assert message(pki.workload(root).pem) == wrong
    assert message(root.pem + pki.workload(root).pem) == wrong
    assert message(pki.authority(usage=pki.usage(crl_sign=True)).pem) == wrong
    assert "too weak" in message(pki.authority(key=pki.rsa_key(1024)).pem)
    assert "cannot be read" in message(
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    assert "at most 2" in message(root.pem * 3)
    assert "CERTIFICATE_BUNDLE" in message(root.pem, kind="SELF_SIGNED_REPOSITORY")
    assert anywhere.list_trust_anchors()["trustAnchors"] == []


def test_what_is_not_done_is_not_promised(anywhere, root):
    given = {"name": "ca", "source": source(root.pem), "crlDpRevocationEnabled": True}
    refused("ValidationException", anywhere.create_trust_anchor, **given)
    propagating = {"status": "ENABLED", "subjectType": "user"}
    given = {"name": "p", "roleArns": [], "tipConfiguration": propagating}
    refused("ValidationException", anywhere.create_profile, **given)


def test_an_alias_names_a_resource_too(anywhere, anchor, root):
    key = anchor["trustAnchorId"]
    made = anywhere.update_trust_anchor(trustAnchorId=key, aliasName="ca/first")["trustAnchor"]
    assert made["aliasArn"] == f"{PREFIX}alias/trust-anchor/ca/first"

    for name in (key, anchor["trustAnchorArn"], made["aliasArn"]):
        assert anywhere.get_trust_anchor(trustAnchorId=name)["trustAnchor"]["trustAnchorId"] == key
    taken = {"name": "other", "source": source(root.pem), "aliasName": "ca/first"}
    refused("ValidationException", anywhere.create_trust_anchor, **taken)

    moved = anywhere.update_trust_anchor(trustAnchorId=key, aliasName="second")["trustAnchor"]
    assert moved["previousAliasName"] == "ca/first"
    refused("ResourceNotFoundException", anywhere.get_trust_anchor, trustAnchorId=made["aliasArn"])
    left = anywhere.update_trust_anchor(trustAnchorId=key, aliasName="")["trustAnchor"]
    assert "aliasName" not in left


def test_other_accounts_and_regions_are_others(fresh, anywhere, anchor):  # noqa: F811
    import boto3

    elsewhere = boto3.client(
        "rolesanywhere",
        region_name="eu-west-1",
        endpoint_url=fresh.endpoint,
        aws_access_key_id="root-key-id",
        aws_secret_access_key="root-secret",
    )
    assert elsewhere.list_trust_anchors()["trustAnchors"] == []
    key = anchor["trustAnchorId"]
    refused("ResourceNotFoundException", elsewhere.get_trust_anchor, trustAnchorId=key)
    arn = anchor["trustAnchorArn"].replace(ACCOUNT, OTHER_ACCOUNT)
    refused("AccessDeniedException", anywhere.get_trust_anchor, trustAnchorId=arn)


def test_lists_are_paged(anywhere, root):
    ids = {
        anywhere.create_trust_anchor(name=f"ca-{n}", source=source(root.pem))["trustAnchor"][
            "trustAnchorId"
        ]
        for n in range(5)
    }
    first = anywhere.list_trust_anchors(pageSize=2)
    assert len(first["trustAnchors"]) == 2

    found = [one["trustAnchorId"] for one in first["trustAnchors"]]
    answer = first
    while "nextToken" in answer:
        answer = anywhere.list_trust_anchors(pageSize=2, nextToken=answer["nextToken"])
        found += [one["trustAnchorId"] for one in answer["trustAnchors"]]

    assert len(found) == 5
    assert set(found) == ids
    token = first["nextToken"]
    refused("ValidationException", anywhere.list_profiles, nextToken=token)


def test_a_profile_is_kept_as_it_was_given(anywhere, profile):
    key = {"profileId": profile["profileId"]}
    assert profile["durationSeconds"] == 3600
    assert profile["createdBy"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert not profile["enabled"]
    fields = [one["certificateField"] for one in profile["attributeMappings"]]
    assert fields == ["x509Issuer", "x509SAN", "x509Subject"]

    policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
        }
    )
    changed = anywhere.update_profile(**key, sessionPolicy=policy, durationSeconds=900)["profile"]
    assert (changed["sessionPolicy"], changed["durationSeconds"]) == (policy, 900)
    assert changed["roleArns"] == [ROLE]
    assert anywhere.enable_profile(**key)["profile"]["enabled"]
    assert not anywhere.disable_profile(**key)["profile"]["enabled"]
    assert anywhere.list_profiles()["profiles"] == [anywhere.get_profile(**key)["profile"]]
    refused("ValidationException", anywhere.update_profile, **key, sessionPolicy="{}")
    anywhere.delete_profile(**key)
    refused("ResourceNotFoundException", anywhere.get_profile, **key)


def test_a_profile_has_roles_of_its_account_that_may_be_passed(
    anywhere,
    iam,  # noqa: F811
    user,  # noqa: F811
    profile,
):
    other = ROLE.replace(ACCOUNT, OTHER_ACCOUNT)
    refused("AccessDeniedException", anywhere.create_profile, name="x", roleArns=[other])

    alice = user("alice")("rolesanywhere")
    statements = [{"Effect": "Allow", "Action": "rolesanywhere:*", "Resource": "*"}]

    def allow(*more):
        document = {"Version": "2012-10-17", "Statement": [*statements, *more]}
        iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=json.dumps(document))

    allow()
    key = {"profileId": profile["profileId"]}
    for call, parameters in (
        (alice.create_profile, {"name": "x", "roleArns": [ROLE]}),
        (alice.update_profile, {**key, "name": "x"}),
        (alice.enable_profile, key),
    ):
        told = refused("AccessDeniedException", call, **parameters)
        assert f"iam:PassRole on resource: {ROLE}" in told

    passed = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": ROLE}
    to = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    allow({**passed, "Condition": to})
    refused("AccessDeniedException", alice.enable_profile, **key)
    to = {"StringEquals": {"iam:PassedToService": "rolesanywhere.amazonaws.com"}}
    allow({**passed, "Condition": to})
    assert alice.enable_profile(**key)["profile"]["enabled"]


def test_mappings_are_added_and_removed(anywhere, profile):
    key = {"profileId": profile["profileId"]}

    def rules(answer):
        return {
            one["certificateField"]: [rule["specifier"] for rule in one["mappingRules"]]
            for one in answer["profile"]["attributeMappings"]
        }

    subject = {**key, "certificateField": "x509Subject"}
    assert rules(anywhere.put_attribute_mapping(**subject, mappingRules=RULES)) == {
        "x509Issuer": ["*"],
        "x509SAN": ["DNS", "URI", "Name/*"],
        "x509Subject": ["*", "CN"],
    }
    assert rules(anywhere.delete_attribute_mapping(**subject, specifiers=["*"]))["x509Subject"] == [
        "CN"
    ]
    assert "x509Subject" not in rules(anywhere.delete_attribute_mapping(**subject))
    san = {**key, "certificateField": "x509SAN"}
    left = rules(anywhere.delete_attribute_mapping(**san, specifiers=["Name", "DNS"]))
    assert left["x509SAN"] == ["URI"]
    for wrong in ("nonsense", "Name/nonsense"):
        refused(
            "ValidationException", anywhere.put_attribute_mapping, **san,
            mappingRules=[{"specifier": wrong}],
        )  # fmt: skip


def test_a_list_must_be_the_anchors_own(anywhere, anchor, root):
    arn = anchor["trustAnchorArn"]
    text = pki.crl(root, 7)
    made = anywhere.import_crl(name="gone", crlData=text, trustAnchorArn=arn)["crl"]
    assert (made["crlData"], made["trustAnchorArn"], made["enabled"]) == (text, arn, False)

    for wrong in (pki.crl(pki.authority(), 7), b"text", b"\xff", root.pem.encode()):
        given = {"name": "x", "crlData": wrong, "trustAnchorArn": arn}
        refused("ValidationException", anywhere.import_crl, **given)
        refused("ValidationException", anywhere.update_crl, crlId=made["crlId"], crlData=wrong)
    missing = {"name": "x", "crlData": text, "trustAnchorArn": arn[:-1] + "x"}
    refused("ResourceNotFoundException", anywhere.import_crl, **missing)
    anywhere.import_crl(name="second", crlData=text, trustAnchorArn=arn)
    third = {"name": "third", "crlData": text, "trustAnchorArn": arn}
    assert "at most 2" in refused("ValidationException", anywhere.import_crl, **third)
    assert len(anywhere.list_crls()["crls"]) == 2

    newer = pki.crl(root, 8)
    key = {"crlId": made["crlId"]}
    assert anywhere.update_crl(**key, crlData=newer)["crl"]["crlData"] == newer
    assert anywhere.get_crl(**key)["crl"]["crlData"] == newer
    anywhere.delete_crl(**key)
    refused("ResourceNotFoundException", anywhere.get_crl, **key)


def test_notification_settings_are_put_and_reset(anywhere, anchor):
    key = {"trustAnchorId": anchor["trustAnchorId"]}
    ends = "CA_CERTIFICATE_EXPIRY"
    put = anywhere.put_notification_settings(
        **key, notificationSettings=[{"enabled": False, "event": ends, "threshold": 7}]
    )["trustAnchor"]["notificationSettings"]
    assert {one["event"]: one["enabled"] for one in put} == {
        ends: False,
        "END_ENTITY_CERTIFICATE_EXPIRY": True,
    }

    reset = anywhere.reset_notification_settings(**key, notificationSettingKeys=[{"event": ends}])
    assert reset["trustAnchor"]["notificationSettings"] == anchor["notificationSettings"]


def test_tags_are_kept_and_asked_for(anywhere, anchor, iam, user):  # noqa: F811
    arn = anchor["trustAnchorArn"]
    anywhere.tag_resource(resourceArn=arn, tags=[{"key": "team", "value": "red"}])
    anywhere.tag_resource(resourceArn=arn, tags=[{"key": "Team", "value": "blue"}])
    assert anywhere.list_tags_for_resource(resourceArn=arn)["tags"] == [
        {"key": "Team", "value": "blue"}
    ]
    document = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "rolesanywhere:GetTrustAnchor",
            "Resource": f"{PREFIX}trust-anchor/*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}},
        },
    }
    alice = user("alice")("rolesanywhere")
    iam.put_user_policy(UserName="alice", PolicyName="p", PolicyDocument=json.dumps(document))
    key = {"trustAnchorId": anchor["trustAnchorId"]}
    assert alice.get_trust_anchor(**key)

    anywhere.untag_resource(resourceArn=arn, tagKeys=["team"])
    refused("AccessDeniedException", alice.get_trust_anchor, **key)
    many = [{"key": f"k{n}", "value": ""} for n in range(51)]
    refused("TooManyTagsException", anywhere.tag_resource, resourceArn=arn, tags=many)
    refused("ValidationException", anywhere.tag_resource, resourceArn=ROLE, tags=[])
