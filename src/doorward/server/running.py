"""Everything that one running server holds: database, keys, files, the live world."""

import os
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from doorward.authn.oidc_fetch import Fetcher
from doorward.authn.oidc_keys import IssuerKeys
from doorward.authn.token import Tokens
from doorward.base.clock import Clock
from doorward.base.ids import Ids
from doorward.server.recorder import Recorder
from doorward.server.settings import Settings
from doorward.server.state import RootKey
from doorward.store import accounts, objects, secrets, uploads
from doorward.store.database import Database
from doorward.store.files import Files
from doorward.store.live import Live
from doorward.store.outbox import Outbox
from doorward.store.page import Markers
from doorward.store.secrets import Secrets

if TYPE_CHECKING:
    from doorward.server.alarm_actions import AlarmActions
    from doorward.server.alarms import AlarmWorker
    from doorward.server.findings.worker import FindingsWorker
    from doorward.server.followers import Followers
    from doorward.server.log_worker import LogWorker
    from doorward.server.passing import Passing
    from doorward.server.policy_generation import GenerationWorker
    from doorward.server.seed import Seed
    from doorward.server.stacks import StackWorker
    from doorward.server.trails.delivery import TrailWorker
    from doorward.server.trails.queries import QueryWorker
    from doorward.services.operation import Operation

MASTER_KEY = "DOORWARD_MASTER_KEY"


