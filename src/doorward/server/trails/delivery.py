"""The worker that delivers what waits for trails, and their digests.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from doorward.authn import resumed
from doorward.authz.access import RequestFacts
from doorward.base.clock import iso8601
from doorward.base.errors import AwsError
from doorward.server.body import MemoryBody
from doorward.server.forward import Forward
from doorward.server.running import Running
from doorward.server.trails import digests, files, notices
from doorward.server.trails.files import Written
from doorward.server.trails.insights import Insights
from doorward.services.cloudtrail import buckets
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store import insights, trails
from doorward.store.refusals import Unreachable
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail import DigestChain, Trail
from doorward.store.writer import Closed

LOG = logging.getLogger("doorward")
LOOK_SECONDS = 1.0
LEASE = timedelta(seconds=60)
"""For so long a server that delivers keeps others of a shared database from it."""
INSIGHTS_EVERY = timedelta(minutes=1)
MOST_EVENTS = 5_000
"""In a log file."""
GZIP = {"ContentType": "application/json", "ContentEncoding": "gzip"}


class Courier:
    """Delivers to the trails of *running*, once each time it is asked to."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.calls = Forward(running)

    def deliver(self, *, digest: bool = True) -> None:
        """Deliver what waits for every trail, and the digests that are due.

        What cannot be delivered to one goes on waiting, and keeps no other from it.
        """
        with self.running.database.moment(), self.running.database.read() as db:
            found = trails.with_work(db)
        for trail in found:
            with suppress(AwsError):  # its status tells of it
                self.logs(trail)
                self.insights(trail)
                if digest:
                    digests.bring_up(self, trail)

    def logs(self, trail: Trail) -> None:
        """Deliver what waits for *trail*.

        Raises:
            AwsError: the bucket does not take it.
        """
        with self.running.database.moment(), self.running.database.read() as db:
            places = trails.places(db, trail.arn)
        for account, region in places:
            while events := self._waiting(trail, account, region):
                self._log(trail, account, region, events)

    def insights(self, trail: Trail) -> None:
        """Deliver the insight events that wait for *trail*.

        Raises:
            AwsError: the bucket does not take them.
        """
        with self.running.database.moment(), self.running.database.read() as db:
            events = insights.waiting(db, trail.arn, limit=MOST_EVENTS)
        now = self.running.clock.now()
        for account, region in dict.fromkeys((one.account, one.region) for one in events):
            part = [one for one in events if (one.account, one.region) == (account, region)]
            random = self.running.ids.token(files.SUFFIX_CHARACTERS)
            written = files.insights(trail, account, region, now, random, part)
            self.put(trail, written, "LatestDeliveryError", {})
            done = [one.sequence for one in part]
            self.write(partial(insights.delivered, arn=trail.arn, sequences=done))

    def _waiting(self, trail: Trail, account: str, region: str) -> Sequence[AuditEvent]:
        with self.running.database.moment(), self.running.database.read() as db:
            return trails.waiting(db, trail.arn, account, region, limit=MOST_EVENTS)

    def _log(self, trail: Trail, account: str, region: str, events: Sequence[AuditEvent]) -> None:
        """Deliver *events* in one file, and note that in one transaction."""
        now = self.running.clock.now()
        random = self.running.ids.token(files.SUFFIX_CHARACTERS)
        written = files.log(trail, account, region, now, random, events)
        said = {"LatestDeliveryAttemptTime": iso8601(now)}
        self.put(trail, written, "LatestDeliveryError", said)
        said |= {
            "LatestDeliveryTime": iso8601(now),
            "LatestDeliveryAttemptSucceeded": iso8601(now),
        }
        told = notices.tell(self, trail, written.key, now)
        told |= notices.log(self, trail, account, region, events)
        entry = {
            "s3Bucket": trail.members["S3BucketName"],
            "s3Object": written.key,
            "hashValue": written.hash,
            "hashAlgorithm": "SHA-256",
            "newestEventTime": iso8601(max(one.at for one in events)),
            "oldestEventTime": iso8601(min(one.at for one in events)),
        }

        def job(db: Connection) -> None:
            trails.delivered(db, trail.arn, [one.sequence for one in events])
            trails.note(db, trail.arn, {**said, "LatestDeliveryError": None, **told})
            chain = trails.chain(db, trail.arn, account, region)
            if chain is None and digests.wanted(trail):
                chain = digests.first(trail, account, region, now)
            if chain is not None:
                grown = DigestChain(
                    chain.trail, account, region, chain.ends_at, chain.previous,
                    [*chain.files, entry],
                )  # fmt: skip
                trails.put_chain(db, grown)

        self.running.database.write(job, world=False)

    def put(
        self,
        trail: Trail,
        written: Written,
        error_member: str,
        said: Mapping[str, str],
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        """Store a file in the bucket as CloudTrail itself; the bucket's policy decides.

        Raises:
            AwsError: the bucket does not take it; the trail's status says why.
        """
        parameters: dict[str, Any] = {
            "Bucket": trail.members["S3BucketName"],
            "Key": written.key,
            "Body": MemoryBody(written.body),
            "ACL": buckets.FULL_CONTROL,
            **GZIP,
        }
        if key := trail.members.get("KmsKeyId"):
            parameters |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
        if metadata:
            parameters["Metadata"] = dict(metadata)
        try:
            self.call(trail, "s3", "PutObject", parameters)
        except AwsError as error:
            failed = {**said, error_member: error.code}
            self.write(lambda db: trails.note(db, trail.arn, failed))
            raise

    def call(
        self, trail: Trail, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What an operation puts out for CloudTrail itself, on behalf of *trail*.

        Raises:
            AwsError: it is refused.
        """
        caller = resumed.acting(PRINCIPAL, trail.arn, trail.account, trail.region)
        return self.calls.call(caller, self.facts(trail), service, operation, parameters)

    def facts(self, trail: Trail) -> RequestFacts:
        """A request as CloudTrail sends it."""
        partition = self.running.settings.partition
        return RequestFacts(trail.region, partition, PRINCIPAL, PRINCIPAL, secure=True)

    def write(self, job: Callable[[Connection], None]) -> None:
        """Do *job* in a transaction of its own."""
        self.running.database.write(job, world=False)


class TrailWorker:
    """Delivers, and looks for what is unusual, again and again, until it is stopped."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.courier = Courier(running)
        self.insights = Insights(running)
        self._stopping = threading.Event()
        self._due: datetime | None = None
        self._looks: datetime | None = None
        self._id = running.ids.request_id()
        self._thread = threading.Thread(target=self._run, name="doorward-trails", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """End after the file that is being delivered; what waits is delivered after a start."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _claimed(self, now: datetime) -> bool:
        """Whether this server delivers, and no other of a shared database."""
        if self.running.settings.database_url is None:
            return True
        until = now + LEASE
        return self.running.database.write(
            lambda db: trails.claim(db, self._id, now=now, until=until), world=False
        )

    def _run(self) -> None:
        seconds = self.running.settings.trail_delivery_seconds
        while not self._stopping.wait(min(LOOK_SECONDS, seconds)):
            now = self.running.clock.now()
            delivers = self._due is None or now >= self._due
            looks = self._looks is None or now >= self._looks
            if delivers:
                self._due = now + timedelta(seconds=seconds)
            if looks:
                self._looks = now + INSIGHTS_EVERY
            try:
                if not (delivers or looks) or not self._claimed(now):
                    continue
                if delivers:
                    self.courier.deliver()
                if looks:
                    self.insights.look()
            except (Unreachable, Closed):
                continue
            except Exception:
                LOG.exception("trails could not be delivered to; it is tried again")
