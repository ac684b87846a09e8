"""The rotation of a key, one run after the other, against an IAM that lives in memory."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.errors import BadInput
from doorward.cli.rotation.command import Patience, advance
from doorward.cli.rotation.directory import Key
from doorward.cli.rotation.rotate import Plan, Rotator, Status, everyone
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.cli.rotation.state import Step, opened
from doorward.server.rotation.handover import NewKey, Unclear, Undelivered

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ENDPOINT = "http://127.0.0.1:4566"


class Memory:
    """An IAM whose answers tests can lose."""

    def __init__(self) -> None:
        self.time = NOW
        self.all: dict[str, dict[str, Key]] = {}
        self.used: dict[str, datetime] = {}
        self.deleted: list[str] = []
        self.lost: set[str] = set()  # calls that are done but not answered
        self.before_switching_off = lambda: None

    def now(self):
        return self.time

    def users(self):
        yield from sorted(self.all)

    def give(self, user, key_id, days=100, *, active=True):
        self.all.setdefault(user, {})[key_id] = Key(
            key_id, active, self.time - timedelta(days=days)
        )

    def keys(self, user):
        if user not in self.all:
            raise Refused("NoSuchEntity", f"The user with name {user} cannot be found.")
        return sorted(self.all[user].values(), key=lambda key: key.created_at)

    def create(self, user):
        if len(self.all[user]) > 1:
            raise Refused("LimitExceeded", "")
        made = NewKey(f"AKIANEW{len(self.deleted)}", "secret", self.time.replace(microsecond=0))
        self.all[user][made.id] = Key(made.id, True, made.created_at)
        self.answer("create")
        return made

    def last_used(self, key_id):
        return self.used.get(key_id)

    def use(self, key_id):
        assert any(key_id in keys and keys[key_id].active for keys in self.all.values())
        self.used[key_id] = self.time.replace(microsecond=0)

    def set_active(self, user, key_id, *, active):
        if not active:
            self.before_switching_off()
        self.all[user][key_id] = self.all[user][key_id]._replace(active=active)
        self.answer("set_active")

    def delete(self, user, key_id):
        del self.all[user][key_id]
        self.deleted.append(key_id)
        self.answer("delete")

    def answer(self, call):
        if call in self.lost:
            self.lost.remove(call)
            raise Unanswered("gone")


class Runs:
    """Runs of the command, each reading the state from its file again."""

    def __init__(self, folder):
        self.iam = Memory()
        self.path = folder / "rotations.json"
        self.delivered = []
        self.failing = None
        self.plan = {"unused_for": timedelta(hours=1), "inactive_for": timedelta(hours=2)}

    def deliver(self, user, key):
        if self.failing:
            raise self.failing
        self.delivered.append((user, key.id, key.secret))

    def __call__(self, user="alice", **later):
        self.iam.time += timedelta(**later)
        with opened(self.path, ENDPOINT) as state:
            return Rotator(self.iam, state, Plan(self.deliver, **self.plan)).advance(user)

    def step(self, user="alice"):
        with opened(self.path, ENDPOINT) as state:
            found = state.find(user)
            return found.step if found else None

    @property
    def ids(self):
        return {key.id: key.active for key in self.iam.keys("alice")}


@pytest.fixture
def runs(tmp_path):
    made = Runs(tmp_path)
    made.iam.give("alice", "AKIAOLD")
    return made


def test_a_key_goes_through_all_steps_in_its_time(runs):
    assert runs().status is Status.WAITING
    assert runs.delivered == [("alice", "AKIANEW0", "secret")]
    assert runs.ids == {"AKIAOLD": True, "AKIANEW0": True}

    assert runs(minutes=59).status is Status.WAITING
    assert runs.ids["AKIAOLD"]
    assert runs(minutes=1).status is Status.WAITING
    assert not runs.ids["AKIAOLD"]
    assert runs(minutes=119).status is Status.WAITING

    done = runs(minutes=1)
    assert (done.status, done.old_id, done.new_id) == (Status.DONE, "AKIAOLD", "AKIANEW0")
    assert runs.ids == {"AKIANEW0": True}
    assert runs.step() is None
    assert len(runs.delivered) == 1


def test_a_key_that_is_in_use_stays(runs):
    runs()
    for _ in range(5):
        runs.iam.time += timedelta(minutes=50)
        runs.iam.use("AKIAOLD")
        assert "was used at" in runs(minutes=10).reason

    assert runs.ids["AKIAOLD"]
    runs(minutes=50)
    assert not runs.ids["AKIAOLD"]


def test_a_key_used_before_its_successor_came_counts_from_then_on_as_unused(runs):
    runs.iam.use("AKIAOLD")
    runs(seconds=1)
    runs(hours=1)

    assert not runs.ids["AKIAOLD"]


def test_without_any_patience_a_key_used_since_is_still_kept(runs):
    runs.plan = {"unused_for": timedelta(), "inactive_for": timedelta()}
    runs.iam.before_switching_off = lambda: runs.iam.use("AKIAOLD")
    first = runs()
    runs.iam.before_switching_off = lambda: None

    assert first.status is Status.WAITING
    assert runs.ids["AKIAOLD"]
    assert runs(days=30).status is Status.WAITING
    assert runs.iam.deleted == []


def test_without_any_patience_an_unused_key_is_gone_at_once(runs):
    runs.plan = {"unused_for": timedelta(), "inactive_for": timedelta()}

    assert runs().status is Status.DONE
    assert runs.iam.deleted == ["AKIAOLD"]


def test_a_use_that_shows_late_brings_the_key_back(runs):
    runs()
    runs(hours=1)
    assert not runs.ids["AKIAOLD"]
    runs.iam.used["AKIAOLD"] = NOW + timedelta(minutes=59)  # AWS tells last uses with a delay

    assert runs(hours=2).status is Status.WAITING
    assert runs.ids["AKIAOLD"]
    assert runs.iam.deleted == []


def test_a_key_that_somebody_switched_on_again_counts_anew(runs):
    runs()
    runs(hours=1)
    runs.iam.set_active("alice", "AKIAOLD", active=True)

    assert "on again" in runs(hours=2).reason
    assert runs(minutes=59).status is Status.WAITING
    assert runs.ids["AKIAOLD"]
    runs(minutes=1)
    assert not runs.ids["AKIAOLD"]


@pytest.mark.parametrize("loss", ["gone", "off"])
def test_nothing_is_taken_away_while_the_new_key_does_not_work(runs, loss):
    runs()
    if loss == "gone":
        runs.iam.delete("alice", "AKIANEW0")
    else:
        runs.iam.set_active("alice", "AKIANEW0", active=False)

    for _ in range(3):
        assert runs(hours=5).status is Status.FAILED
    assert runs.ids["AKIAOLD"]


def test_a_key_that_could_not_be_delivered_is_taken_back(runs):
    runs.failing = Undelivered("`store` left with status 1")
    failed = runs()

    assert failed.status is Status.FAILED
    assert failed.reason == "`store` left with status 1"
    assert runs.ids == {"AKIAOLD": True}
    assert runs.step() is None
    runs.failing = None
    assert runs().status is Status.WAITING


def test_an_undelivered_key_that_was_used_is_not_taken_back(runs):
    def use_and_fail(user, key):
        runs.iam.use(key.id)
        raise Undelivered("no")

    runs.deliver = use_and_fail

    assert "nothing is deleted" in runs().reason
    assert set(runs.ids) == {"AKIAOLD", "AKIANEW0"}


@pytest.mark.parametrize("interruption", [Unclear("too long"), KeyboardInterrupt()])
def test_after_an_interrupted_delivery_a_used_key_has_arrived(runs, interruption):
    runs.failing = interruption
    if isinstance(interruption, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            runs()
    else:
        assert runs().status is Status.FAILED
    runs.failing = None

    assert runs.step() is Step.DELIVERING
    assert "not known whether `AKIANEW0` was delivered" in runs(hours=9).reason
    assert set(runs.ids) == {"AKIAOLD", "AKIANEW0"}
    runs.iam.use("AKIANEW0")
    assert runs().status is Status.WAITING
    assert not runs.ids["AKIAOLD"]


def test_after_an_interrupted_delivery_a_deleted_key_is_made_anew(runs):
    runs.failing = Unclear("too long")
    runs()
    runs.failing = None
    runs.iam.delete("alice", "AKIANEW0")

    assert runs().status is Status.WAITING
    assert runs.delivered == [("alice", "AKIANEW1", "secret")]


def test_a_key_whose_creation_was_not_answered_is_shown_to_a_person(runs):
    runs.iam.lost = {"create"}
    runs()

    assert "whose secret was not delivered" in runs().reason
    assert set(runs.ids) == {"AKIAOLD", "AKIANEW0"}
    runs.iam.delete("alice", "AKIANEW0")
    assert runs().status is Status.WAITING
    assert len(runs.delivered) == 1


@pytest.mark.parametrize("call", ["set_active", "delete"])
def test_a_lost_answer_costs_a_run_and_nothing_else(runs, call):
    runs()
    runs.iam.lost = {call}
    statuses = []
    while Status.DONE not in statuses:
        statuses.append(runs(hours=2).status)

    assert statuses.count(Status.FAILED) == 1
    assert len(statuses) <= 3
    assert runs.iam.deleted == ["AKIAOLD"]


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ([], "there is no key"),
        ([("AKIAONE", True), ("AKIATWO", True)], "there are two keys already"),
        ([("AKIAONE", False)], "the key is switched off"),
        ([("AKIAOWN", True)], "signs this command's own calls"),
        ([("AKIAYOUNG", True)], "the key is 3 days old"),
    ],
)
def test_what_cannot_or_need_not_be_rotated_is_left_alone(tmp_path, keys, reason):
    runs = Runs(tmp_path)
    runs.plan |= {"own_id": "AKIAOWN", "older_than": timedelta(days=90)}
    runs.iam.all["alice"] = {}
    for key_id, active in keys:
        runs.iam.give("alice", key_id, days=3, active=active)

    found = runs()
    assert found.status is Status.LEFT
    assert reason in found.reason
    assert len(runs.ids) == len(keys)
    assert runs.step() is None


def test_a_dry_run_changes_nothing(runs):
    runs.plan |= {"dry": True}
    assert runs().status is Status.WOULD
    assert not runs.path.exists()

    runs.plan["dry"] = False
    runs()
    runs.plan["dry"] = True
    assert runs(days=9).reason == "under way: delivered"
    assert runs.ids["AKIAOLD"]


def test_a_user_who_is_gone_is_forgotten(runs):
    runs()
    del runs.iam.all["alice"]

    assert runs().status is Status.FAILED
    assert runs.step() is None


def test_who_is_under_way_comes_first_and_once(runs):
    for name in ["bob", "zoe"]:
        runs.iam.give(name, f"AKIA{name}")
    runs("zoe")

    with opened(runs.path, ENDPOINT) as state:
        assert list(everyone(runs.iam, state)) == ["zoe", "alice", "bob"]
    with opened(runs.path, "http://127.0.0.1:1") as state:
        assert list(everyone(runs.iam, state)) == ["alice", "bob", "zoe"]


def test_waiting_is_bounded_and_tries_again(runs):
    slept = []

    def seconds():
        return (runs.iam.time - NOW).total_seconds()

    def sleep(seconds):
        slept.append(seconds)
        runs.iam.time += timedelta(seconds=seconds)

    def attempt(wait):
        with opened(runs.path, ENDPOINT) as state:
            rotator = Rotator(runs.iam, state, Plan(runs.deliver, **runs.plan))
            (result,) = advance(rotator, ["alice"], Patience(wait, seconds, sleep))
        return result.status

    runs.plan = {"unused_for": timedelta(seconds=20), "inactive_for": timedelta(seconds=20)}
    assert attempt(10) is Status.WAITING
    assert sum(slept) == 10
    assert attempt(100) is Status.DONE
    assert sum(slept) < 70


def test_the_state_holds_no_secret_and_is_its_owners_only(runs):
    runs()

    assert "secret" not in runs.path.read_text()
    assert runs.path.stat().st_mode & 0o777 == 0o600


def test_two_runs_do_not_work_on_one_state(runs):
    with opened(runs.path, ENDPOINT), pytest.raises(BadInput, match="in use by another run"):
        runs()


def test_a_damaged_state_is_not_taken_for_an_empty_one(runs):
    runs.path.write_text("{")
    with pytest.raises(BadInput):
        runs()
    runs.path.write_text('{"format": 9}')
    with pytest.raises(BadInput):
        runs()


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.integers(0, 200)),
        st.tuples(st.just("use old"), st.integers(0, 90)),
        st.tuples(st.just("lose"), st.sampled_from(["create", "set_active", "delete"])),
        st.tuples(st.just("switch on"), st.just(0)),
        st.tuples(st.just("fail"), st.sampled_from([None, Undelivered("no"), Unclear("?")])),
    ),
    max_size=25,
)


@given(EVENTS)
def test_whatever_happens_no_key_is_deleted_that_was_used_in_the_last_hour(
    tmp_path_factory, events
):
    runs = Runs(tmp_path_factory.mktemp("runs"))
    iam = runs.iam
    iam.give("alice", "AKIAOLD")
    for kind, value in events:
        before = len(iam.deleted)
        match kind:
            case "run":
                runs(minutes=value)
            case "use old":
                iam.time += timedelta(minutes=value)
                if runs.ids.get("AKIAOLD"):
                    iam.use("AKIAOLD")
            case "lose":
                iam.lost.add(value)
            case "switch on":
                if "AKIAOLD" in iam.all["alice"]:
                    iam.all["alice"]["AKIAOLD"] = iam.all["alice"]["AKIAOLD"]._replace(active=True)
            case "fail":
                runs.failing = value
        for key_id in iam.deleted[before:]:
            used = iam.last_used(key_id)
            assert used is None or iam.time - used >= timedelta(hours=3)
        assert any(active for active in runs.ids.values())