@dataclass(slots=True)
class Running:
    """The parts of a server, opened by `start` and let go by `close`."""

    settings: Settings
    key: RootKey
    clock: Clock
    ids: Ids
    database: Database = field(init=False)
    secrets: Secrets = field(init=False)
    tokens: Tokens = field(init=False)
    markers: Markers = field(init=False)
    files: Files = field(init=False)
    outbox: Outbox = field(init=False)
    live: Live = field(init=False)
    recorder: Recorder = field(init=False)
    issuer_keys: IssuerKeys = field(init=False)
    seed: "Seed | None" = field(init=False, default=None)
    gateway: "Passing | None" = field(init=False, default=None)
    stacks: "StackWorker | None" = field(init=False, default=None)
    followers: "Followers | None" = field(init=False, default=None)
    alarm_actions: "AlarmActions | None" = field(init=False, default=None)
    log_worker: "LogWorker | None" = field(init=False, default=None)
    alarms: "AlarmWorker | None" = field(init=False, default=None)
    trails: "TrailWorker | None" = field(init=False, default=None)
    queries: "QueryWorker | None" = field(init=False, default=None)
    generations: "GenerationWorker | None" = field(init=False, default=None)
    findings: "FindingsWorker | None" = field(init=False, default=None)
    opened: bool = field(init=False, default=False)

    def start(self) -> None:
        """Open the database, make the first account and its root key, apply the seed.

        Raises:
            BadInput: the data directory is in use, of a newer version, or the seed is wrong.
        """
        if self.settings.seed:
            # Not at the top: reading seeds is a sixth of what starting costs.
            from doorward.server.seed import read  # noqa: PLC0415

            self.seed = read(self.settings.seed, partition=self.settings.partition)
        self.gateway = self.upstreams()
        self.open()
        try:
            self.database.write(self.begin)
            self.work()
        except BaseException:
            self.close()
            raise

    def work(self) -> None:
        """Have stacks driven, those first that were left half done, and the trail followed.

        Raises:
            BadInput: alarms cannot be told of as the settings say.
        """
        # Not at the top: the workers need the stages of requests, and they need this.
        from doorward.server.alarm_actions import AlarmActions  # noqa: PLC0415
        from doorward.server.alarms import AlarmWorker  # noqa: PLC0415
        from doorward.server.findings.worker import FindingsWorker  # noqa: PLC0415
        from doorward.server.followers import Followers, followers  # noqa: PLC0415
        from doorward.server.log_worker import LogWorker  # noqa: PLC0415
        from doorward.server.policy_generation import GenerationWorker  # noqa: PLC0415
        from doorward.server.stacks import StackWorker  # noqa: PLC0415
        from doorward.server.trails.delivery import TrailWorker  # noqa: PLC0415
        from doorward.server.trails.queries import QueryWorker  # noqa: PLC0415

        self.alarm_actions = AlarmActions(self)
        self.stacks = StackWorker(self)
        self.stacks.start()
        self.followers = Followers(self, followers(self))
        self.followers.start()
        self.log_worker = LogWorker(self)
        self.log_worker.start()
        self.alarms = AlarmWorker(self)
        self.alarms.start()
        self.trails = TrailWorker(self)
        self.trails.start()
        self.queries = QueryWorker(self)
        self.queries.start()
        self.generations = GenerationWorker(self)
        self.generations.start()
        self.findings = FindingsWorker(self)
        self.findings.start()

    def rest(self) -> None:
        """End the work in the background; what is half done is taken up at the next start."""
        if self.findings is not None:
            self.findings.stop()
            self.findings = None
        if self.generations is not None:
            self.generations.stop()
            self.generations = None
        if self.queries is not None:
            self.queries.stop()
            self.queries = None
        if self.trails is not None:
            self.trails.stop()
            self.trails = None
        if self.alarms is not None:
            self.alarms.stop()
            self.alarms = None
        if self.followers is not None:
            self.followers.stop()
            self.followers = None
        if self.log_worker is not None:
            self.log_worker.stop()
            self.log_worker = None
        if self.stacks is not None:
            self.stacks.stop()
            self.stacks = None
        if self.alarm_actions is not None:
            self.alarm_actions.stop()
            self.alarm_actions = None

    async def settle(self, operation: "Operation") -> None:
        """Give the work that *operation* began a moment to be done, where it began any."""
        if self.stacks is not None and operation.service == "cloudformation":
            from doorward.server.stacks import BEGIN_WORK  # noqa: PLC0415 - as in `work`

            if operation.name in BEGIN_WORK:
                await self.stacks.settle()

    def wake(self) -> None:
        """There is work on stacks, a query, a policy to be made, or a resource to look at."""
        if self.stacks is not None:
            self.stacks.wake()
        if self.queries is not None:
            self.queries.wake()
        if self.generations is not None:
            self.generations.wake()
        if self.findings is not None:
            self.findings.wake()

    def open(self) -> None:
        """Open the database and everything on it.

        Raises:
            BadInput: the directory is in use, or the database is of a newer version.
        """
        directory = None if self.settings.memory else self.settings.data_dir
        self.database = Database.open(directory, url=self.settings.database_url)
        self.opened = True
        self.secrets = secrets.load(self.database, self.ids, os.environ.get(MASTER_KEY))
        self.tokens = Tokens(self.secrets.derive("session tokens"))
        self.markers = Markers(self.secrets.derive("page markers"))
        durable = self.database.durable
        self.files = Files(self.database.directory / "objects", ids=self.ids, durable=durable)
        self.outbox = Outbox(self.database.directory / "notifications")
        self.sweep()
        self.live = Live(self.database, self.secrets, partition=self.settings.partition)
        self.recorder = Recorder(self.database)
        self.issuer_keys = IssuerKeys(Fetcher(allow_private=self.settings.oidc_allow_private))

    def upstreams(self) -> "Passing | None":
        """What passes requests on, None where no upstream is set.

        Raises:
            BadInput: an upstream is not understood, or has no credentials.
        """
        if not self.settings.upstreams:
            return None
        # Not at the top: a server without upstreams need not load what speaks to them.
        from doorward.gateway import upstream  # noqa: PLC0415
        from doorward.server.passing import Passing  # noqa: PLC0415

        settings = self.settings
        return Passing(self, upstream.read(settings.upstreams, os.environ, settings.account_id))

    def sweep(self) -> None:
        """Remove the files that a crash left behind.

        Only with a database of our own: others on a shared one may be storing right now.
        """
        if self.files.begin() and self.settings.database_url is None:
            with self.database.read() as db:
                self.files.sweep(chain(objects.files(db), uploads.files(db)))

    def begin(self, db: Connection) -> None:
        """The job that brings the world to its state right after a first start.

        Raises:
            BadInput: the seed contradicts what is there.
        """
        now = self.clock.now()
        account = self.settings.account_id
        seeded = {one.id for one in self.seed.accounts} if self.seed else set()
        if account not in seeded and accounts.find(db, account) is None:
            accounts.create(db, account, now)
        if self.seed:
            from doorward.server.seed import Tools, apply  # noqa: PLC0415 - as in `start`

            partition, region = self.settings.partition, self.settings.region
            tools = Tools(self.secrets, self.files, self.ids, now, partition, region)
            apply(db, self.seed, tools)
        key_id, secret = self.key.access_key_id, self.key.secret_access_key
        if accounts.find(db, account):
            accounts.set_root_key(db, self.secrets, account, key_id, secret, now)

    def reset(self) -> None:
        """Back to the state right after start, the seed applied again."""
        self.rest()
        if self.gateway is not None:
            self.gateway.reset()
        self.let_go()
        self.open()
        self.database.write(self.begin)
        self.work()

    def close(self) -> None:
        """End what was started, write what is waiting and let go of the data directory."""
        self.rest()
        if self.gateway is not None:
            self.gateway.close()
        self.let_go()

    def let_go(self) -> None:
        """Write what is waiting and let go of the data directory."""
        if not self.opened:
            return
        self.opened = False
        if waiting := self.recorder.flush():
            waiting.result()
        self.files.end()
        self.database.close()
