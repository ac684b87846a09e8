"""AssumeRoleWithSAML.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authz.access import Access
from doorward.base import arn
from doorward.engine.request import PrincipalKind
from doorward.services.context import Context
from doorward.services.operation import Output, Parameters
from doorward.services.sts import federated, origin
from doorward.services.sts.errors import Denied
from doorward.services.sts.federated import Grant, Verified
from doorward.services.sts.origin import Origin
from doorward.services.sts.service import sts
from doorward.store import saml_providers, spent_tokens
from doorward.store.tables.provider import SamlProvider

if TYPE_CHECKING:
    from doorward.authn.saml import Assertion

HOUR = 3_600
NOT_AUTHORIZED = "Not authorized to perform sts:AssumeRoleWithSAML"
UNKNOWN = "Specified provider doesn't exist."
LEAST_SECONDS = 1


class VerifiedAssertion(Verified):
    """A response that was verified; its assertion works once, under the id *spend*."""

    __slots__ = ("assertion", "spend")

    assertion: "Assertion"
    spend: str


def presented(ctx: Context, parameters: Parameters) -> Callable[[], Parameters]:
    """Verifies the response of a request.

    Raises:
        ValidationError: the role's ARN is none.
        InvalidIdentityToken: there is no such provider in the role's account.
    """
    # Not at the top: an XML library is costly to import, and an extra.
    try:
        from doorward.authn import saml  # noqa: PLC0415
        from doorward.authn.saml_conditions import Unnamed  # noqa: PLC0415
    except ImportError as error:
        sentence = "This server was installed without SAML: pip install 'doorward[saml]'"
        raise InvalidIdentityToken(sentence) from error

    account = federated.account_of(parameters["RoleArn"])
    found = provider_of(ctx, account, parameters["PrincipalArn"])
    keys = saml_providers.private_keys(ctx.db, account, found.name)
    provider = saml.Provider(
        found.entities,
        found.valid_until,
        found.uuid,
        ctx.assertion_consumers,
        encrypted_only=found.encryption == "Required",
        private_keys=[saml_providers.opened(ctx.secrets, key) for key in keys],
    )

    def verify() -> Parameters:
        try:
            assertion = saml.verify(parameters["SAMLAssertion"], provider, ctx.now)
        except Unnamed as error:
            raise Denied(NOT_AUTHORIZED) from error
        return {**parameters, "SAMLAssertion": proof(ctx, parameters, account, found, assertion)}

    return verify


def provider_of(ctx: Context, account: str, provider_arn: str) -> SamlProvider:
    """The provider of that ARN, in the account of the role (assumed: no other is asked).

    Raises:
        InvalidIdentityToken: there is none.
    """
    name = provider_arn.rpartition("/")[2]
    found = saml_providers.find(ctx.db, account, name)
    if found is None or arn.iam(ctx.partition, account, f"saml-provider/{name}") != provider_arn:
        raise InvalidIdentityToken(UNKNOWN)
    return found


def proof(
    ctx: Context,
    parameters: Parameters,
    account: str,
    provider: SamlProvider,
    assertion: "Assertion",
) -> VerifiedAssertion:
    """The verified response, and what it is good for.

    Raises:
        Denied: the assertion does not name this role with this provider.
    """
    from doorward.authn import saml_keys  # noqa: PLC0415 - as above

    provider_arn: str = parameters["PrincipalArn"]
    said = assertion.attributes
    if (parameters["RoleArn"], provider_arn) not in said.roles:
        raise Denied(NOT_AUTHORIZED)
    subject = assertion.subject
    qualifier = saml_keys.name_qualifier(assertion.issuer, account, provider.name)
    lasting = {
        "saml:namequalifier": qualifier,
        "saml:sub": subject.name,
        "saml:sub_type": subject.kind,
    }
    propagated = _origin(provider, provider_arn, assertion)
    keys = saml_keys.of_attributes(said.values) | lasting
    keys["saml:aud"], keys["saml:iss"] = subject.recipient, assertion.issuer
    keys["saml:doc"] = f"{account}/{provider.name}"
    grant = Grant(
        said.session_name,
        keys,
        lasting | (propagated.keys if propagated else {}),
        tags=said.tags,
        transitive=said.transitive,
        source_identity=said.source_identity,
        longest_seconds=_longest(ctx, assertion),
        shown={
            "Subject": subject.name,
            "SubjectType": subject.kind,
            "Issuer": assertion.issuer,
            "Audience": subject.recipient,
            "NameQualifier": qualifier,
            **(propagated.shown if propagated and not assertion.encrypted else {}),
        },
    )
    userid = f"{qualifier}:{subject.name}"
    identity = {
        "type": "SAMLUser",
        "principalId": userid,
        "userName": subject.name,
        "identityProvider": qualifier,
    }
    text = parameters["SAMLAssertion"]
    kind = PrincipalKind.SAML
    plain = federated.verified(text, kind, provider_arn, account, userid, identity, grant)
    found = VerifiedAssertion(text)
    found.by, found.account, found.identity = plain.by, plain.account, plain.identity
    found.grant, found.assertion = grant, assertion
    once = f"saml\0{account}\0{assertion.issuer}\0{assertion.id}"
    found.spend = hashlib.sha256(once.encode()).hexdigest()
    return found


def _origin(provider: SamlProvider, provider_arn: str, assertion: "Assertion") -> Origin | None:
    """For whom the session acts; the issuer is named by the key that signed."""

    def read(name: str) -> str | None:
        found = assertion.attributes.values.get(name, ())
        return found[0] if len(found) == 1 else None

    return origin.of(provider.propagation, provider_arn, assertion.key_hash, read)


def _longest(ctx: Context, assertion: "Assertion") -> int | None:
    """How many seconds the session may last, None where the assertion does not say."""
    found = [assertion.attributes.duration_seconds] if assertion.attributes.duration_seconds else []
    if assertion.session_until:
        left = int((assertion.session_until - ctx.now).total_seconds())
        found.append(max(LEAST_SECONDS, left))
    return min(found, default=None)


def assumed(ctx: Context, parameters: Parameters) -> Iterator[Access]:
    """The role, for whom the assertion names."""
    action = "sts:AssumeRoleWithSAML"
    return federated.accesses(ctx, action, parameters["RoleArn"], parameters["SAMLAssertion"])


@sts.operation(on=assumed, reads=False, unsigned=True, prove=presented, name="AssumeRoleWithSAML")
def assume_role_with_saml(
    ctx: Context,
    *,
    role_arn: str,
    principal_arn: str,
    saml_assertion: str,
    policy_arns: list[dict[str, str]] | None = None,
    policy: str | None = None,
    duration_seconds: int = HOUR,
    minimum_session_token_size: int | None = None,
) -> Output:
    """Issue credentials of a role to whom a SAML assertion names; each assertion works once.

    It is used up in the transaction that also writes the event, and only where credentials are
    issued (assumed: AWS does not say whether assertions can be used again).

    Raises:
        InvalidIdentityToken: the assertion was used before, or not verified.
        ValidationError: the duration is longer than the role allows.
        MalformedPolicyDocument, PackedPolicyTooLarge: a session policy cannot be used.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
    """
    del principal_arn
    output = federated.issue(
        ctx,
        saml_assertion,
        role_arn,
        policy=policy,
        policy_arns=policy_arns,
        duration_seconds=duration_seconds,
        at_least=minimum_session_token_size,
    )
    if not isinstance(saml_assertion, VerifiedAssertion):
        raise InvalidIdentityToken("The token was not verified.")
    expires_at = saml_assertion.assertion.usable_until
    if not spent_tokens.spend(ctx.db, saml_assertion.spend, expires_at=expires_at, now=ctx.now):
        raise InvalidIdentityToken("The SAML assertion was used before")  # assumed wording
    return output
