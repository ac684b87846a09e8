"""AssumeRoleWithWebIdentity: whom a token proves, and what the role's trust policy says to it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from authn.issuer import NOW, Documents, Issuer
from doorward.authn.caller import SessionKind
from doorward.authn.oidc_keys import IssuerKeys
from doorward.authz.explain import denial
from doorward.authz.subject import ANONYMOUS
from doorward.base.errors import AwsError
from doorward.engine.decision import PolicyKind
from doorward.services.iam.open_id_connect_providers import (
    create_open_id_connect_provider,
    delete_open_id_connect_provider,
    remove_client_id_from_open_id_connect_provider,
    update_open_id_connect_provider,
)
from doorward.services.iam.outbound_federation import enable_outbound_web_identity_federation
from doorward.services.sts.assume_role_with_web_identity import (
    assume_role_with_web_identity,
    presented,
)
from doorward.services.sts.service import sts
from services.sts.people import make_role
from services.support import ACCOUNT, OTHER_ACCOUNT, accesses

HOST = "token.actions.githubusercontent.com"
GITHUB = Issuer(f"https://{HOST}")
CLUSTER = Issuer("https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF", "ES256")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deployer"
REPOSITORY = "repo:octo-org/octo-repo:ref:refs/heads/main"
TAGS = "https://aws.amazon.com/tags"


def provider_arn(issuer, account=ACCOUNT):
    return f"arn:aws:iam::{account}:oidc-provider/{issuer.url.removeprefix('https://')}"


def trust(provider, *actions, **condition):
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithWebIdentity", *actions],
        "Condition": condition or {"StringLike": {f"{HOST}:sub": "repo:octo-org/*"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Caller:
    """Somebody without a key, and the issuers that the network would find."""

    def __init__(self, world, *issuers):
        documents = {}
        for issuer in issuers or (GITHUB, CLUSTER):
            documents |= issuer.documents()
        self.network = Documents(documents)
        self.ctx = replace(world.anonymous(), issuer_keys=IssuerKeys(self.network))

    def verified(self, token, role_arn=ROLE, **more):
        given = {"RoleArn": role_arn, "RoleSessionName": "session", "WebIdentityToken": token}
        return presented(self.ctx, given | more)()

    def decisions(self, token, **more):
        given = self.verified(token, **more)
        found = accesses(sts, "AssumeRoleWithWebIdentity", self.ctx, **given)
        return {access.action: self.ctx.authorize(access) for access in found}

    def allowed(self, token, **more):
        return all(decision.allowed for decision in self.decisions(token, **more).values())

    def assume(self, token, **more):
        given = self.verified(token)
        return assume_role_with_web_identity(
            self.ctx,
            role_arn=ROLE,
            role_session_name="session",
            web_identity_token=given["WebIdentityToken"],
            **more,
        )

    def session(self, token, **more):
        return self.ctx.tokens.open(self.assume(token, **more)["Credentials"]["SessionToken"])


@pytest.fixture
def caller(world):
    for issuer in (GITHUB, CLUSTER):
        create_open_id_connect_provider(
            world.root(), url=issuer.url, client_id_list=["sts.amazonaws.com"]
        )
    return Caller(world)


def refusal(call, *arguments, **parameters):
    with pytest.raises(AwsError) as caught:
        call(*arguments, **parameters)
    return caught.value


def workflow(**more):
    claims = {"sub": REPOSITORY, "repository": "octo-org/octo-repo", "ref": "refs/heads/main"}
    return GITHUB.token(**(claims | more))


def make(world, document=None, **more):
    return make_role(world, "deployer", document or trust(provider_arn(GITHUB)), **more)


def test_a_workflow_of_the_repository_that_the_role_trusts_may_have_it(world, caller):
    make(world)

    assert caller.allowed(workflow())
    assert not caller.allowed(workflow(sub="repo:evil-org/octo-repo:ref:refs/heads/main"))


def test_a_claim_of_github_is_a_condition_of_trust(world, caller):
    both = {f"{HOST}:sub": REPOSITORY, f"{HOST}:repository": "octo-org/octo-repo"}
    make(world, trust(provider_arn(GITHUB), StringEquals=both))

    assert caller.allowed(workflow())
    assert not caller.allowed(workflow(repository="octo-org/other"))
    assert not caller.allowed(workflow(repository=...))


def test_a_service_account_of_a_cluster_may_have_its_role_and_no_other_account_may(world, caller):
    name = CLUSTER.url.removeprefix("https://")
    condition = {
        f"{name}:sub": "system:serviceaccount:apps:web",
        f"{name}:aud": "sts.amazonaws.com",
    }
    make(world, trust(provider_arn(CLUSTER), StringEquals=condition))

    def pod(account):
        pod = {"namespace": "apps", "serviceaccount": {"name": account, "uid": "1"}}
        subject = f"system:serviceaccount:apps:{account}"
        return CLUSTER.token(sub=subject, aud=["sts.amazonaws.com"], **{"kubernetes.io": pod})

    assert caller.allowed(pod("web"))
    assert not caller.allowed(pod("db"))


def test_a_role_trusts_one_issuer_and_not_another_with_the_same_claims(world, caller):
    make(world)

    assert not caller.allowed(CLUSTER.token(sub=REPOSITORY))


def test_a_denial_says_what_aws_says_and_not_whether_the_role_exists(world, caller):
    make(world, trust(provider_arn(CLUSTER)))
    missing = ROLE.replace("deployer", "ghost")
    for role_arn in (ROLE, missing):
        given = caller.verified(workflow(), role_arn)
        (access,) = accesses(sts, "AssumeRoleWithWebIdentity", caller.ctx, **given)
        decision = caller.ctx.authorize(access)

        assert decision.decided_by is PolicyKind.TRUST
        error = denial(decision, ANONYMOUS, access)
        assert error.message == "Not authorized to perform sts:AssumeRoleWithWebIdentity"


def test_a_user_named_as_principal_does_not_let_a_token_in(world, caller):
    make(
        world,
        trust(provider_arn(GITHUB))
        .replace('"Federated"', '"AWS"')
        .replace(provider_arn(GITHUB), ACCOUNT),
    )

    assert not caller.allowed(workflow())


def test_the_provider_of_another_account_is_not_asked(world, caller):
    role = ROLE.replace(ACCOUNT, OTHER_ACCOUNT)
    make_role(world, "deployer", trust(provider_arn(GITHUB)), account=OTHER_ACCOUNT)

    error = refusal(caller.verified, workflow(), role)

    assert error.code == "InvalidIdentityToken"
    assert error.message == f"No OpenIDConnect provider found in your account for {GITHUB.url}"
    assert caller.network.asked == []


@pytest.mark.parametrize(
    "url",
    [
        GITHUB.url + "/",
        GITHUB.url.upper(),
        GITHUB.url + "/x",
        "http://" + HOST,
        HOST,
        "",
        "https://\0",
        "https://é",
    ],
)
def test_the_issuer_is_compared_whole_and_nobody_else_is_asked(caller, url):
    error = refusal(caller.verified, GITHUB.token(iss=url))

    assert error.code == "InvalidIdentityToken"
    assert caller.network.asked == []


def test_a_deleted_provider_and_a_removed_client_id_count_at_once(world, caller):
    make(world)
    assert caller.allowed(workflow())
    arn = provider_arn(GITHUB)

    remove_client_id_from_open_id_connect_provider(
        world.root(), open_id_connect_provider_arn=arn, client_id="sts.amazonaws.com"
    )
    assert refusal(caller.verified, workflow()).message == "Incorrect token audience"
    delete_open_id_connect_provider(world.root(), open_id_connect_provider_arn=arn)
    assert refusal(caller.verified, workflow()).message.startswith("No OpenIDConnect provider")


def test_the_session_says_who_it_is(world, caller):
    role = make(world)

    output = caller.assume(workflow(amr=["mfa", "otp"]))
    session = caller.ctx.tokens.open(output["Credentials"]["SessionToken"])

    assert output["SubjectFromWebIdentityToken"] == REPOSITORY
    assert output["Audience"] == "sts.amazonaws.com"
    assert output["Provider"] == GITHUB.url
    assert output["AssumedRoleUser"] == {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deployer/session",
        "AssumedRoleId": f"{role.id}:session",
    }
    assert (session.kind, session.principal_id, session.chained) == (
        SessionKind.ROLE,
        role.id,
        False,
    )
    assert dict(session.context) == {
        "aws:federatedprovider": (provider_arn(GITHUB),),
        f"{HOST}:aud": ("sts.amazonaws.com",),
        f"{HOST}:sub": (REPOSITORY,),
        f"{HOST}:amr": ("mfa", "otp"),
    }


def test_tags_and_source_identity_of_the_token_need_leave_of_their_own(world, caller):
    claims = {
        TAGS: {"principal_tags": {"Team": ["red"]}, "transitive_tag_keys": ["Team"]},
        "https://aws.amazon.com/source_identity": "alice",
    }
    make(world)
    found = caller.decisions(workflow(**claims))
    assert {action for action, decision in found.items() if not decision.allowed} == {
        "sts:TagSession",
        "sts:SetSourceIdentity",
    }


def test_tags_and_source_identity_are_conditions_and_go_into_the_session(world, caller):
    condition = {
        "StringEquals": {
            "aws:RequestTag/team": "red",
            "sts:SourceIdentity": "alice",
            f"{HOST}:sub": REPOSITORY,
        },
        "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": "Team", "aws:TagKeys": "Team"},
    }
    make(world, trust(provider_arn(GITHUB), "sts:TagSession", "sts:SetSourceIdentity", **condition))

    def token(team="red"):
        tags = {"principal_tags": {"Team": [team]}, "transitive_tag_keys": ["Team"]}
        return workflow(**{TAGS: tags, "https://aws.amazon.com/source_identity": "alice"})

    assert caller.allowed(token())
    assert not caller.allowed(token("blue"))
    session = caller.session(token())
    assert session.tags == (("Team", "red"),)
    assert session.transitive == ("Team",)
    assert session.source_identity == "alice"


def test_a_transitive_key_must_be_among_the_tags(world, caller):
    make(world)
    claims = {TAGS: {"principal_tags": {"Team": ["red"]}, "transitive_tag_keys": ["Other"]}}

    assert refusal(caller.assume, workflow(**claims)).code == "InvalidParameterValue"


def test_the_session_name_is_a_condition_of_trust(world, caller):
    condition = {f"{HOST}:sub": REPOSITORY, "sts:RoleSessionName": "deploy"}
    make(world, trust(provider_arn(GITHUB), StringEquals=condition))

    assert not caller.allowed(workflow())
    assert caller.allowed(workflow(), RoleSessionName="deploy")


def test_the_session_lasts_as_long_as_asked_and_the_role_allows(world, caller):
    make(world, max_session_duration=7200)

    assert caller.session(workflow()).expires_at == NOW + timedelta(hours=1)
    assert caller.session(workflow(), duration_seconds=7200).expires_at == NOW + timedelta(hours=2)
    error = refusal(caller.assume, workflow(), duration_seconds=7201)
    assert error.message == (
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    )


def test_a_session_policy_limits_the_session(world, caller):
    make(world)
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    )

    session = caller.session(workflow(), policy=document)

    assert session.policies == (document,)
    assert session.scoped


def test_a_token_that_was_not_verified_is_worth_nothing(world, caller):
    make(world)
    given = {"RoleArn": ROLE, "RoleSessionName": "session", "WebIdentityToken": workflow()}

    assert refusal(accesses, sts, "AssumeRoleWithWebIdentity", caller.ctx, **given)
    error = refusal(
        assume_role_with_web_identity,
        caller.ctx,
        role_arn=ROLE,
        role_session_name="session",
        web_identity_token=workflow(),
    )
    assert error.code == "InvalidIdentityToken"


@pytest.mark.parametrize("provider_id", ["www.amazon.com", "graph.facebook.com", "other"])
def test_a_provider_id_is_for_access_tokens_which_are_not_taken(caller, provider_id):
    error = refusal(caller.verified, workflow(), ProviderId=provider_id)

    expected = "ValidationError" if provider_id == "other" else "IDPRejectedClaim"
    assert error.code == expected


@pytest.mark.parametrize("role_arn", ["not-an-arn-of-anything", f"arn:aws:s3:::{'x' * 20}"])
def test_what_is_no_arn_of_a_role_is_refused_before_anybody_is_asked(caller, role_arn):
    error = refusal(caller.verified, workflow(), role_arn)

    assert (error.code, error.message) == ("ValidationError", f"{role_arn} is invalid")
    assert caller.network.asked == []


def test_a_token_that_sts_issued_is_not_taken_even_from_a_registered_issuer(world):
    url = enable_outbound_web_identity_federation(world.root())["IssuerIdentifier"]
    own = Issuer("https://doorward.example" + url[len(world.root().base_url) :])
    create_open_id_connect_provider(world.root(), url=own.url, client_id_list=["sts.amazonaws.com"])
    caller = Caller(world, own)

    assert refusal(caller.verified, own.token()).code == "InvalidIdentityToken"
    assert caller.network.asked == []


def test_a_context_provider_says_for_whom_the_session_acts(world, caller):
    update_open_id_connect_provider(
        world.root(),
        open_id_connect_provider_arn=provider_arn(GITHUB),
        context_provider={
            "SubjectSourceKey": "actor",
            "SubjectTypeValue": "workload",
            "KeyDefinitionList": [
                {"SourceKey": "actor_id", "TargetKey": "Actor"},
                {"SourceKey": "missing", "TargetKey": "Missing"},
                {"SourceKey": "long", "TargetKey": "Long"},
                {"SourceKey": "aud", "TargetKey": "Many"},
            ],
        },
    )
    make(world)
    token = workflow(
        actor="octocat", actor_id=12, long="x" * 129, aud=["a", "b"], azp="sts.amazonaws.com"
    )

    output = caller.assume(token)

    arn = provider_arn(GITHUB)
    assert output["TrustedIdentityPropagationContext"] == {
        "OriginIdentity": {
            "Subject": "octocat",
            "SubjectType": "workload",
            "Issuer": HOST,
            "FederatedProviderArn": arn,
        },
        "TransactionContext": {"IdentityProvider": {"Actor": "12"}},
    }
    session = caller.ctx.tokens.open(output["Credentials"]["SessionToken"])
    context = dict(session.context)
    assert context["aws:originidentity/subject"] == ("octocat",)
    assert context["aws:transactioncontext/identityprovider/actor"] == ("12",)
    assert "TrustedIdentityPropagationContext" not in caller.assume(CLUSTER.token())


GOOGLE = Issuer("https://accounts.google.com")


def test_an_issuer_that_aws_knows_needs_no_provider_but_a_role_that_trusts_it(world):
    caller = Caller(world, GOOGLE)
    token = GOOGLE.token(aud="app", sub="108")
    assert refusal(caller.verified, token).code == "InvalidIdentityToken"
    assert caller.network.asked == []

    condition = {"accounts.google.com:aud": "app"}
    make(world, trust("accounts.google.com", StringEquals=condition))

    assert caller.allowed(token)
    assert not caller.allowed(GOOGLE.token(aud="other", sub="108"))
    session = caller.session(token)
    assert dict(session.context)["aws:federatedprovider"] == ("accounts.google.com",)
