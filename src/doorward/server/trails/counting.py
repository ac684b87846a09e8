"""The follower of the audit trail that counts calls of accounts with insight selectors."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from doorward.server.followers import Writes
from doorward.server.running import Running
from doorward.services.cloudtrail.service import PRINCIPAL
from doorward.store import insights
from doorward.store.tables.audit import AuditEvent
from doorward.store.tables.trail_insight import Counted


class Who(msgspec.Struct, rename="camel"):
    """What is looked at of a `userIdentity`."""

    invoked_by: str | None = None


class Seen(msgspec.Struct, rename="camel"):
    """What is looked at of a record."""

    aws_region: str
    event_category: str = insights.MANAGEMENT
    user_identity: Who | None = None


READ = msgspec.json.Decoder(Seen)


class Counting:
    """Counts what is called and what fails; of one batch there is never more than it holds."""

    name = "cloudtrail-insights"
    world = False

    def __init__(self, running: Running) -> None:
        self._running = running

    def prepare(self, events: Sequence[AuditEvent]) -> Writes | None:
        """What is counted more from now on.

        What CloudTrail itself writes to buckets is not, since each delivery would be the next.
        """
        accounts = sorted({one.account for one in events})
        with self._running.database.moment(), self._running.database.read() as db:
            watched = insights.watched(db, accounts)
        found: Counter[tuple[str, Counted, datetime]] = Counter()
        for one in events:
            if one.account in watched:
                at = one.at.replace(second=0, microsecond=0)
                found.update((one.account, what, at) for what in counted(one))
        if not found:
            return None

        def write(db: Connection) -> None:
            for (account, what, at), number in found.items():
                insights.count(db, account, what, at, number)

        return write


def counted(one: AuditEvent) -> Sequence[Counted]:
    """What *one* counts as: a call, unless it reads what is managed, and a failure if it is one.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-CLI-enable.html
    """
    seen = READ.decode(one.event)
    if seen.user_identity is not None and seen.user_identity.invoked_by == PRINCIPAL:
        return ()
    data = seen.event_category == insights.DATA
    what = Counted(
        seen.aws_region,
        insights.DATA if data else insights.MANAGEMENT,
        one.service[:128],
        one.operation[:128],
        "",
    )
    calls = [what] if data or not one.read_only else []
    return [*calls, what._replace(error=one.error_code[:128])] if one.error_code else calls
