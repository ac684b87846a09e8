"""What each family of services answers to a request that is not believed."""

import pytest

from authn.clients import KEY
from doorward.authn import errors
from doorward.authn.errors import Family

ANSWERS = [
    # cause                                         family            code                                  status
    (errors.MissingCredentials(Family.QUERY), "MissingAuthenticationToken", 403),
    (errors.MissingCredentials(Family.JSON), "MissingAuthenticationTokenException", 400),
    (errors.MissingCredentials(Family.S3), "AccessDenied", 403),
    (errors.UnknownKey(Family.QUERY, KEY.id), "InvalidClientTokenId", 403),
    (errors.UnknownKey(Family.JSON, KEY.id), "UnrecognizedClientException", 400),
    (errors.UnknownKey(Family.REST_JSON, KEY.id), "UnrecognizedClientException", 403),
    (errors.UnknownKey(Family.S3, KEY.id), "InvalidAccessKeyId", 403),
    (errors.WrongToken(Family.S3, "t"), "InvalidToken", 400),
    (errors.ExpiredToken(Family.QUERY, "t"), "ExpiredToken", 403),
    (errors.ExpiredToken(Family.JSON, "t"), "ExpiredTokenException", 400),
    (errors.ExpiredToken(Family.S3, "t"), "ExpiredToken", 400),
    (errors.Incomplete(Family.QUERY, "x"), "IncompleteSignature", 400),
    (errors.Incomplete(Family.S3, "x"), "AuthorizationHeaderMalformed", 400),
    (errors.WrongSignature(Family.JSON, KEY.id, "0", b"", b""), "InvalidSignatureException", 400),
    (errors.UnsignedHeaders(Family.QUERY, ["host"]), "SignatureDoesNotMatch", 403),
    (errors.TimeTooSkewed("a", "b", 1), "RequestTimeTooSkewed", 403),
]  # fmt: skip


@pytest.mark.parametrize(("error", "code", "status"), ANSWERS)
def test_each_family_is_answered_in_its_own_words(error, code, status):
    assert (error.code, error.status) == (code, status)
    assert error.message


PROTOCOLS = [
    # protocol              signing name  family
    ("query", "iam", Family.QUERY),
    ("ec2", "ec2", Family.QUERY),
    ("json", "organizations", Family.JSON),
    ("smithy-rpc-v2-cbor", "logs", Family.JSON),
    ("rest-json", "lambda", Family.REST_JSON),
    ("rest-xml", "s3", Family.S3),
    ("rest-xml", "cloudfront", Family.QUERY),
]  # fmt: skip


@pytest.mark.parametrize(("protocol", "signing_name", "family"), PROTOCOLS)
def test_a_service_belongs_to_the_family_of_its_protocol(protocol, signing_name, family):
    assert Family.of(protocol, signing_name) is family


def test_only_s3_shows_what_it_signed():
    error = errors.WrongSignature(Family.QUERY, KEY.id, "0", b"to sign", b"canonical")

    assert error.details == {}
