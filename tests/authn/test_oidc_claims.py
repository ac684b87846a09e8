"""What the claims of a token become: condition keys, session tags, source identity."""

import pytest

from doorward.authn import oidc_claims
from doorward.authn.oidc import Identity
from doorward.base.errors import AwsError

GITHUB = "https://token.actions.githubusercontent.com"
EKS = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
TAGS = "https://aws.amazon.com/tags"


def identity(issuer, aud="sts.amazonaws.com", sub="somebody", **claims):
    return Identity(
        issuer, sub, claims.get("azp", aud), {"iss": issuer, "sub": sub, "aud": aud, **claims}
    )


def test_a_github_workflow_is_known_by_its_repository_ref_and_environment():
    found = oidc_claims.keys(
        identity(
            GITHUB,
            sub="repo:octo-org/octo-repo:environment:prod",
            environment="prod",
            repository="octo-org/octo-repo",
            repository_id="74",
            repository_owner="octo-org",
            actor="octocat",
            actor_id="12",
            ref="refs/heads/main",
            workflow="deploy",
            job_workflow_ref="octo-org/actions/.github/workflows/deploy.yml@refs/heads/main",
            runner_environment="github-hosted",
        )
    )

    name = "token.actions.githubusercontent.com"
    assert found == {
        f"{name}:aud": "sts.amazonaws.com",
        f"{name}:sub": "repo:octo-org/octo-repo:environment:prod",
        f"{name}:environment": "prod",
        f"{name}:repository": "octo-org/octo-repo",
        f"{name}:repository_id": "74",
        f"{name}:actor": "octocat",
        f"{name}:actor_id": "12",
        f"{name}:ref": "refs/heads/main",
        f"{name}:workflow": "deploy",
        f"{name}:job_workflow_ref": (
            "octo-org/actions/.github/workflows/deploy.yml@refs/heads/main"
        ),
    }


def test_a_service_account_of_kubernetes_is_known_by_its_subject_and_nothing_else():
    claims = {
        "kubernetes.io": {"namespace": "apps", "serviceaccount": {"name": "web", "uid": "u-1"}},
        "jti": "1",
    }
    found = oidc_claims.keys(
        identity(EKS, aud=["sts.amazonaws.com"], sub="system:serviceaccount:apps:web", **claims)
    )

    name = EKS.removeprefix("https://").lower()
    assert set(found) == {f"{name}:aud", f"{name}:sub"}
    assert found[f"{name}:sub"] == "system:serviceaccount:apps:web"


def test_the_authorized_party_is_the_audience_and_the_other_one_the_original():
    found = oidc_claims.keys(identity("https://accounts.google.com", aud="app", azp="device"))

    assert found["accounts.google.com:aud"] == "device"
    assert found["accounts.google.com:oaud"] == "app"


def test_methods_are_many_values_even_if_there_is_one():
    for given, expected in (
        (["pwd"], ("pwd",)),
        (["pwd", "otp"], ("pwd", "otp")),
        ("pwd", ("pwd",)),
    ):
        found = oidc_claims.keys(identity("https://issuer.example", amr=given))

        assert found["issuer.example:amr"] == expected


FORMS = [
    (True, "true"),
    (7, "7"),
    ("x", "x"),
    (["x", "y"], ("x", "y")),
    ([1], None),
    ({}, None),
    (None, None),
    ([], None),
]


@pytest.mark.parametrize(("claim", "value"), FORMS)
def test_a_claim_without_a_form_that_a_key_can_have_makes_no_key(claim, value):
    found = oidc_claims.keys(identity("https://gitlab.com", ref_protected=claim))

    assert found.get("gitlab.com:ref_protected") == value


def test_an_issuer_that_only_looks_like_another_has_none_of_its_keys():
    for issuer in ("https://token-actions.githubusercontent.com", GITHUB + ".evil.example"):
        found = oidc_claims.keys(identity(issuer, repository="octo-org/octo-repo"))

        assert not any(key.endswith(":repository") for key in found)


def test_google_names_the_organization_inside_a_claim():
    found = oidc_claims.keys(
        identity("https://accounts.google.com", google={"organization_number": 12345})
    )

    assert found["accounts.google.com:google/organization_number"] == "12345"


def test_tags_come_in_one_claim_or_flat():
    nested = {TAGS: {"principal_tags": {"team": ["red"]}, "transitive_tag_keys": ["team"]}}
    flat = {f"{TAGS}/principal_tags/team": ["red"], f"{TAGS}/transitive_tag_keys": ["team"]}
    for claims in (nested, flat):
        found = oidc_claims.passed(claims)

        assert (found.tags, found.transitive) == ({"team": "red"}, ("team",))
    assert oidc_claims.passed({}).tags == {}


MALFORMED = [
    {TAGS: []},
    {TAGS: {"principal_tags": []}},
    {TAGS: {"principal_tags": {"team": ["red", "blue"]}}},
    {TAGS: {"principal_tags": {"team": []}}},
    {TAGS: {"principal_tags": {"team": 1}}},
    {TAGS: {"principal_tags": {"": "x"}}},
    {TAGS: {"principal_tags": {"aws:x": "x"}}},
    {TAGS: {"principal_tags": {"AWS:x": "x"}}},
    {TAGS: {"principal_tags": {"team": "x" * 257}}},
    {TAGS: {"principal_tags": {"te*am": "x"}}},
    {TAGS: {"principal_tags": {"team": "re*d"}}},
    {TAGS: {"principal_tags": {str(n): "x" for n in range(51)}}},
    {TAGS: {"transitive_tag_keys": "team"}},
    {TAGS: {"transitive_tag_keys": [1]}},
    {oidc_claims.SOURCE_IDENTITY: "a"},
    {oidc_claims.SOURCE_IDENTITY: "x" * 65},
    {oidc_claims.SOURCE_IDENTITY: "aws:alice"},
    {oidc_claims.SOURCE_IDENTITY: "alice\n"},
    {oidc_claims.SOURCE_IDENTITY: ["alice"]},
]


@pytest.mark.parametrize("claims", MALFORMED)
def test_tags_and_source_identities_that_aws_does_not_know_are_refused(claims):
    with pytest.raises(AwsError) as caught:
        oidc_claims.passed(claims)
    assert caught.value.code == "InvalidIdentityToken"
