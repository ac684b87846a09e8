"""Laws of evaluation, over policies and requests that hypothesis makes."""

from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.compile import PolicySet
from doorward.engine.decision import Outcome, PolicyKind
from doorward.engine.evaluate import Applicable, decide
from doorward.engine.index import WORTH_AN_INDEX
from engine.policies import addressed, allow, deny, documents, policy_set, requests, statements

IDENTITY, RESOURCE = PolicyKind.IDENTITY, PolicyKind.RESOURCE


def world(identity, resource, **more):
    return Applicable(
        identity=policy_set(IDENTITY, identity), resource=policy_set(RESOURCE, resource), **more
    )


@given(requests, documents, addressed, st.sampled_from(["first", "last"]))
def test_an_added_deny_denies_explicitly(request, identity, resource, where):
    everyone = deny() | {"Principal": "*"}
    with_deny = [everyone, *resource] if where == "first" else [*resource, everyone]

    assert decide(request, world(identity, with_deny)).outcome is Outcome.EXPLICIT_DENY


@given(requests, documents, addressed, statements)
def test_an_added_deny_never_allows(request, identity, resource, added):
    before = decide(request, world(identity, resource))
    after = decide(request, world([*identity, added | {"Effect": "Deny"}], resource))

    assert before.allowed or not after.allowed


@given(requests, documents, addressed, statements)
def test_an_added_allow_never_denies(request, identity, resource, added):
    before = decide(request, world(identity, resource))
    after = decide(request, world([*identity, added | {"Effect": "Allow"}], resource))

    assert after.allowed or not before.allowed
    assert (before.outcome is Outcome.EXPLICIT_DENY) == (after.outcome is Outcome.EXPLICIT_DENY)


@given(requests, documents, addressed, documents)
def test_boundary_session_and_organization_policies_only_restrict(
    request, identity, resource, limit
):
    before = decide(request, world(identity, resource))
    organization = [allow(), *limit]
    for limited in (
        {"boundary": policy_set(PolicyKind.BOUNDARY, limit)},
        {"session": policy_set(PolicyKind.SESSION, limit)},
        {"scps": (policy_set(PolicyKind.SCP, organization), policy_set(PolicyKind.SCP, limit))},
        {"rcps": (policy_set(PolicyKind.RCP, limit),)},
        {"endpoint": policy_set(PolicyKind.ENDPOINT, [s | {"Principal": "*"} for s in limit])},
        {"restrict_public": True},
    ):
        after = decide(request, world(identity, resource, **limited))
        # Without a session policy a federated user has nothing of its own: there it may add.
        federated = "session" in limited and request.principal.kind.value == "FederatedUser"
        assert before.allowed or federated or not after.allowed


@given(requests, documents, documents, addressed)
def test_order_repetition_and_grouping_of_statements_do_not_matter(
    request, first, second, resource
):
    together = decide(request, world([*first, *second], resource))
    apart = decide(
        request,
        Applicable(
            identity=policy_set(IDENTITY, second[::-1], first[::-1], second),
            resource=policy_set(RESOURCE, [*resource[::-1], *resource]),
        ),
    )

    assert together.outcome is apart.outcome
    assert together.decided_by is apart.decided_by
    assert together.missing == apart.missing


@given(requests, st.lists(statements, min_size=WORTH_AN_INDEX + 1, max_size=30))
def test_the_index_finds_what_a_scan_finds(request, held):
    indexed = policy_set(IDENTITY, held)
    action = request.action.lower()

    scanned = [
        one
        for one in indexed.statements()
        if one.covers_action(action)
        and one.covers_resource(request.resource, request.context)
        and one.satisfied(request.context)
    ]
    assert indexed.applicable(action, request.resource, request.context) == scanned


@given(requests, documents, addressed)
def test_a_denial_names_what_is_missing_and_an_allow_what_granted(request, identity, resource):
    decision = decide(request, world(identity, resource))

    effects = {match.effect.value for match in decision.matched}
    match decision.outcome:
        case Outcome.ALLOWED:
            assert effects <= {"Allow"}
            assert decision.missing == ()
        case Outcome.EXPLICIT_DENY:
            assert effects == {"Deny"}
            assert decision.decided_by is decision.matched[0].kind
        case Outcome.IMPLICIT_DENY:
            assert effects == set()
            assert decision.decided_by is decision.missing[0]


@given(requests, documents, addressed)
def test_asking_for_an_explanation_changes_nothing_else(request, identity, resource):
    plain = decide(request, world(identity, resource))
    explained = decide(request, world(identity, resource), explain=True)

    assert plain.outcome is explained.outcome
    assert plain.matched == explained.matched
    assert plain.missing_keys == ()


def test_an_empty_set_is_not_the_same_as_none():
    empty = PolicySet(PolicyKind.SESSION, [])

    assert empty.applicable("s3:getobject", "*", {}) == []
