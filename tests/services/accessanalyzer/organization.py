"""An organization of two accounts."""

from typing import Any

from doorward.store import accounts
from services.served import OTHER_ACCOUNT, Clients


def joined(clients: Clients) -> str:
    """The id of a new organization with all features, which the other account joined."""
    running = clients.served.running

    def make(db: Any) -> None:
        now = running.clock.now()
        accounts.create(db, OTHER_ACCOUNT, now)
        accounts.set_root_key(
            db, running.secrets, OTHER_ACCOUNT, "other-key-id", "other-secret", now
        )

    running.database.write(make)
    ours = clients.client("organizations", host="127.0.0.1")
    theirs = clients.client("organizations", "other-key-id", "other-secret", host="127.0.0.1")
    made = ours.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    asked = ours.invite_account_to_organization(Target={"Id": OTHER_ACCOUNT, "Type": "ACCOUNT"})
    theirs.accept_handshake(HandshakeId=asked["Handshake"]["Id"])
    return str(made)
