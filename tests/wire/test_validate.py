"""The constraints of the model, and the sentences that AWS says about them."""

import re

import pytest

from doorward.base.errors import AwsError
from doorward.wire.errors import S3_CODES
from doorward.wire.parse import parse
from doorward.wire.route import route
from doorward.wire.validate import checker, rules
from wire.traffic import HOSTS, MODELS, form, request


def refusal(action: str, version: str = "2010-05-08", **parameters: str) -> AwsError:
    service = "sts" if version == "2011-06-15" else "iam"
    sent = form({"Action": action, "Version": version, **parameters}, signed_for=service)
    with pytest.raises(AwsError) as caught:
        parse(route(sent, hosts=HOSTS), sent)
    return caught.value


NAME = r"[\w+=,.@-]+"
ONE = "1 validation error detected: "
SENTENCES = [
    # action          parameters                     message
    ("GetUser",       {"UserName": "a b"},           f"{ONE}Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: {NAME}"),
    ("CreateUser",    {"UserName": "a" * 65},        f"{ONE}Value '{'a' * 65}' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 64"),
    ("CreateUser",    {},                            f"{ONE}Value null at 'userName' failed to satisfy constraint: Member must not be null"),
    ("ListUsers",     {"MaxItems": "0"},             f"{ONE}Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1"),
    ("ListUsers",     {"MaxItems": "1001"},          f"{ONE}Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000"),
    ("CreateUser",    {"UserName": "a", "Tags.member.1.Key": "", "Tags.member.1.Value": "v"},
                                                     ("2 validation errors detected: Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1; "
                                                     r"Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+")),
    ("CreateUser",    {"UserName": "a", "Tags.member.1.Key": "k"},
                                                     f"{ONE}Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"),
    ("UploadSSHPublicKey", {"UserName": "a"},        f"{ONE}Value null at 'sSHPublicKeyBody' failed to satisfy constraint: Member must not be null"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "parameters", "message"), SENTENCES)
def test_aws_says_it_so(action: str, parameters: dict[str, str], message: str) -> None:
    raised = refusal(action, **parameters)

    assert raised.message == message
    assert (raised.code, raised.status) == ("ValidationError", 400)


def test_a_session_name_is_checked_by_sts() -> None:
    role = "arn:aws:iam::123456789012:role/r"

    raised = refusal("AssumeRole", "2011-06-15", RoleArn=role, RoleSessionName="Session1:2")

    assert raised.message == (
        "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy "
        r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"
    )


def test_every_problem_is_counted() -> None:
    raised = refusal("CreateUser", UserName="a b", Path="x")

    assert raised.message.startswith("2 validation errors detected: Value 'x' at 'path'")
    assert "; Value 'a b' at 'userName'" in raised.message


def test_an_enumeration_lists_its_values() -> None:
    raised = refusal("UpdateAccessKey", AccessKeyId="AKIAIOSFODNN7EXAMPLE", Status="On")

    assert (
        "Value 'On' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active,"
        in raised.message
    )


def test_elements_that_are_plain_values_are_reported_with_their_list() -> None:
    raised = refusal("GetAccountAuthorizationDetails", **{"Filter.member.1": "Nobody"})

    assert raised.message.startswith(
        "1 validation error detected: Value '[Nobody]' at 'filter' failed to satisfy constraint: "
        "Member must satisfy constraint: [Member must satisfy enum value set: [User, Role,"
    )


NOT_WHOLE = ["alice\n", "alice\nbob", "\nalice", "ali\u00e7e", "al\u0131ce", "alice\x00", "\u0661"]


@pytest.mark.parametrize("name", NOT_WHOLE)
def test_a_pattern_is_matched_whole_and_in_ascii(name: str) -> None:
    assert "regular expression pattern" in refusal("GetUser", UserName=name).message


def test_tags_may_hold_letters_of_any_script() -> None:
    parameters = {"Tags.member.1.Key": "équipe 漢", "Tags.member.1.Value": "Ж"}
    sent = form({"Action": "CreateUser", "Version": "2010-05-08", "UserName": "a", **parameters})

    assert parse(route(sent, hosts=HOSTS), sent)["Tags"] == [{"Key": "équipe 漢", "Value": "Ж"}]
    assert (
        "pattern"
        in refusal("TagUser", UserName="a", **{**parameters, "Tags.member.1.Key": "a;b"}).message
    )


