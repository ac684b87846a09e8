"""What is on record of users of Identity Center who sign in.

https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html
"""

from doorward.authn.identity_center import user_identity
from doorward.base.http import HttpRequest
from doorward.server.audit import HIDDEN, Asked, Outcome, record
from doorward.server.running import Running
from doorward.store import audit, sso_instances
from doorward.store.tables.identity_store_user import IdentityUser

SERVICE = "signin"
SUCCESS, FAILURE = "Success", "Failure"


def authentication(
    running: Running, request: HttpRequest, account: str, user: IdentityUser | None, *, done: bool
) -> None:
    """Record that a user proved who they are, or that somebody else tried; on disk at once.

    What was typed in place of a name may be a password, so only names of users are told.
    """
    _write(running, request, "UserAuthentication", account, user, SUCCESS if done else FAILURE)


def consent(
    running: Running, request: HttpRequest, account: str, user: IdentityUser, *, allowed: bool
) -> None:
    """Record that a user let a client in or not (the event's name is assumed)."""
    outcome = SUCCESS if allowed else FAILURE
    _write(running, request, "AuthorizeClient", account, user, outcome)


def _write(
    running: Running,
    request: HttpRequest,
    name: str,
    account: str,
    user: IdentityUser | None,
    result: str,
) -> None:
    settings = running.settings
    agent = request.header("user-agent") or ""
    asked = Asked(
        SERVICE, name, settings.region, request.peer, agent, running.ids.request_id(), None, False
    )
    with running.database.read() as db:
        instance = sso_instances.of_account(db, account)
    now = running.clock.now()
    failed = result == FAILURE and name == "UserAuthentication"
    outcome = Outcome("Failure", "Failed authentication") if failed else Outcome()
    event = record(asked, None, None, now, running.ids.event_id(now), outcome, None)
    identity = user_identity(
        settings.partition,
        account,
        instance.identity_store_id if instance else "",
        user.id if user else HIDDEN,
        None,
    )
    event |= {
        "userIdentity": identity,
        "recipientAccountId": account,
        "serviceEventDetails": {name: result},
        "eventType": "AwsServiceEvent",
    }
    running.database.write(lambda db: audit.append(db, event), world=False)
