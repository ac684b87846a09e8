"""Delegation requests, from asking to the delegated session."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from doorward.authn.caller import prove
from doorward.authz.access import Access
from doorward.services.context import Context
from doorward.services.iam import delegation_decisions as decide
from doorward.services.iam.delegation_requests import (
    create_delegation_request,
    get_delegation_request,
    get_human_readable_summary,
    list_delegation_requests,
)
from doorward.services.iam.errors import EntityAlreadyExists, InvalidInput, NoSuchEntity
from doorward.services.iam.inline_policies import put_user_policy
from doorward.services.iam.policies import create_policy
from doorward.services.iam.service import iam
from doorward.services.iam.users import create_user, delete_user
from doorward.services.sts.delegated_access import get_delegated_access_token
from doorward.services.sts.token_errors import ExpiredTradeInToken
from doorward.store import users
from services.support import ACCOUNT, NOW, OTHER_ACCOUNT, SIGNATURE, World, accesses, later
from store import plans

TOPIC = f"arn:aws:sns:us-east-1:{OTHER_ACCOUNT}:partner"
TEMPLATE = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",'
    '"Resource":["arn:aws:s3:::@{bucketName}/a","arn:aws:s3:::@{further}"]}}'
)
ALL = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}'
FURTHER = ["other/b", "other/c"]


class House:
    """OTHER_ACCOUNT asks ACCOUNT, in which alice and bob are; alice may do everything."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder / "notifications"
        self.partner = world.root(OTHER_ACCOUNT)
        made = create_policy(self.partner, policy_name="template", policy_document=TEMPLATE)
        self.template = made["Policy"]["Arn"]
        root = world.root()
        self.people = {}
        for name in ("alice", "bob"):
            create_user(root, user_name=name)
            self.people[name] = world.user(users.find(world.db, ACCOUNT, name))
        put_user_policy(root, user_name="alice", policy_name="all", policy_document=ALL)

    @property
    def alice(self) -> Context:
        return self.people["alice"]

    @property
    def bob(self) -> Context:
        return self.people["bob"]

    def ask(self, workflow: str = "workflow-1", **more: Any) -> str:
        given = {
            "description": "set up",
            "permissions": {
                "PolicyTemplateArn": self.template,
                "Parameters": [
                    {"Name": "bucketName", "Values": ["bucket"], "Type": "string"},
                    {"Name": "further", "Values": FURTHER, "Type": "stringList"},
                ],
            },
            "requestor_workflow_id": workflow,
            "notification_channel": TOPIC,
            "session_duration": 900,
        }
        return str(create_delegation_request(self.partner, **given | more)["DelegationRequestId"])

    def owned(self, **more: Any) -> str:
        request = self.ask(**more)
        decide.associate_delegation_request(self.alice, delegation_request_id=request)
        return request

    def shown(self, request: str, ctx: Context | None = None, **more: Any) -> dict[str, Any]:
        found = get_delegation_request(ctx or self.alice, delegation_request_id=request, **more)
        return dict(found["DelegationRequest"]) if not more else found

    def token(self) -> str:
        (file,) = self.folder.rglob("*.json")
        return str(json.loads(file.read_text())["TradeInToken"])


@pytest.fixture
def house(world: World, tmp_path: Path) -> House:
    return House(world, tmp_path)


Decision = Callable[..., Any]


def test_a_request_shows_what_it_asks_for_with_its_parameters_filled_in(house: House) -> None:
    request = house.ask(request_message="please", redirect_url="https://example.com/back")

    shown = house.shown(request)
    assert json.loads(shown["PermissionPolicy"])["Statement"]["Resource"] == [
        "arn:aws:s3:::bucket/a",
        "arn:aws:s3:::other/b",
        "arn:aws:s3:::other/c",
    ]
    assert shown["State"] == "UNASSIGNED"
    assert shown["RequestorId"] == OTHER_ACCOUNT
    assert shown["ExpirationTime"] == later(house.alice, days=1).now
    assert {"OwnerId", "OwnerAccountId", "Notes", "ApproverId"}.isdisjoint(shown)


