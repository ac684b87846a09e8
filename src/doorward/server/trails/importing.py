"""One import: log files of a bucket read in a role, their events put into an event data store.

What is taken in is written together with how far the import has come, so that every event is taken
in once, whatever crashes: after a restart the import goes on behind the last one.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-copy-trail-to-lake.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import Connection

from doorward.analysis.trail import keys, records
from doorward.analysis.trail.records import Record, Unreadable
from doorward.authn.caller import Caller
from doorward.authz.access import RequestFacts
from doorward.base.errors import AwsError
from doorward.base.http import FileSlice
from doorward.server import service_roles
from doorward.server.forward import Forward
from doorward.server.running import Running
from doorward.services.cloudtrail import finding, imports
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store import trail_records, trail_things
from doorward.store.tables.trail_record import ImportFailure
from doorward.store.tables.trail_thing import TrailThing

AT_ONCE = 1_000
SESSION = "CloudTrail"
SESSION_LASTS = timedelta(minutes=30)
LAYOUT = "AWSLogs/"
LEASE = timedelta(seconds=60)
"""For so long a server that imports keeps others of a shared database from it."""


class Stopped(Exception):
    """The import is no longer this one's to do: it was stopped, or another server has it."""


Also = Callable[[Connection], None]


class Place(NamedTuple):
    """Where the files are."""

    bucket: str
    prefix: str


