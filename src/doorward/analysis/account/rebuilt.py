"""Requests as far as CloudTrail's records tell of them.

A record has who called which operation from where, and some of the parameters. The condition keys
that it does not carry, such as the tags of a resource, are not known; nor are session policies.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from doorward.analysis.account.narrowing import SOME
from doorward.analysis.trail.wanted import is_denial
from doorward.base.arn import Arn, is_account
from doorward.catalog import actions
from doorward.catalog.globs import matches
from doorward.engine.match import UNKNOWN
from doorward.engine.request import Value

BY_NOBODY = frozenset({"AwsServiceEvent", "AwsConsoleSignIn", "AwsCloudTrailInsight"})
PREFIXES = {"monitoring": "cloudwatch", "tagging": "tag", "email": "ses"}
"""Event sources whose actions have another prefix."""

VERSION = re.compile(r"\d{8}(v\d+)?$")
"""What Lambda and others put behind the name of an operation."""

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
# https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
NAMES = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "s3:CopyObject": "s3:PutObject",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:DeleteBucketCors": "s3:PutBucketCORS",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "s3:ListObjects": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListParts": "s3:ListMultipartUploadParts",
    "s3:PostObject": "s3:PutObject",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
    "s3:SelectObjectContent": "s3:GetObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:UploadPartCopy": "s3:PutObject",
}
FIXED = ("partition", "region", "account")
PARAMETERS = {"objectname": ("key",), "queuename": ("queueurl",), "secretid": ("secretid", "name")}
"""Parameters that fill a variable of an ARN and are named otherwise."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A request: `resource` is a literal, or a pattern where `template` has what is not known.

    `given` are the values of condition keys that the record tells of, None for what is certain to
    be absent. `denied` says that a policy refused it. `perhaps` says that the event does not name
    the resource, and that it is one of those of several such requests.
    """

    principal: str
    account: str
    action: str
    resource: str
    template: str
    given: Mapping[str, Value | None]
    denied: bool
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """A record from which no request is made, and why."""

    reason: str


def requests(record: Mapping[str, Any]) -> tuple[Rebuilt, ...] | Passed:
    """The requests that *record* tells of, several where an action works on several resources."""
    if record.get("eventType") in BY_NOBODY:
        return Passed("not decided by policies of the account")
    code = record.get("errorCode")
    denied = is_denial(code if isinstance(code, str) else None)
    if code and not denied:
        return Passed("failed for another reason than a policy")
    identity = record.get("userIdentity")
    who = _principal(identity) if isinstance(identity, Mapping) else None
    if who is None:
        return Passed("made by a service, by root or by somebody from outside")
    action = _action(record)
    if action is None:
        return Passed("of an operation that is no action of the catalogue")
    owner = str(record.get("recipientAccountId") or "")
    given = dict(_given(record, identity if isinstance(identity, Mapping) else {}))
    found = _resources(action, record, owner)
    return tuple(
        Rebuilt(who, _account(who), action.full_name, one.replace(UNKNOWN, "*"), one, given, denied)
        for one in found
    )


def _account(arn: str) -> str:
    parsed = Arn.parse(arn)
    return parsed.account if parsed else ""


def _principal(identity: Mapping[str, Any]) -> str | None:
    """The ARN of the user, or of the role behind the session."""
    if identity.get("type") == "IAMUser":
        arn = identity.get("arn")
        return str(arn) if arn else None
    if identity.get("type") == "AssumedRole":
        context = identity.get("sessionContext")
        issuer = context.get("sessionIssuer") if isinstance(context, Mapping) else None
        arn = issuer.get("arn") if isinstance(issuer, Mapping) else None
        return str(arn) if arn else None
    return None


def _action(record: Mapping[str, Any]) -> actions.Action | None:
    source = str(record.get("eventSource", "")).partition(".")[0]
    service = PREFIXES.get(source, source)
    name = str(record.get("eventName", ""))
    for written in (f"{service}:{name}", f"{service}:{VERSION.sub('', name)}"):
        found = actions.find(NAMES.get(written, written))
        if found is not None:
            return found
    return None


def _given(
    record: Mapping[str, Any], identity: Mapping[str, Any]
) -> Iterator[tuple[str, Value | None]]:
    """The condition keys that the record tells of.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    """
    at = record.get("eventTime")
    if isinstance(at, str):
        yield "aws:currenttime", at
    if region := record.get("awsRegion"):
        yield "aws:requestedregion", str(region)
    if agent := record.get("userAgent"):
        yield "aws:useragent", str(agent)
    invoked_by = record.get("invokedBy") or identity.get("invokedBy")
    yield "aws:viaawsservice", "true" if invoked_by else "false"
    address = str(record.get("sourceIPAddress", ""))
    endpoint = record.get("vpcEndpointId")
    if endpoint:
        yield "aws:sourcevpce", str(endpoint)
    else:
        yield from dict.fromkeys(("aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip")).items()
        if _is_address(address):
            yield "aws:sourceip", address
    if isinstance(record.get("tlsDetails"), Mapping):
        yield "aws:securetransport", "true"
    context = identity.get("sessionContext")
    context = context if isinstance(context, Mapping) else {}
    attributes = context.get("attributes")
    told = attributes.get("mfaAuthenticated") if isinstance(attributes, Mapping) else None
    if told is not None:
        yield "aws:multifactorauthpresent", str(told).lower()
    elif identity.get("type") == "IAMUser":
        yield "aws:multifactorauthpresent", None
    source = context.get("sourceIdentity")
    yield "aws:sourceidentity", str(source) if source else None
    if (unique := identity.get("principalId")) and identity.get("type") == "AssumedRole":
        yield "aws:userid", str(unique)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:  # a service, or `AWS Internal`
        return False
    return True


def _resources(action: actions.Action, record: Mapping[str, Any], owner: str) -> tuple[str, ...]:
    """The ARNs that the request was about, as templates of what is not known of them."""
    if not action.resource_types:
        return (SOME,)
    named = _Named(record, owner)
    kinds = [
        (one, kind.arn)
        for one in action.resource_types
        if (kind := actions.resource_type(action.service, one.name)) is not None
    ]
    required = [arn for one, arn in kinds if one.required]
    if required:
        return tuple(named.arn(arn) or named.template(arn) for arn in required)
    for _, arn in kinds:
        if found := named.arn(arn):
            return (found,)
    # Where an action may do without a resource, it is authorized on `*` then.
    return (SOME, *(named.template(arn) for _, arn in kinds))


class _Named:
    """What a record names."""

    def __init__(self, record: Mapping[str, Any], owner: str) -> None:
        self.listed: list[str] = []
        for one in record.get("resources") or ():
            if isinstance(one, Mapping) and (arn := one.get("ARN") or one.get("arn")):
                self.listed.append(str(arn))
                account = str(one.get("accountId", ""))
                owner = account if is_account(account) else owner
        found = record.get("requestParameters")
        self.parameters: dict[str, str] = {}
        for key, value in (found if isinstance(found, Mapping) else {}).items():
            if isinstance(value, str) and value:
                self.parameters.setdefault(_plain(key), value)
                if value.startswith("arn:"):
                    self.listed.append(value)
        self.values = {
            "partition": self.listed[0].split(":")[1] if self.listed else "aws",
            "region": str(record.get("awsRegion", "")),
            "account": owner,
        }

    def arn(self, written: str) -> str | None:
        """The ARN that the record names or makes of the type *written*, None where it is not."""
        pattern = re.sub(r"\$\{[^}]*\}", "*", written)
        found = next((one for one in self.listed if _fits(pattern, one)), None)
        if found is not None:
            return found
        made = self.template(written)
        return None if UNKNOWN in made else made

    def template(self, written: str) -> str:
        """The ARN of the type *written*, with what is not known in it."""
        return re.sub(r"\$\{([^}]*)\}", self._value, written)

    def _value(self, found: "re.Match[str]") -> str:
        name = _plain(found[1])
        if name in FIXED:
            return self.values[name]
        path = name.endswith("withpath")
        name = name.removesuffix("withpath")
        for one in (name, *PARAMETERS.get(name, ())):
            value = self.parameters.get(one)
            if value is None or value.startswith("arn:"):
                continue
            if one == "queueurl":
                return value.rpartition("/")[2]
            if path:  # names of users and roles stand in parameters without their paths
                return UNKNOWN + value
            return value + UNKNOWN if name == "secretid" else value
        return UNKNOWN


def _plain(name: str) -> str:
    return "".join(one for one in name.lower() if one.isalnum())


def _fits(pattern: str, arn: str) -> bool:
    """Whether *arn* is of the type *pattern*; an object's ARN is not that of its bucket."""
    return matches(pattern, arn) and ("/" in pattern.rpartition(":")[2]) == (
        "/" in arn.rpartition(":")[2]
    )