SECRET = [
    # action                parameters
    ("CreateLoginProfile",  {"UserName": "a", "Password": "pass\x00phrase"}),
    ("ChangePassword",      {"OldPassword": "x" * 200, "NewPassword": "y" * 200}),
    ("EnableMFADevice",     {"UserName": "a", "SerialNumber": "GAHT12345678", "AuthenticationCode1": "abc123", "AuthenticationCode2": "4"}),
    ("UploadServerCertificate", {"ServerCertificateName": "a", "CertificateBody": "b", "PrivateKey": "\x00key"}),
]  # fmt: skip


@pytest.mark.parametrize(("action", "parameters"), SECRET)
def test_secrets_are_not_repeated_in_messages(action: str, parameters: dict[str, str]) -> None:
    message = refusal(action, **parameters).message

    assert "Value at '" in message
    for name, value in parameters.items():
        if name not in {"UserName", "SerialNumber", "ServerCertificateName", "CertificateBody"}:
            assert value not in message


def test_very_long_values_are_not_repeated() -> None:
    message = refusal("CreateUser", UserName="a" * 10_000).message

    assert message.startswith("1 validation error detected: Value at 'userName'")


@pytest.mark.parametrize("service", MODELS)
def test_every_pattern_of_the_model_can_be_read(service: str) -> None:
    for name in MODELS[service].shape_names:
        for rule in rules(MODELS[service].shape_for(name)):
            rule.holds("1") if rule.sentence.endswith("pattern") else None
        checker(MODELS[service].shape_for(name))


def test_unicode_classes_stand_beside_no_ascii_ones() -> None:
    for model in MODELS.values():
        for name in model.shape_names:
            pattern = model.shape_for(name).metadata.get("pattern", "")
            assert not (r"\p{" in pattern and re.search(r"\\[wdsb]", pattern))


S3 = [
    # method  target                 headers                                  body               code
    ("GET",   "/b?max-keys=x",       {},                                      b"",               "InvalidArgument"),
    ("GET",   "/b?max-keys=99999999999", {},                                  b"",               "InvalidArgument"),
    ("GET",   "/b?encoding-type=x",  {},                                      b"",               "InvalidArgument"),
    ("GET",   "/b?prefix=a&prefix=b", {},                                     b"",               "InvalidArgument"),
    ("GET",   "/b/k?response-content-type=a%0d%0aset-cookie:b", {},           b"",               "InvalidArgument"),
    ("GET",   "/b/k",                {"if-modified-since": "then"},           b"",               "InvalidArgument"),
    ("PUT",   "/b/k",                {"x-amz-storage-class": "FAST"},         b"",               "InvalidStorageClass"),
    ("PUT",   "/b/k",                {"x-amz-acl": "everybody"},              b"",               "InvalidArgument"),
    ("PUT",   "/b/k?uploadId=u",     {},                                      b"",               "InvalidRequest"),
    ("GET",   "/b/k?attributes",     {},                                      b"",               "InvalidRequest"),
    ("GET",   "/b/k?attributes",     {"x-amz-object-attributes": "ETag,Colour"}, b"",            "InvalidArgument"),
    ("PUT",   "/b?versioning",       {},                                      b"",               "MissingRequestBodyError"),
    ("PUT",   "/b?versioning",       {},                                      b"<VersioningConfiguration><Status>On</Status></VersioningConfiguration>", "MalformedXML"),
    ("POST",  "/b?delete",           {},                                      b"<Delete><Quiet>true</Quiet></Delete>", "MalformedXML"),
    ("PUT",   "/b?policy",           {},                                      b"\xff",           "InvalidRequest"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "headers", "body", "code"), S3)
def test_s3_says_it_in_words_of_its_own(
    method: str, target: str, headers: dict[str, str], body: bytes, code: str
) -> None:
    sent = request(method, target, body, signed_for="s3", headers=headers)

    with pytest.raises(AwsError) as caught:
        parse(route(sent, hosts=HOSTS), sent)

    assert S3_CODES.get(caught.value.code, caught.value.code) == code
    assert caught.value.status == 400
