"""The product's answer to a case of the reference: the case's dicts made into its values."""

import functools
import json

from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Principal, PrincipalKind, Request
from doorward.policy.parse import parse

KINDS = {
    "User": PrincipalKind.USER,
    "Role": PrincipalKind.ROLE_SESSION,
    "Root": PrincipalKind.ROOT,
    "FederatedUser": PrincipalKind.FEDERATED_USER,
    "Service": PrincipalKind.SERVICE,
    "Anonymous": PrincipalKind.ANONYMOUS,
    "SAML": PrincipalKind.SAML,
    "WebIdentity": PrincipalKind.WEB_IDENTITY,
}


@functools.lru_cache(64)
def parsed(text):
    return parse(text)


def policy_set(kind, documents):
    if documents is None:
        return None
    return PolicySet(
        kind, [NamedPolicy(str(n), parsed(json.dumps(one))) for n, one in enumerate(documents)]
    )


def one(kind, document):
    return None if document is None else policy_set(kind, [document])


def levels(kind, found):
    return None if found is None else tuple(policy_set(kind, level) for level in found)


def request(case):
    """The request, as the product wants it."""
    who = case["principal"]
    principal = Principal(
        KINDS[who["type"]],
        who["arn"],
        who["account"],
        unique_id=who.get("id"),
        role_arn=who.get("role"),
        user_arn=who.get("user"),
        service_linked=who.get("service_linked", False),
    )
    context = {
        key.lower(): tuple(value) if isinstance(value, list) else value
        for key, value in case["context"].items()
    }
    return Request(principal, case["action"], case["resource"], context, case["resource_account"])


def policies(case):
    """The policies that apply, as the product wants them."""
    trust = case["resource"].startswith("arn:aws:iam:") and case["action"].startswith("sts:")
    return Applicable(
        identity=policy_set(PolicyKind.IDENTITY, case["identity"]),
        resource=one(PolicyKind.TRUST if trust else PolicyKind.RESOURCE, case["resource_policy"]),
        boundary=one(PolicyKind.BOUNDARY, case["boundary"]),
        session=policy_set(PolicyKind.SESSION, case["session"]),
        endpoint=one(PolicyKind.ENDPOINT, case["endpoint"]),
        scps=levels(PolicyKind.SCP, case["scps"]),
        rcps=levels(PolicyKind.RCP, case["rcps"]),
    )


def outcomes(cases):
    """The product's outcomes of *cases* that share their policies; an error is an outcome too."""
    shared = policies(cases[0])
    found = []
    for case in cases:
        try:
            found.append(str(decide(request(case), shared).outcome))
        except Exception as error:  # noqa: BLE001  a product that raises has not decided
            found.append(f"{type(error).__name__}: {error}")
    return found
