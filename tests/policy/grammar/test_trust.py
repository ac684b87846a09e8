import json

import pytest

from doorward.policy.grammar import MalformedPolicyDocument, PolicyType, check, principals

ACTIONS = "AssumeRole policy may only specify STS AssumeRole actions."
FEDERATED = "Federated principals must be valid domain names or SAML metadata ARNs"
ALICE = "arn:aws:iam::123456789012:user/alice"
GITHUB = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
TRUST = {"Effect": "Allow", "Principal": {"AWS": ALICE}, "Action": "sts:AssumeRole"}


def trust(without=(), **elements):
    statement = {k: v for k, v in {**TRUST, **elements}.items() if k not in without}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


REFUSED = [
    # document                                              AWS's sentence
    ("{", "This policy contains invalid Json"),
    ("[" * 50, "This policy contains invalid Json"),
    ('{"version":"2012-10-17","statement":[]}', "Unknown field version"),
    ('{"Version":"2012-10-17"}', "Missing required field Statement"),
    ('{"Version":"2012-10-18","Statement":[]}', "The policy must contain a valid version string"),
    ('{"Statement":[]}', "Could not parse the policy: Statement is empty!"),
    (trust(Comment="x"), "Unknown field Comment"),
    (trust(without=["Effect"]), "Missing required field Effect"),
    (trust(Effect="allow"), "Invalid effect: allow"),
    (trust(without=["Principal"]), "Missing required field Principal"),
    (trust(Principal={}), "Missing required field Principal cannot be empty!"),
    (trust(Principal={"AWS": []}), "Invalid principal in policy: com.amazon.balsa.error.InvalidPolicyException: The passed in policy has a statement with no principals!"),
    (trust(Principal="*"), 'AssumeRolepolicy contained an invalid principal: "STAR":"*".'),
    (trust(Principal={"User": ALICE}), 'Invalid principal in policy: "User"'),
    (trust(Principal={"AWS": "alice"}), 'Invalid principal in policy: "AWS":"alice"'),
    (trust(Principal={"AWS": "arn:aws:iam::*:root"}), 'Invalid principal in policy: "AWS":"arn:aws:iam::*:root"'),
    (trust(Principal={"AWS": "arn:aws:iam::123456789012:user/*"}), 'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:user/*"'),
    (trust(Principal={"AWS": "arn:aws:iam::123456789012:group/staff"}), 'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:group/staff"'),
    (trust(Principal={"Service": "*"}), 'Invalid principal in policy: "SERVICE":"*"'),
    (trust(Principal={"Federated": "*"}), FEDERATED),
    (trust(Principal={"Federated": ALICE}), FEDERATED),
    (trust(NotPrincipal={"AWS": ALICE}, without=["Principal"]), "Allow with NotPrincipal is not allowed."),
    (trust(NotPrincipal={"AWS": ALICE}, Effect="Deny", without=["Principal"]), "AssumeRole policy must not contain NotPrincipal field."),
    (trust(without=["Action"]), "Missing required field Action"),
    (trust(Action="s3:GetObject"), ACTIONS),
    (trust(Action="sts:*"), ACTIONS),
    (trust(Action="*"), ACTIONS),
    (trust(Action=["sts:AssumeRole", "sts:GetCallerIdentity"]), ACTIONS),
    (trust(NotAction="sts:AssumeRole", without=["Action"]), ACTIONS),
    (trust(Resource="*"), "Has prohibited field Resource"),
    (trust(NotResource="*"), "AssumeRole policy must not contain resources."),
    (trust(Condition={"StringMatches": {"aws:username": "alice"}}), "Syntax errors in policy."),
    (trust(Principal={"Federated": "cognito-identity.amazonaws.com"}), "A condition block must be present for the Cognito provider"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_what_is_no_trust_policy_is_refused_in_the_words_of_iam(text, sentence):
    with pytest.raises(MalformedPolicyDocument) as caught:
        check(text, PolicyType.TRUST)

    assert caught.value.message == sentence


ACCEPTED = [
    trust(),
    trust(Principal={"AWS": "*"}),
    trust(Principal={"AWS": ["123456789012", "arn:aws:iam::123456789012:root"]}),
    trust(Principal={"AWS": "arn:aws:sts::123456789012:assumed-role/reader/session"}),
    trust(Principal={"Service": "ec2.amazonaws.com"}, Action=["sts:AssumeRole", "sts:TagSession"]),
    trust(Principal={"Federated": "accounts.google.com"}, Action="sts:AssumeRoleWithWebIdentity"),
    trust(Principal={"Federated": "arn:aws:iam::123456789012:saml-provider/idp"}),
    json.dumps({"Version": "2008-10-17", "Statement": TRUST}),
    json.dumps({"Statement": TRUST}),
]


@pytest.mark.parametrize("text", ACCEPTED)
def test_what_is_a_trust_policy_is_accepted(text):
    assert check(text, PolicyType.TRUST).text == text


SCOPES = [
    # condition                                                                    accepted
    (None,                                                                         False),
    ({"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}},   True),
    ({"StringLike": {"token.actions.githubusercontent.com:sub": ["repo:a/*", "*"]}}, False),
    ({"StringNotEquals": {"token.actions.githubusercontent.com:sub": "repo:a"}},   False),
    ({"StringEqualsIfExists": {"token.actions.githubusercontent.com:sub": "a"}},   False),
    ({"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}, False),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "accepted"), SCOPES)
def test_an_issuer_that_tenants_share_needs_a_condition_on_the_tenant(condition, accepted):
    elements = {} if condition is None else {"Condition": condition}
    text = trust(
        Principal={"Federated": GITHUB}, Action="sts:AssumeRoleWithWebIdentity", **elements
    )

    if accepted:
        check(text, PolicyType.TRUST)
        return
    with pytest.raises(MalformedPolicyDocument):
        check(text, PolicyType.TRUST)


def test_principals_are_listed_with_their_places():
    text = trust(Principal={"AWS": [ALICE, "123456789012"], "Service": "ec2.amazonaws.com"})

    found = list(principals(check(text, PolicyType.TRUST)))

    assert [one.kind for one in found] == ["AWS", "AWS", "Service"]
    assert all(json.loads(text[slice(*one.value.place)]) == one.value.value for one in found)
