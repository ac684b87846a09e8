"""The caller: who signed a request, proved. Only the verifier makes one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/intro-structure.html
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

VERSION_2 = "AWS"
VERSION_4 = "AWS4-HMAC-SHA256"
ASSUMED_ROOT = "aws:assumedroot"


class AuthType(Enum):
    """How the request was signed; the values are those of `s3:authType`."""

    HEADER = "REST-HEADER"
    QUERY = "REST-QUERY-STRING"
    FORM = "POST"
    NONE = "ANONYMOUS"


class SessionKind(Enum):
    """Which STS operation made the temporary credentials."""

    ROLE = "role"
    FEDERATED_USER = "federated-user"
    USER = "user"
    ROOT = "root"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A long-term access key as the store keeps it. `user_id` is None for the account's root."""

    id: str
    secret: str = field(repr=False)
    account: str
    user_id: str | None
    user_name: str | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """What a session token holds: everything that STS fixed when it issued the credentials.

    Attributes:
        principal_id: `AROA…` of the role or `AIDA…` of the user; None for the account's root.
        principal_name: name of the role or user as it was at issue; empty for root.
        session_name: RoleSessionName, or the Name of a federated user; empty for GetSessionToken.
        mfa_at: when a one-time code was given, for `aws:MultiFactorAuthAge`; None without.
        tags: session tags, inherited ones included, in order of key.
        transitive: keys of those tags that go on to the next session of a chain.
        policies: session policy documents; together with `policy_arns` the session policies.
        scoped: session policies were passed, or the session has none of its own permissions
            (GetFederationToken without a policy), so they limit even when empty.
        chained: made with the credentials of another role session.
        context: further condition keys of the session, lower case, such as `saml:sub`.
        signed_in: made by signing in with a password, and not by GetSessionToken.
        narrowed: policies of GetScopedCredentials; besides all else, each of them must allow.
        delegated: made by GetDelegatedAccessToken for whoever asked, in the name of who accepted.
    """

    kind: SessionKind
    access_key_id: str
    secret: str = field(repr=False)
    account: str
    principal_id: str | None
    principal_name: str
    session_name: str
    issued_at: datetime
    expires_at: datetime
    mfa_at: datetime | None = None
    tags: tuple[tuple[str, str], ...] = ()
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None
    policies: tuple[str, ...] = ()
    policy_arns: tuple[str, ...] = ()
    scoped: bool = False
    chained: bool = False
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()
    signed_in: bool = False
    narrowed: tuple[str, ...] = ()
    delegated: bool = False

    @property
    def assumed_root(self) -> bool:
        """Whether AssumeRoot made it, for one task in the account of another's root."""
        return (ASSUMED_ROOT, ("true",)) in self.context


@dataclass(frozen=True, slots=True)
class Signature:
    """Facts of the signature that condition keys and S3 ask for.

    `age_ms` is the age of a presigned URL or form in milliseconds, 0 where version 2 signed it, and
    None for header authentication. `version` is that of `s3:signatureversion`.
    """

    auth_type: AuthType
    region: str = ""
    service: str = ""
    signed_at: datetime | None = None
    age_ms: int | None = None
    content_sha256: str | None = None
    version: str = VERSION_4


@dataclass(frozen=True, slots=True)
class Acting:
    """A service of AWS that acts for itself, on behalf of one resource.

    Attributes:
        principal: such as `cloudtrail.amazonaws.com`.
        source_arn, source_account: the resource and whose it is, as policies may ask.
    """

    principal: str
    source_arn: str
    source_account: str


class Unproved(Exception):
    """A Caller was made outside the verifier."""


_PROOF = object()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request, as the verifier found out; at most one of the three is there.

    With none, the caller is anonymous.

    Raises:
        Unproved: constructed by anything but `prove`.
    """

    signature: Signature
    key: AccessKey | None = None
    session: Session | None = None
    acting: Acting | None = None
    proof: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a value that the verifier did not make."""
        if self.proof is not _PROOF:
            raise Unproved

    @property
    def anonymous(self) -> bool:
        """Whether the request was not signed."""
        return self.key is None and self.session is None and self.acting is None

    @property
    def account(self) -> str | None:
        """The caller's account, None for an anonymous caller."""
        owner = self.key or self.session
        return owner.account if owner else None

    @property
    def access_key_id(self) -> str | None:
        """The id of the key that signed, None for an anonymous caller."""
        if self.key:
            return self.key.id
        return self.session.access_key_id if self.session else None

    @property
    def user_id(self) -> str | None:
        """The unique id of the IAM user whose own or session credentials these are, else None."""
        if self.key:
            return self.key.user_id
        if self.session and self.session.kind is SessionKind.USER:
            return self.session.principal_id
        return None

    @property
    def is_root(self) -> bool:
        """Whether this is the account's root user, by key or by GetSessionToken."""
        if self.key:
            return self.key.user_id is None
        return self.session is not None and self.session.kind is SessionKind.ROOT


def prove(
    signature: Signature,
    *,
    key: AccessKey | None = None,
    session: Session | None = None,
    acting: Acting | None = None,
) -> Caller:
    """A caller. INVARIANT: called by the verifiers in `authn` and by nothing else."""
    return Caller(signature, key, session, acting, _PROOF)