def test_a_request_goes_from_owner_to_approver_to_the_partner(house: House) -> None:
    request = house.owned()
    given = {"delegation_request_id": request}
    assert house.shown(request)["OwnerId"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    decide.update_delegation_request(house.alice, **given, notes="bob, please")
    assert house.shown(request)["State"] == "PENDING_APPROVAL"
    decide.accept_delegation_request(house.alice, **given)
    assert house.shown(request)["ApproverId"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    decide.send_delegation_token(house.bob, **given)

    assert house.shown(request)["State"] == "FINALIZED"
    (file,) = house.folder.rglob("*.json")
    assert file.parent == house.folder / "us-east-1" / OTHER_ACCOUNT / "partner"
    assert file.stat().st_mode & 0o777 == 0o600
    message = json.loads(file.read_text())
    assert message["RequestorWorkflowId"] == "workflow-1"
    (row,) = house.world.db.exec_driver_sql("SELECT * FROM delegation_request").all()
    assert request in tuple(row)
    assert house.token() not in str(tuple(row))


def finalized(house: House, **more: Any) -> str:
    request = house.owned(**more)
    decide.accept_delegation_request(house.alice, delegation_request_id=request)
    decide.send_delegation_token(house.alice, delegation_request_id=request)
    return request


def session(house: House, ctx: Context) -> Context:
    issued = get_delegated_access_token(ctx, trade_in_token=house.token())
    opened = house.world.tokens.open(issued["Credentials"]["SessionToken"])
    return house.world.context(prove(SIGNATURE, session=opened), ctx.now)


def test_the_token_gives_what_was_asked_and_the_approver_has(house: House) -> None:
    finalized(house)
    delegated = session(house, house.partner)

    def can(action: str, resource: str) -> bool:
        return delegated.authorize(Access(action, resource)).allowed

    assert delegated.account == ACCOUNT
    assert can("s3:GetObject", "arn:aws:s3:::bucket/a")
    assert not can("s3:GetObject", "arn:aws:s3:::bucket/b")
    assert not can("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/alice")
    put_user_policy(
        house.world.root(), user_name="alice", policy_name="all",
        policy_document=ALL.replace('"Action":"*"', '"Action":"iam:*"'),
    )  # fmt: skip
    assert not can("s3:GetObject", "arn:aws:s3:::bucket/a")


def test_the_time_runs_from_when_the_token_was_sent(house: House) -> None:
    finalized(house)
    after = later(house.partner, minutes=14)
    issued = get_delegated_access_token(after, trade_in_token=house.token())

    assert issued["AssumedPrincipal"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert issued["Credentials"]["Expiration"] == later(house.partner, minutes=15).now
    with pytest.raises(ExpiredTradeInToken):
        get_delegated_access_token(later(house.partner, minutes=15), trade_in_token=house.token())
    for caller, token in ((house.alice, house.token()), (house.partner, "none")):
        with pytest.raises(ExpiredTradeInToken):
            get_delegated_access_token(caller, trade_in_token=token)


STATES = [
    # what was done before            what may be done then
    ([],                              {"associate"}),
    (["associate"],                   {"update", "accept", "reject"}),
    (["associate", "update"],         {"update", "accept", "reject"}),
    (["associate", "accept"],         {"reject", "send"}),
    (["associate", "reject"],         set()),
    (["associate", "accept", "send"], set()),
]  # fmt: skip
DECISIONS: dict[str, Decision] = {
    "associate": decide.associate_delegation_request,
    "update": decide.update_delegation_request,
    "accept": decide.accept_delegation_request,
    "reject": decide.reject_delegation_request,
    "send": decide.send_delegation_token,
}


@pytest.mark.parametrize(("before", "allowed"), STATES)
@pytest.mark.parametrize("name", list(DECISIONS))
def test_each_state_lets_some_decisions_follow(
    house: House, before: list[str], allowed: set[str], name: str
) -> None:
    request = {"delegation_request_id": house.ask()}
    for one in before:
        DECISIONS[one](house.alice, **request)

    if name in allowed:
        DECISIONS[name](house.alice, **request)
    else:
        with pytest.raises(InvalidInput, match="in the state"):
            DECISIONS[name](house.alice, **request)


def test_a_request_expires(house: House) -> None:
    request = house.ask()
    assert house.shown(request, later(house.alice, days=1))["State"] == "EXPIRED"
    with pytest.raises(InvalidInput):
        decide.associate_delegation_request(
            later(house.alice, days=1), delegation_request_id=request
        )
    decide.associate_delegation_request(house.alice, delegation_request_id=request)
    assert house.shown(request, later(house.alice, days=6))["State"] == "ASSIGNED"
    assert house.shown(request, later(house.alice, days=7))["State"] == "EXPIRED"


def test_other_accounts_know_nothing_of_a_request_for_one_account(
    world: World, house: House
) -> None:
    open_to_all = house.ask()
    narrow = house.ask("workflow-2", owner_account_id=ACCOUNT)
    stranger = world.root("333333333333")

    assert house.shown(open_to_all, stranger)
    for request, operation in [
        (narrow, get_delegation_request),
        (narrow, decide.associate_delegation_request),
    ]:
        with pytest.raises(NoSuchEntity):
            operation(stranger, delegation_request_id=request)
    with pytest.raises(NoSuchEntity):  # the requestor sees it, but does not decide
        decide.associate_delegation_request(house.partner, delegation_request_id=narrow)
    assert house.shown(narrow, house.partner)


def test_only_the_owner_sends_where_that_is_asked_for(house: House) -> None:
    request = house.owned(only_send_by_owner=True)
    decide.accept_delegation_request(house.alice, delegation_request_id=request)

    with pytest.raises(InvalidInput, match="Only the owner"):
        decide.send_delegation_token(house.bob, delegation_request_id=request)
    decide.send_delegation_token(house.alice, delegation_request_id=request)


def test_the_owner_needs_no_permission_to_look_and_a_namesake_has_none(
    world: World, house: House
) -> None:
    request = house.ask()
    decide.associate_delegation_request(house.bob, delegation_request_id=request)

    def may(ctx: Context, operation: str) -> bool:
        (access,) = accesses(iam, operation, ctx, DelegationRequestId=request)
        assert access.context["iam:delegationrequestowner"].endswith("user/bob")
        return ctx.authorize(access).allowed

    assert may(house.bob, "GetDelegationRequest")
    assert may(house.bob, "UpdateDelegationRequest")
    assert not may(house.bob, "AcceptDelegationRequest")
    root = world.root()
    delete_user(root, user_name="bob")
    create_user(root, user_name="bob")
    namesake = world.user(users.find(world.db, ACCOUNT, "bob"))
    assert not may(namesake, "GetDelegationRequest")


def test_a_check_says_whether_the_caller_has_what_is_asked(house: House) -> None:
    def result(request: str, ctx: Context) -> str:
        found = house.shown(request, ctx, delegation_permission_check=True)
        assert found["PermissionCheckStatus"] == "COMPLETE"
        return str(found["PermissionCheckResult"])

    request = house.ask()
    assert result(request, house.alice) == "ALLOWED"
    assert result(request, house.bob) == "DENIED"
    wild = house.ask(
        "workflow-2", permissions={"PolicyTemplateArn": "arn:aws:iam::aws:policy/IAMReadOnlyAccess"}
    )
    assert result(wild, house.alice) == "UNSURE"


def test_only_requests_that_somebody_owns_are_listed(house: House) -> None:
    house.ask()
    owned = [house.owned(workflow=f"workflow-{number}") for number in range(2, 5)]

    page = list_delegation_requests(house.alice, max_items=2)
    assert page["isTruncated"]
    rest = list_delegation_requests(house.alice, max_items=2, marker=page["Marker"])
    listed = [*page["DelegationRequests"], *rest["DelegationRequests"]]
    assert {one["DelegationRequestId"] for one in listed} == set(owned)
    assert not rest["isTruncated"]
    bob = f"arn:aws:iam::{ACCOUNT}:user/bob"
    assert list_delegation_requests(house.alice, owner_id=bob)["DelegationRequests"] == []


REFUSED = [
    {"notification_channel": "arn:aws:sqs:us-east-1:1:partner"},
    {"notification_channel": "arn:aws:sns:us-east-1:1:..-..:a"},
    {"notification_channel": "arn:aws:sns:..:1:partner"},
    {"permissions": {}},
]


@pytest.mark.parametrize("given", REFUSED)
def test_what_cannot_be_delivered_or_granted_is_refused(
    house: House, given: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        house.ask(**given)


def test_parameters_must_fit_the_template(house: House) -> None:
    for parameters in (
        [],
        [{"Name": "bucketName", "Values": ["a"]}],
        [{"Name": name, "Values": ["a", "b"]} for name in ("bucketName", "further")],
        [{"Name": name, "Values": ["a"]} for name in ("bucketName", "further", "another")],
    ):
        permissions = {"PolicyTemplateArn": house.template, "Parameters": parameters}
        with pytest.raises(InvalidInput):
            house.ask(permissions=permissions)


def test_a_workflow_id_is_used_once(house: House) -> None:
    house.ask()

    with pytest.raises(EntityAlreadyExists):
        house.ask()


def test_the_root_cannot_accept(world: World, house: House) -> None:
    request = house.owned()

    with pytest.raises(InvalidInput):
        decide.accept_delegation_request(world.root(), delegation_request_id=request)


def test_there_is_no_summary_and_the_answer_says_so(house: House) -> None:
    request = house.ask()
    arn = f"arn:aws:iam::{ACCOUNT}:delegation-request/{request}"

    found = get_human_readable_summary(house.alice, entity_arn=arn, locale="de")
    assert found == {"Locale": "de", "SummaryState": "NOT_SUPPORTED"}
    with pytest.raises(NoSuchEntity):
        get_human_readable_summary(house.alice, entity_arn=f"{arn}0")
    with pytest.raises(InvalidInput):
        get_human_readable_summary(house.alice, entity_arn=f"arn:aws:iam::{ACCOUNT}:user/alice")


def test_conditions_see_what_is_asked(house: House) -> None:
    (access,) = accesses(
        iam,
        "CreateDelegationRequest",
        house.partner,
        SessionDuration=900,
        NotificationChannel=TOPIC,
        Permissions={"PolicyTemplateArn": house.template},
    )
    assert access.context == {
        "iam:delegationduration": "900",
        "iam:notificationchannel": TOPIC,
        "iam:templatearn": house.template,
    }
    assert access.resource == f"arn:aws:iam::{OTHER_ACCOUNT}:delegation-request/*"


def test_no_query_reads_a_whole_table(world: World, house: House) -> None:
    with plans.watched(world.db) as statements:
        finalized(house)
        list_delegation_requests(house.alice)
        get_delegated_access_token(house.partner, trade_in_token=house.token())

    assert plans.scans(world.db, statements) == []
    assert house.alice.now == NOW
