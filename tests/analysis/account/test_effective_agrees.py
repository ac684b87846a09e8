"""No request that the engine allows is ever told to be impossible, and each example is allowed."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.account.dumps import ACCOUNT, allow, arn, document
from analysis.worlds import ASKED_ACTIONS, ASKED_RESOURCES, VALUES, documents
from doorward.analysis.account import reach
from doorward.analysis.account.effective import Effective, Verdict
from doorward.analysis.account.held import hold
from doorward.analysis.account.model import Account, Document, Level, Organization, Resource, User
from doorward.authz import offline
from doorward.engine.compile import NamedPolicy, PolicySet
from doorward.engine.decision import PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.request import Context, Request
from doorward.policy.parse import parse

ALICE, BUCKET = arn("user/alice"), "arn:aws:s3:::b"
KNOWN = {
    **dict(offline.keys(offline.principal(ALICE))),
    "aws:principaltag/team": "a",
    "aws:userid": "AIDAALICE",
    "aws:resourceaccount": ACCOUNT,
}
OF_OBJECTS = ("s3:getobject", "s3:putobject")
NAMED = [{"AWS": ALICE}, {"AWS": arn("root")}, {"AWS": arn("user/bob")}, "*"]


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    drawn = {key: draw(st.sampled_from(values)) for key, values in VALUES.items()}
    return {**{key: one for key, one in drawn.items() if one is not None}, **KNOWN}


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Documents by kind, some of which may be missing."""
    bucket = draw(documents())
    for statement in bucket["Statement"]:
        statement["Principal"] = draw(st.sampled_from(NAMED))
    found = {
        "identity": draw(documents()),
        "boundary": draw(st.none() | documents()),
        "scp": draw(st.none() | documents()),
        "resource": draw(st.sampled_from([None, bucket])),
    }
    # Without something that allows much, hardly anything is ever allowed by all of them.
    for name in ("boundary", "scp"):
        if found[name] is not None:
            found[name] = document(allow("*"), *found[name]["Statement"])
    return found


def _read(value: Any) -> Document | None:
    return None if value is None else Document("policy", parse(json.dumps(value)))


def effective(drawn: dict[str, Any]) -> Effective:
    read = {name: _read(one) for name, one in drawn.items()}
    alice = User(
        arn=ALICE,
        name="alice",
        id="AIDAALICE",
        inline=(read["identity"],),
        boundary=read["boundary"],
        tags={"team": "a"},
    )
    level = Level("r-abcd", service_control=(read["scp"],)) if read["scp"] else None
    account = Account(
        id=ACCOUNT,
        users=(alice,),
        resources=(Resource(BUCKET, read["resource"]),),
        organization=Organization((level,)) if level else None,
    )
    return Effective(hold([account]))


def _set(kind: PolicyKind, value: Any) -> PolicySet | None:
    found = _read(value)
    return None if found is None else PolicySet(kind, [NamedPolicy(found.name, found.policy)])


def allowed(drawn: dict[str, Any], action: str, resource: str, context: Context) -> bool:
    of_bucket = resource.startswith(f"{BUCKET}/")
    scp = _set(PolicyKind.SCP, drawn["scp"])
    applicable = Applicable(
        identity=_set(PolicyKind.IDENTITY, drawn["identity"]),
        boundary=_set(PolicyKind.BOUNDARY, drawn["boundary"]),
        resource=_set(PolicyKind.RESOURCE, drawn["resource"]) if of_bucket else None,
        scps=(scp,) if scp else None,
    )
    principal = offline.principal(ALICE)
    assert principal is not None
    request = Request(principal, action, resource, context, ACCOUNT if of_bucket else None)
    return decide(request, applicable).allowed


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    policies(),
    st.sampled_from(ASKED_ACTIONS),
    st.sampled_from([one for one in ASKED_RESOURCES if one != "*"]),
    st.lists(contexts(), min_size=8, max_size=8),
)
def test_what_is_allowed_is_never_told_to_be_impossible(
    drawn: dict[str, Any], action: str, resource: str, tried: list[Context]
) -> None:
    asked = effective(drawn)
    alice = asked.held.standing(ALICE)
    found = asked.allows(alice, action, resource)

    if any(allowed(drawn, action, resource, one) for one in tried):
        assert found.verdict is not Verdict.REFUSED
        if resource.startswith(f"{BUCKET}/") and action in OF_OBJECTS:
            assert reach.can(asked, alice, action).verdict is not Verdict.REFUSED
    if found.example is not None and found.allowed:
        assert allowed(drawn, action, found.example.resource, found.example.context)
