"""What was done is on record once, in the name of who did it; so is what was denied.

Generated from the operations that are declared: each is called by somebody who may do nothing, then
with an audit trail that takes nothing, then in earnest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from botocore.credentials import Credentials

from doorward.server import s3_events
from doorward.server.audit import SOURCES
from doorward.server.dispatch import registry
from doorward.wire.shown import error_code
from server import rows
from server.place import Place, Side
from server.rows import NAMES, NEVER_DONE, Name
from server.things import TRUST, Call, called

# A token in the request says who asks, so nobody signs it.
BY_TOKEN = {
    ("sts", "AssumeRoleWithSAML"): ("SAMLUser", "AssumeRoleWithSAML"),
    ("sts", "AssumeRoleWithWebIdentity"): ("WebIdentityUser", "AssumeRoleWithWebIdentity"),
    ("sso-oidc", "CreateToken"): ("IdentityCenterUser", "CreateToken"),
} | {
    ("sso", name): ("IdentityCenterUser", name)
    for name in ("GetRoleCredentials", "ListAccountRoles", "ListAccounts", "Logout")
}
# Nobody is proved yet, and no account asks.
NOBODY = {("sso-oidc", "RegisterClient"), ("sso-oidc", "StartDeviceAuthorization")}
# The answer tells of each key whether it was denied; the call itself is let in.
TELLS_OF_EACH = {("s3", "DeleteObjects")}
# A one-time code is used up before anything is decided, whatever becomes of the call.
USED_UP = {("iam", "EnableMFADevice"), ("iam", "ResyncMFADevice"), ("sso-oidc", "CreateToken")}
# Events of S3 have names of their own.
RECORDED = {("s3", name): named for name, named in s3_events.NAMES.items()}
# Credentials are given out, which events of some of these operations do not call reading.
CREDENTIALS = {"AssumeRoot": False, "GetFederationToken": False, "GetSessionToken": False}
# CloudTrail itself tries the bucket, which is on record beside the call.
TRIES_A_BUCKET = {("cloudtrail", "CreateTrail"), ("cloudtrail", "UpdateTrail")}
WRITES = [name for name in NAMES if not registry()[name].reads]
ASKS = [name for name in NAMES if registry()[name].finder is not None]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[Place]:
    made = Place()
    yield made
    made.close()


class Prepared:
    """An operation with a side on which all is made for it."""

    def __init__(self, place: Place, name: Name) -> None:
        self.place, self.name = place, name
        self.side: Side = place.side()
        self.call: Call = called(rows.row(name), self.side)

    def by(self) -> Credentials | None:
        return None if self.name in {*BY_TOKEN, *NOBODY} else self.call.by or self.side.admin

    def send(self, by: Credentials | None):
        """The answer, and the events of it."""
        before = self.place.last_event()
        answer = self.side.place_call(*self.name, self.call.parameters, by)
        found = self.place.events(before)
        if self.name in TRIES_A_BUCKET:
            found = [one for one in found if one["userIdentity"]["type"] != "AWSService"]
        return answer, found


@pytest.fixture(scope="module")
def prepared(place: Place, request: pytest.FixtureRequest) -> Iterator[Prepared]:
    yield Prepared(place, request.param)
    place.empty()


def of(names):
    return pytest.mark.parametrize("prepared", names, ids=":".join, indirect=True, scope="module")


@contextmanager
def distrust(prepared: Prepared) -> Iterator[None]:
    """A block in which the role trusts no provider, so that no token gives it."""
    role = prepared.call.parameters["RoleArn"].rpartition("/")[2]
    side = prepared.side
    trusted = side.call("iam", "GetRole", RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    side.call("iam", "UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=TRUST)
    yield
    side.call("iam", "UpdateAssumeRolePolicy", RoleName=role, PolicyDocument=unquote(trusted))


def test_every_operation_has_a_row() -> None:
    assert rows.MISSING == []
    assert rows.NEEDLESS == []


@of(ASKS)
def test_what_is_denied_is_on_record_once_with_its_error(prepared: Prepared) -> None:
    before = prepared.place.state()

    if prepared.name in BY_TOKEN:
        with distrust(prepared):
            answer, events = prepared.send(None)
        who = {"type": BY_TOKEN[prepared.name][0]}
    else:
        answer, events = prepared.send(prepared.side.nobody)
        who = {"arn": prepared.side.arn("user/nobody"), "type": "IAMUser"}

    (event,) = events
    assert event["eventName"] == RECORDED.get(prepared.name, prepared.name[1])
    assert event["userIdentity"].items() >= who.items()
    if prepared.name in TELLS_OF_EACH:
        assert [one["Code"] for one in answer.output["Errors"]] == ["AccessDenied"]
        assert "errorCode" not in event
    else:
        assert 400 <= answer.status < 500, answer
        assert event["errorCode"] in {"AccessDenied", "AccessDeniedException"}, answer
        assert answer.body == b"" or event["errorMessage"] == answer.message
    assert prepared.place.state() == before


@of(WRITES)
def test_nothing_is_done_that_cannot_be_put_on_record(prepared: Prepared) -> None:
    if prepared.name in USED_UP | set(NEVER_DONE):
        pytest.skip("uses up a code, or never does anything")
    before = prepared.place.state()

    with prepared.place.broken_trail():
        answer = prepared.side.place_call(*prepared.name, prepared.call.parameters, prepared.by())

    assert answer.status == 500, answer
    assert prepared.place.state() == before


@of(NAMES)
def test_what_is_done_is_on_record_once_in_the_name_of_who_did_it(prepared: Prepared) -> None:
    answer, events = prepared.send(prepared.by())

    (event,) = events
    service, name = prepared.name
    refused = NEVER_DONE.get(prepared.name)
    assert (answer.status < 400) == (refused is None), answer
    assert event.get("errorCode") == (refused and error_code(service, refused))
    assert event["eventName"] == RECORDED.get(prepared.name, name)
    assert event["eventSource"] == f"{SOURCES.get(service, service)}.amazonaws.com"
    reads = registry()[prepared.name].reads or name.startswith("AssumeRole")
    assert event["readOnly"] == CREDENTIALS.get(name, reads)
    if prepared.name in NOBODY:
        assert event["userIdentity"]["accountId"] == "ANONYMOUS_PRINCIPAL"
        return
    if prepared.name in BY_TOKEN:
        assert event["userIdentity"]["type"] == BY_TOKEN[prepared.name][0]
    else:
        assert event["userIdentity"]["arn"] == prepared.side.arn(f"user/{prepared.call.user}")
    assert event["recipientAccountId"] == prepared.side.account
