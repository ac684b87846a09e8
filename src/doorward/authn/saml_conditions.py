"""What an assertion demands of whoever takes it: audience, recipient, times, subject.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from doorward.authn.identity_errors import ExpiredIdentityToken, InvalidIdentityToken
from doorward.authn.saml_xml import SAML, Element, Malformed, children, content, moment, only

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
REDEEMED_WITHIN = timedelta(minutes=5)
SKEW = timedelta(minutes=1)  # how far clocks may differ is assumed
AUDIENCES = ("urn:amazon:webservices", "https://signin.aws.amazon.com/saml")
AWS_CONSUMER = re.compile(r"https://([a-z0-9-]+\.)?signin\.aws\.amazon\.com/saml", re.ASCII)
UNDERSTOOD = frozenset(
    SAML + name for name in ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")
)
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:"
LATE = "Token must be redeemed within 5 minutes of issuance"
AUDIENCE = "Response does not contain the required audience."


class Unnamed(Exception):
    """The assertion does not say of whom it is."""


class Subject(NamedTuple):
    """Of whom an assertion is. `kind` is the name's format, without the prefix of SAML 2.0."""

    name: str
    kind: str
    recipient: str


class Consumers(NamedTuple):
    """Where assertions may be sent: URLs of our own, and the id of the provider after AWS's."""

    urls: tuple[str, ...]
    uuid: str

    def take(self, url: str) -> bool:
        """Whether *url* is one of them."""
        if url in self.urls:
            return True
        suffix = f"/acs/{self.uuid}" if self.uuid else ""
        return bool(AWS_CONSUMER.fullmatch(url.removesuffix(suffix) if suffix else url))


def check_conditions(assertion: Element, consumers: Consumers, now: datetime) -> None:
    """Refuse an assertion that is not for us, or not now; what is not understood is refused.

    Raises:
        Malformed: there are no conditions, or one that is unknown.
        InvalidIdentityToken: it is for another audience, or not yet good.
        ExpiredIdentityToken: it is over.
    """
    conditions = only(assertion, SAML + "Conditions")
    if any(one.tag not in UNDERSTOOD for one in conditions):
        raise Malformed("an unknown condition")
    restrictions = children(conditions, SAML + "AudienceRestriction")
    ours = {*AUDIENCES, *consumers.urls}
    for one in restrictions:
        if not ours & {content(audience) for audience in children(one, SAML + "Audience")}:
            raise InvalidIdentityToken(AUDIENCE)
    if not restrictions:
        raise InvalidIdentityToken(AUDIENCE)
    _check_window(conditions, now)


def _check_window(element: Element, now: datetime) -> None:
    """Refuse what is not yet or no longer good; both attributes may be left out."""
    begins, ends = element.get("NotBefore"), element.get("NotOnOrAfter")
    if begins is not None and now + SKEW < moment(begins):
        raise InvalidIdentityToken("The SAML response is not yet valid")  # assumed wording
    if ends is not None and now >= moment(ends):
        raise ExpiredIdentityToken(LATE)


def subject(assertion: Element, consumers: Consumers, now: datetime) -> Subject:
    """Of whom *assertion* is, confirmed for one of *consumers*.

    Raises:
        Malformed: it is not confirmed by bearer, just once.
        Unnamed: it has no name in the clear.
        InvalidIdentityToken: it is for another recipient.
        ExpiredIdentityToken: it is over.
    """
    found = only(assertion, SAML + "Subject")
    names = children(found, SAML + "NameID")
    if len(names) != 1 or not content(names[0]) or children(found, SAML + "EncryptedID"):
        raise Unnamed
    confirmation = only(found, SAML + "SubjectConfirmation")
    if confirmation.get("Method") != BEARER:
        raise Malformed("not a bearer")
    data = only(confirmation, SAML + "SubjectConfirmationData")
    recipient = data.get("Recipient")
    if recipient is None or data.get("NotOnOrAfter") is None:
        raise Malformed("no recipient or end")
    if not consumers.take(recipient):
        raise InvalidIdentityToken(AUDIENCE)
    _check_window(data, now)
    return Subject(content(names[0]), _kind(names[0]), recipient)


def _kind(name: Element) -> str:
    given = name.get("Format") or "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    return str(given).removeprefix(PERSISTENT)


def check_age(assertion: Element, now: datetime) -> datetime:
    """When *assertion* was issued: no more than five minutes ago.

    Raises:
        ExpiredIdentityToken: earlier.
        InvalidIdentityToken: in the future.
    """
    issued_at = moment(assertion.get("IssueInstant"))
    if now >= issued_at + REDEEMED_WITHIN:
        raise ExpiredIdentityToken(LATE)
    if issued_at > now + SKEW:
        raise InvalidIdentityToken("The SAML response is not yet valid")  # assumed wording
    return issued_at


def session_until(assertion: Element, now: datetime) -> datetime | None:
    """When the session at the provider ends, None where it does not say.

    Raises:
        Malformed: nobody authenticated.
        ExpiredIdentityToken: it has ended.
    """
    statements = children(assertion, SAML + "AuthnStatement")
    if not statements:
        raise Malformed("no authentication")
    ends = [one.get("SessionNotOnOrAfter") for one in statements]
    moments = [moment(one) for one in ends if one is not None]
    if moments and now >= min(moments):
        raise ExpiredIdentityToken(LATE)
    return min(moments, default=None)
