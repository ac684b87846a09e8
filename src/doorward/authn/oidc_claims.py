"""Claims of a token as condition keys, session tags and source identity.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from doorward.authn.identity_errors import InvalidIdentityToken
from doorward.authn.oidc import Identity

Value = str | tuple[str, ...]
TAGS = "https://aws.amazon.com/tags"
SOURCE_IDENTITY = "https://aws.amazon.com/source_identity"
SOURCE = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}")
TAG_KEY = re.compile(r"[\w\s.:/=+\-@]{1,128}")
TAG_VALUE = re.compile(r"[\w\s.:/=+\-@]{0,256}")
MOST_TAGS = 50

GITHUB = (
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "repository_owner_id",
    "workflow",
)
GITLAB = (
    "namespace_id",
    "pipeline_source",
    "project_id",
    "ref_protected",
    "runner_environment",
    "user_access_level",
    "user_email",
    "user_id",
    "user_login",
)
BUILDKITE = (
    "build_branch",
    "cluster_id",
    "cluster_name",
    "organization_id",
    "organization_slug",
    "pipeline_id",
    "pipeline_slug",
)

# Claims beyond the standard ones that are keys, by issuer without its scheme. A claim that is not
# listed makes no key, so a condition on it does not match.
SPECIFIC: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), claims)
    for pattern, claims in (
        (r"token\.actions\.githubusercontent\.com(/.+)?", GITHUB),
        (r"token\.actions\.[\w-]+\.ghe\.com", GITHUB),
        (r"github\.com/enterprises/[^/]+", GITHUB),
        (r"gitlab\.com", GITLAB),
        (r"agent\.buildkite\.com", BUILDKITE),
        (r"agent\.[\w-]+\.buildkite\.(dev|site)", BUILDKITE),
        (r"oidc\.circleci\.com/org/[^/]+", ("oidc.circleci.com/project-id",)),
        (r"idcs-[\w-]+\.identity\.oraclecloud\.com", ("rpst_id",)),
        (r"accounts\.google\.com", ("google/organization_number",)),
    )
)


class Passed(NamedTuple):
    """What a token passes for the session."""

    tags: Mapping[str, str]
    transitive: tuple[str, ...]
    source_identity: str | None


def prefix(issuer: str) -> str:
    """What the condition keys of *issuer* begin with: its URL without the scheme."""
    return issuer.partition("://")[2] or issuer


def keys(identity: Identity) -> dict[str, Value]:
    """The condition keys that the token makes for the call itself."""
    name = prefix(identity.issuer)
    found: dict[str, Value] = lasting(identity)
    for pattern, claims in SPECIFIC:
        if pattern.fullmatch(name):
            values = ((claim, _value(_claim(identity.claims, claim))) for claim in claims)
            found |= {f"{name}:{claim}".lower(): value for claim, value in values if value}
    return found


def lasting(identity: Identity) -> dict[str, Value]:
    """The condition keys that the session keeps: audience, subject and methods."""
    name, claims = prefix(identity.issuer), identity.claims
    found: dict[str, Value] = {"aud": identity.audience, "sub": identity.subject}
    if "azp" in claims and (original := _value(claims["aud"])):
        found["oaud"] = original
    if methods := _value(claims.get("amr")):
        found["amr"] = (methods,) if isinstance(methods, str) else methods
    return {f"{name}:{claim}".lower(): value for claim, value in found.items()}


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of that name; `google/organization_number` may be a member of `google`."""
    if name in claims:
        return claims[name]
    outer, _, inner = name.partition("/")
    within = claims.get(outer)
    return within.get(inner) if inner and isinstance(within, dict) else None


def text(claim: Any) -> str | None:
    """*claim* as one text, None where it is none or many."""
    found = _value(claim)
    return found if isinstance(found, str) else None


def _value(claim: Any) -> Value | None:
    """*claim* as the value of a key, None where it has no form that a key can have."""
    match claim:
        case bool():
            return str(claim).lower()
        case str() | int():
            return str(claim)
        case list() if claim and all(isinstance(one, str) for one in claim):
            return claim[0] if len(claim) == 1 else tuple(claim)
        case _:
            return None


def passed(claims: Mapping[str, Any]) -> Passed:
    """The session tags and the source identity in *claims*.

    Raises:
        InvalidIdentityToken: they are not written as AWS wants them (the wording is assumed).
    """
    tags = dict(_tags(claims))
    transitive = _transitive(claims)
    if len(tags) > MOST_TAGS or len(transitive) > MOST_TAGS:
        raise InvalidIdentityToken("The token passes more than 50 session tags.")
    return Passed(tags, transitive, source_identity(claims.get(SOURCE_IDENTITY)))


def source_identity(given: Any) -> str | None:
    """*given* as a source identity, None where none is given.

    Raises:
        InvalidIdentityToken: it cannot be one.
    """
    if given is None:
        return None
    if not isinstance(given, str) or not SOURCE.fullmatch(given) or given[:4].lower() == "aws:":
        raise InvalidIdentityToken(
            'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'
        )
    return given


def tag(key: str, value: Any) -> tuple[str, str]:
    """A session tag with one value.

    Raises:
        InvalidIdentityToken: it cannot be one.
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    sound = isinstance(value, str) and TAG_VALUE.fullmatch(value)
    if not sound or not TAG_KEY.fullmatch(key) or key[:4].lower() == "aws:":
        raise InvalidIdentityToken(f"The session tag {key[:128]} is invalid.")
    return key, value


def _tags(claims: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    nested = _member(claims, "principal_tags", {})
    if not isinstance(nested, dict):
        raise InvalidIdentityToken("The session tags of the token are malformed.")
    for key, value in nested.items():
        yield tag(key, value)
    flat = f"{TAGS}/principal_tags/"
    for name, value in claims.items():
        if name.startswith(flat):
            yield tag(name.removeprefix(flat), value)


def _transitive(claims: Mapping[str, Any]) -> tuple[str, ...]:
    given = claims.get(f"{TAGS}/transitive_tag_keys") or _member(claims, "transitive_tag_keys", [])
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise InvalidIdentityToken("The transitive tag keys of the token are malformed.")
    return tuple(given)


def _member(claims: Mapping[str, Any], name: str, default: Any) -> Any:
    """The member *name* of the claim of tags, *default* where it has none.

    Raises:
        InvalidIdentityToken: the claim is not an object.
    """
    outer = claims.get(TAGS, {})
    if not isinstance(outer, dict):
        raise InvalidIdentityToken("The session tags of the token are malformed.")
    return outer.get(name, default)