class Bytes:
    """What GetObject put out, as a file that gives bytes."""

    def __init__(self, body: Any) -> None:
        if isinstance(body, FileSlice):
            self._file: BinaryIO = body.file or body.path.open("rb")
            self._file.seek(body.offset)
            self._left = body.length
        else:
            self._file = BytesIO(body)
            self._left = len(body)

    def read(self, size: int, /) -> bytes:
        """At most *size* bytes, none at the end."""
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Importing:
    """The work on one import by the server that calls itself *holder*."""

    def __init__(self, running: Running, one: TrailThing, holder: str) -> None:
        self.running = running
        self.one = one
        self.members: dict[str, Any] = dict(one.members)
        self.holder = holder
        self.calls = Forward(running)
        self._role: Caller | None = None
        self._until = running.clock.now()
        uri = one.members["ImportSource"]["S3"]["S3LocationUri"]
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        self.place = Place(bucket, prefix)
        self.begins, self.ends = self._bounds()

    def _bounds(self) -> tuple[datetime, datetime | None]:
        """Between when events are taken in: asked for, and within the store's retention period."""
        start, end = self.members["StartEventTime"], self.members["EndEventTime"]
        with self.running.database.moment(), self.running.database.read() as db:
            store = trail_things.find(
                db, self.one.account, self.one.region, finding.STORE, self.one.parent
            )
        now = self.running.clock.now()
        oldest = now - timedelta(days=store.members["RetentionPeriod"] if store else 0)
        begun = datetime.fromisoformat(start) if start else oldest
        return max(begun, oldest), datetime.fromisoformat(end) if end else None

    def run(self) -> None:
        """Take in what there is, what failed before first; note how it ended.

        Raises:
            Stopped: it is not to be gone on with.
        """
        try:
            while again := self.failed(trail_records.RETRY):
                for failed in again:
                    self._retry(failed)
            for key in self._keys():
                self._prefix(key)
                self._file(key, None)
        except AwsError as error:
            self._failure(self._everything, error.code, str(error))
        ended = imports.FAILED if self.failed(trail_records.FAILED) else imports.COMPLETED
        self.members["PrefixesCompleted"] = self.members["PrefixesFound"]
        self.save(lambda _: None, status=ended)

    @property
    def _everything(self) -> str:
        """The place of all files, which fails where they cannot be listed."""
        return f"s3://{self.place.bucket}/{self.place.prefix}"

    def _retry(self, failed: ImportFailure) -> None:
        if failed.location != self._everything:
            self._file(failed.location.removeprefix(f"s3://{self.place.bucket}/"), failed)
            return
        now = self.running.clock.now()
        self.members["FailedEntries"] -= 1
        self.save(lambda db: trail_records.settle(db, failed, now))

    def failed(self, status: str) -> Sequence[ImportFailure]:
        """Failures of that status, as many as are looked at in one go."""
        with self.running.database.moment(), self.running.database.read() as db:
            return trail_records.failures(
                db, self.one.account, self.one.region, self.one.id, status=status, limit=AT_ONCE
            ).items

    def _keys(self) -> Iterator[str]:
        """The keys of log files behind the last one that was done, in order.

        Raises:
            AwsError: they cannot be listed.
        """
        after = self.members.get("Key", "")
        while True:
            given = {"Bucket": self.place.bucket, "Prefix": self.place.prefix}
            found = self._call("ListObjectsV2", given | ({"StartAfter": after} if after else {}))
            for one in found.get("Contents") or ():
                after = one["Key"]
                if self._wanted(after):
                    yield after
            if not found.get("IsTruncated"):
                return

    def _wanted(self, key: str) -> bool:
        """Whether the file may hold events of the time that is asked for.

        In CloudTrail's own layout only files of the `CloudTrail` prefix do; elsewhere the prefix
        must have been named.
        """
        laid_out = keys.place(key) is not None
        if not keys.is_log(key) or not (laid_out or (self.place.prefix and LAYOUT not in key)):
            return False
        return keys.may_hold(key, since=self.begins, until=self.ends)

    def _prefix(self, key: str) -> None:
        """Count the prefix of *key* where it is another one than that of the last file."""
        prefix = key.rpartition("/")[0]
        if self.members.get("Prefix") != prefix:
            self.members["PrefixesCompleted"] = self.members["PrefixesFound"]
            self.members["PrefixesFound"] += 1
            self.members["Prefix"] = prefix

    def _file(self, key: str, before: ImportFailure | None) -> None:
        """Take in the events of one file, or note why not.

        Raises:
            Stopped: as for `run`.
        """
        location = f"s3://{self.place.bucket}/{key}"
        within = self.members.get("Within") or ["", 0]
        taken = before.taken if before else within[1] if within[0] == key else 0
        try:
            body = Bytes(self._call("GetObject", {"Bucket": self.place.bucket, "Key": key})["Body"])
            try:
                taken = self._events(key, body, taken)
            finally:
                body.close()
        except (AwsError, OSError, Unreadable) as error:
            code = error.code if isinstance(error, AwsError) else type(error).__name__
            known = self.members.get("Within") or ["", 0]
            if before is not None:
                self.members["FailedEntries"] -= 1
            self._failure(location, code, str(error), known[1] if known[0] == key else taken)
        else:
            self.members["FilesCompleted"] += 1
            now = self.running.clock.now()
            if before is not None:
                self.members["FailedEntries"] -= 1
                self.save(lambda db: trail_records.settle(db, before, now))
                return
        if before is None:
            self.members |= {"Key": key, "Within": None}
        self.save(lambda _: None)

    def _events(self, key: str, body: Bytes, taken: int) -> int:
        """Take in the events behind the first *taken* ones of a file; how many it has.

        Raises:
            Unreadable: it is no log file, or ends too early; what came before was taken in.
        """
        count = 0
        for many in records.read(body):
            for start in range(0, len(many), AT_ONCE):
                part = many[start : start + AT_ONCE]
                fresh = part[max(0, taken - count) :]
                count += len(part)
                if fresh:
                    self._take(key, count, fresh)
        return count

    def _take(self, key: str, count: int, fresh: Sequence[Record]) -> None:
        wanted = [
            (one.seen.event_time, bytes(one.text).decode())
            for one in fresh
            if one.seen.event_time >= self.begins
            and (self.ends is None or one.seen.event_time <= self.ends)
        ]
        self.members["EventsCompleted"] += len(wanted)
        self.members["Within"] = [key, count]
        where = (self.one.account, self.one.region, self.one.parent)
        self.save(lambda db: trail_records.add(db, *where, wanted))

    def _failure(self, location: str, code: str, message: str, taken: int = 0) -> None:
        now = self.running.clock.now()
        one = ImportFailure(
            self.one.account, self.one.region, self.one.id, location[:1152],
            trail_records.FAILED, code[:128], message, taken, now,
        )  # fmt: skip
        self.members["FailedEntries"] += 1
        self.save(lambda db: trail_records.fail(db, one))

    def _call(self, operation: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What S3 puts out for CloudTrail in the role of the import.

        Raises:
            AwsError: the role does not trust CloudTrail, or may not.
        """
        facts = RequestFacts(
            self.one.region, self.running.settings.partition, PRINCIPAL, PRINCIPAL, secure=True
        )
        return self.calls.call(self._caller(), facts, "s3", operation, given)

    def _caller(self) -> Caller:
        """CloudTrail in the role of the import, whose session is used for a while."""
        now = self.running.clock.now()
        if self._role is not None and now < self._until:
            return self._role
        self._until = now + SESSION_LASTS
        self._role = service_roles.assume(
            self.running,
            PRINCIPAL,
            self.members["ImportSource"]["S3"]["S3BucketAccessRoleArn"],
            source_arn=self.members["Destinations"][0],
            source_account=self.one.account,
            session_name=SESSION,
            region=self.one.region,
        )
        return self._role

    def save(self, also: Also, *, status: str = imports.WORKING) -> None:
        """Do *also* and note how far the import has come, in one transaction.

        Raises:
            Stopped: it is not this one's to do any more; nothing is written then.
        """
        now = self.running.clock.now()
        members = {**self.members, "Holder": self.holder, "Until": (now + LEASE).isoformat()}

        def job(db: Connection) -> bool:
            one = self.one
            found = trail_things.find(db, one.account, one.region, one.kind, one.id)
            if found is None or found.name != imports.WORKING:
                return False
            if found.members.get("Holder") != self.holder:
                return False
            also(db)
            values = {"members": members, "name": status, "updated_at": now}
            trail_things.change(db, found, values)
            return True

        if not self.running.database.write(job, world=False):
            raise Stopped
