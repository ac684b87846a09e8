"""A session for whom a certificate proves: what the profile gives, and the role trusts.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authorization.html
"""

from typing import Any

from doorward.authn.caller import Session
from doorward.authn.x509_request import Certified
from doorward.base.arn import Arn
from doorward.base.errors import AwsError
from doorward.server import service_roles
from doorward.server.anywhere import anchors
from doorward.server.anywhere.asked import Asked
from doorward.server.running import Running
from doorward.server.service_roles import Given
from doorward.services.rolesanywhere import attributes, mappings
from doorward.services.rolesanywhere.attributes import ISSUER, SAN, SUBJECT, Attributes
from doorward.services.rolesanywhere.errors import AccessDenied, ValidationException
from doorward.services.rolesanywhere.resources import PASSED_TO
from doorward.services.sts import credentials
from doorward.services.sts.errors import PackedPolicyTooLarge, ValidationError
from doorward.services.sts.session_tags import SessionTags
from doorward.store.tables.rolesanywhere import PROFILE, AnywhereResource

MOST_TAGS = 50


class Made:
    """A session, and how much of its room policies and tags take."""

    def __init__(self, session: Session, size: int | None) -> None:
        self.session = session
        self.size = size


def make(running: Running, certified: Certified, asked: Asked) -> Made:
    """The session that *certified* may have.

    Raises:
        ResourceNotFound: there is no such profile.
        AccessDenied: the profile is disabled or has not the role, the role does not trust the
            certificate, or the session may not be named.
        ValidationException: the session would be too long, or has too many tags.
    """
    profile = _profile(running, certified, asked)
    details = profile.details
    found = attributes.tags(certified.certificate, mappings.by_field(details["attributeMappings"]))
    given = Given(
        tags=found.tags,
        source_identity=attributes.source_identity(certified.certificate),
        policies=(details["sessionPolicy"],) if "sessionPolicy" in details else (),
        policy_arns=tuple(details["managedPolicyArns"]),
        within_role=True,
    )
    size = _size(running, certified, given)
    seconds = min(asked.duration_seconds or details["durationSeconds"], details["durationSeconds"])
    try:
        caller = service_roles.assume(
            running,
            PASSED_TO,
            asked.role_arn,
            source_arn=certified.anchor.arn,
            source_account=certified.anchor.account,
            session_name=asked.session_name or attributes.serial(certified.certificate),
            region=certified.region,
            duration_seconds=seconds,
            given=given,
        )
    except ValidationError as error:
        raise ValidationException(error.message) from error
    except AwsError as error:
        raise AccessDenied(refusal(asked.role_arn, found)) from error
    assert caller.session is not None  # noqa: S101 - a service in a role has one
    return Made(caller.session, size)


def _profile(running: Running, certified: Certified, asked: Asked) -> AnywhereResource:
    """The profile that is asked for, which lets the role be had.

    Raises:
        ResourceNotFound, AccessDenied, ValidationException: as `make` says.
    """
    anchor = certified.anchor
    with running.database.moment(), running.database.read() as db:
        profile = anchors.named(
            db, running, PROFILE, asked.profile_arn, account=anchor.account, region=anchor.region
        )
    if not profile.enabled:
        raise AccessDenied("The profile is disabled")  # assumed wording
    role = Arn.parse(asked.role_arn)
    same_account = role is not None and role.account == anchor.account
    if not same_account or asked.role_arn not in profile.details["roleArns"]:
        raise AccessDenied(f"The profile has not the role {asked.role_arn}")  # assumed wording
    if asked.session_name and not profile.details["acceptRoleSessionName"]:
        raise AccessDenied("Not authorized to set roleSessionName.")
    if profile.details["requireInstanceProperties"] and not asked.properties:
        raise ValidationException("Instance properties are required")  # assumed wording
    return profile


def _size(running: Running, certified: Certified, given: Given) -> int | None:
    """How much of the session's room its policies and tags take, in percent.

    Raises:
        ValidationException: more than there is, or a managed policy is not there.
    """
    if len(given.tags) > MOST_TAGS:
        raise ValidationException(f"A session has at most {MOST_TAGS} tags")
    account = certified.anchor.account
    for arn in given.policy_arns:
        if running.live.managed_policy(account, arn) is None:
            raise ValidationException(f"Policy ARN {arn} does not exist.")
    policies = credentials.SessionPolicies(given.policies, given.policy_arns)
    try:
        return credentials.packed_size(policies, SessionTags(given.tags, ()))
    except PackedPolicyTooLarge as error:
        raise ValidationException(error.message) from error


def refusal(role_arn: str, found: Attributes) -> str:
    """Why a role is not given; with the attributes that the trust policy did not see."""
    text = f"Unable to assume role for {role_arn}"
    if not any(found.dropped.values()):
        return text
    shown = "; ".join(
        f"{name}: [ {', '.join(found.dropped[field])} ]"
        for name, field in (("Issuer", ISSUER), ("Subject", SUBJECT), ("SAN", SAN))
    )
    return f"{text}. Some attributes failed to be mapped into session tags. {shown}"


def shown(running: Running, made: Made, role_arn: str) -> dict[str, Any]:
    """The one entry of `credentialSet`."""
    session = made.session
    partition = running.settings.partition
    name = f"assumed-role/{session.principal_name}/{session.session_name}"
    return {
        "assumedRoleUser": {
            "arn": f"arn:{partition}:sts::{session.account}:{name}",
            "assumedRoleId": f"{session.principal_id}:{session.session_name}",
        },
        "credentials": {
            "accessKeyId": session.access_key_id,
            "secretAccessKey": session.secret,
            "sessionToken": running.tokens.seal(session),
            "expiration": session.expires_at,
        },
        "packedPolicySize": made.size,
        "roleArn": role_arn,
        "sourceIdentity": session.source_identity,
    }
