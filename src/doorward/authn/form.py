"""Uploads from a browser: a form with a signed policy.

Two versions of signing: boto3 makes forms of version 2 for us-east-1 unless told otherwise.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from doorward.authn import form_policy, signing, sigv2
from doorward.authn.caller import AuthType, Caller, Signature, prove
from doorward.authn.claim import Claim, Unreadable, check_scope, credential, moment
from doorward.authn.credentials import FindKey, resolve
from doorward.authn.errors import (
    Family,
    InvalidArgument,
    Refused,
    WrongSignature,
)
from doorward.authn.form_policy import FormPolicy
from doorward.authn.signing import ALGORITHM
from doorward.authn.token import Tokens
from doorward.base.http import HttpRequest

FIELDS = ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
TOKEN = "x-amz-security-token"  # noqa: S105 - the name of a field
FIELDS_2 = ("AWSAccessKeyId", "policy", "signature")
VERSION_2 = frozenset({"awsaccesskeyid", "signature"})
VERSION_4 = frozenset(FIELDS) - {"policy"}
OUTSIDE = ("x-amz-algorithm", "x-amz-signature", "awsaccesskeyid", "signature")
ONE_WAY = (
    "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query "
    "string parameter or the Authorization header should be specified"
)


class VerifiedForm(NamedTuple):
    """The caller, and the policy of the form; an anonymous upload has none.

    The policy has been held against the fields; the size of the file has not.
    """

    caller: Caller
    policy: FormPolicy | None


def verify_form(
    fields: Sequence[tuple[str, str]],
    *,
    bucket: str,
    find_key: FindKey,
    tokens: Tokens,
    now: datetime,
) -> VerifiedForm:
    """The caller of a form upload to *bucket*, the one in the URL.

    *fields* are those before `file`, as the upload will use them: `key` with its `${filename}`
    put in. Names compare without case.

    Raises:
        Unauthenticated: the form is not believed, or its policy does not allow it.
    """
    found = by_name(fields)
    if not found.keys() & {*FIELDS, *VERSION_2, TOKEN}:
        return VerifiedForm(prove(Signature(AuthType.NONE)), None)
    if found.keys() & VERSION_2:
        caller = _version_2(found, find_key, tokens, now)
    else:
        caller = _version_4(found, find_key, tokens, now)
    policy = form_policy.read(found["policy"])
    policy.check(found, bucket, now)
    return VerifiedForm(caller, policy)


def refuse_others(request: HttpRequest) -> None:
    """Refuse a form whose *request* is signed in another way too: the fields alone count.

    Raises:
        InvalidArgument: its header or query holds a signature.
    """
    names = {one.partition("=")[0].lower() for one in request.query.split("&")}
    header = request.header("authorization")
    if header is not None or names.intersection(OUTSIDE):
        raise InvalidArgument(Family.S3, ONE_WAY, "Authorization", header or "")


def by_name(fields: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Fields by lower-case name.

    Raises:
        InvalidArgument: one is given twice, so that it is not clear which one counts.
    """
    found: dict[str, str] = {}
    for name, value in fields:
        if name.lower() in found:
            raise InvalidArgument(
                Family.S3, f"POST requires exactly one field of name '{name}'.", name, value
            )
        found[name.lower()] = value
    return found


def _version_4(
    found: Mapping[str, str], find_key: FindKey, tokens: Tokens, now: datetime
) -> Caller:
    claim = _claim(found)
    check_scope(claim, "s3", Family.S3)
    credentials = resolve(
        claim.access_key_id,
        claim.token,
        find_key=find_key,
        tokens=tokens,
        now=now,
        family=Family.S3,
    )
    key = signing.signing_key(credentials.secret, claim.scope)
    to_sign = found["policy"].encode()
    if not signing.same(claim.signature, signing.signature(key, to_sign)):
        raise credentials.refusal or WrongSignature(
            Family.S3, claim.access_key_id, claim.signature, to_sign, None
        )
    return credentials.prove(_facts(claim, now))


def _version_2(
    found: Mapping[str, str], find_key: FindKey, tokens: Tokens, now: datetime
) -> Caller:
    if found.keys() & VERSION_4:
        raise InvalidArgument(Family.S3, ONE_WAY, "signature", "")
    _require(found, FIELDS_2)
    key_id, signature = found["awsaccesskeyid"], found["signature"]
    credentials = resolve(
        key_id, found.get(TOKEN), find_key=find_key, tokens=tokens, now=now, family=Family.S3
    )
    to_sign = found["policy"].encode()
    if not signing.same(signature, sigv2.signature(credentials.secret, to_sign)):
        refusal = credentials.refusal
        raise refusal or WrongSignature(Family.S3, key_id, signature, to_sign, None)
    return credentials.prove(sigv2.facts(AuthType.FORM))


def _require(found: Mapping[str, str], names: Sequence[str]) -> None:
    """Refuse a form that lacks a field of its signature."""
    for name in names:
        if not found.get(name.lower()):
            raise InvalidArgument(
                Family.S3,
                f"Bucket POST must contain a field named '{name}'.  "
                "If it is specified, please check the order of the fields.",
                name,
                "",
            )


def _claim(found: Mapping[str, str]) -> Claim:
    _require(found, FIELDS)
    if found["x-amz-algorithm"] != ALGORITHM:
        problem = f'X-Amz-Algorithm only supports "{ALGORITHM}"'
        raise InvalidArgument(Family.S3, problem, "x-amz-algorithm", found["x-amz-algorithm"])
    try:
        key_id, scope = credential(found["x-amz-credential"])
        signed_at = moment(found["x-amz-date"])
    except Unreadable as error:
        raise Refused(
            "Invalid according to Policy: the credential or date is mal-formed"
        ) from error
    return Claim(
        AuthType.FORM,
        key_id,
        scope,
        found["x-amz-date"],
        signed_at,
        "",
        found["x-amz-signature"],
        found.get(TOKEN),
    )


def _facts(claim: Claim, now: datetime) -> Signature:
    age = int((now - claim.signed_at).total_seconds() * 1000)
    scope = claim.scope
    return Signature(AuthType.FORM, scope.region, scope.service, claim.signed_at, age)
