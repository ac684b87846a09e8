"""A server whose rotations a test takes on itself, look by look, with a clock that it moves."""

import http.client
import json
from datetime import timedelta
from urllib.parse import urlsplit

from clients.conftest import ACCOUNT, Served
from doorward.cli.rotation.schedule import Rotations
from doorward.server.app import App
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys, Place
from doorward.store import access_keys, audit, last_used, rotations, users
from doorward.store.last_used import Use

DAY = 86_400
HOUR = 3_600
ROOT = Keys("root-key-id", "root-secret")
PLAN = {"PeriodSeconds": 90 * DAY, "UnusedSeconds": HOUR, "InactiveSeconds": 2 * HOUR}


class Rotating:
    """The server *served*, its user alice and what becomes of her keys."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.api = Rotations(served.endpoint, ROOT, served.clock)

    def user(self, name="alice", *, keys=1):
        """Make a user; gives the id and secret of the last of their keys."""
        self.served.clock.ahead = timedelta()  # boto3 signs with the real time
        iam = self.served.client("iam")
        iam.create_user(UserName=name)
        made = [iam.create_access_key(UserName=name)["AccessKey"] for _ in range(keys)]
        return (made[-1]["AccessKeyId"], made[-1]["SecretAccessKey"]) if made else None

    def schedule(self, delivery="file", target="", name="alice", **more):
        return self.api.put(name, PLAN | {"Delivery": delivery, "Target": target} | more)

    def look(self, app: App | None = None, **later):
        """Let time pass, take rotations on, and tell what the report says of alice."""
        self.served.clock.ahead += timedelta(**later)
        if waiting := self.served.running.recorder.flush():
            waiting.result()
        (app or self.served.app).rotator.look()
        return self.row()

    def row(self, name="alice"):
        with self.served.running.database.read() as db:
            user = users.find(db, ACCOUNT, name)
            return rotations.find(db, ACCOUNT, user.id) if user else None

    def keys(self, name="alice"):
        """Each key of a user and whether it is on."""
        with self.served.running.database.read() as db:
            user = users.find(db, ACCOUNT, name)
            return {key.id: key.active for key in access_keys.of(db, ACCOUNT, user.id)}

    def use(self, key_id):
        """Have a key be used right now."""
        now = self.served.clock.now()
        use = Use(key_id, None, now, "s3", "us-east-1")
        self.served.running.database.write(lambda db: last_used.note(db, [use]))

    def change(self, job):
        self.served.running.database.write(job)

    def works(self, key_id, secret):
        """Whether the server believes a request that is signed with that key."""
        place = Place(urlsplit(self.served.endpoint), "sts", "us-east-1")
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        kind = {"content-type": "application/x-www-form-urlencoded"}
        now = self.served.clock.now()
        headers = outgoing.signed(place, Keys(key_id, secret), now, body, kind)
        connection = http.client.HTTPConnection(place.endpoint.netloc, timeout=10)
        connection.request("POST", "/", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status == 200

    def events(self):
        """The events of rotations, oldest first: name, key and code of an error."""
        with self.served.running.database.read() as db:
            found = audit.page(db, ACCOUNT, limit=1_000).items
        shown = [json.loads(one.event) for one in reversed(found)]
        return [one for one in shown if one["userIdentity"].get("invokedBy") == "rotation.doorward"]
