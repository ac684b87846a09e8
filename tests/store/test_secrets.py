"""Secrets at rest open only where they belong, and only with the right master key."""

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.base.errors import BadInput
from doorward.base.ids import RandomIds
from doorward.store import secrets as module
from doorward.store.database import FILE as DATABASE
from doorward.store.database import Database
from doorward.store.secrets import FILE, VARIABLE, Secrets, Unopened, load, master_key

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYDOORWARDKEY"
PLACE = {"account": "111122223333", "id": "AKIAEXAMPLE", "kind": "access-key"}


@given(st.text())
def test_what_is_sealed_opens_again(plain: str) -> None:
    secrets = Secrets(bytes(32))

    assert secrets.open(secrets.seal(plain, **PLACE), **PLACE) == plain


@pytest.mark.parametrize("part", sorted(PLACE))
def test_a_secret_does_not_open_in_another_row(secrets: Secrets, part: str) -> None:
    sealed = secrets.seal(SECRET, **PLACE)

    with pytest.raises(Unopened):
        secrets.open(sealed, **(PLACE | {part: "other"}))


def test_the_parts_of_a_place_cannot_be_shifted_into_one_another(secrets: Secrets) -> None:
    sealed = secrets.seal(SECRET, account="1", kind="a", id="b|c")

    with pytest.raises(Unopened):
        secrets.open(sealed, account="1", kind="a|b", id="c")


def test_every_damaged_byte_is_noticed(secrets: Secrets) -> None:
    sealed = secrets.seal(SECRET, **PLACE)
    for n in range(len(sealed)):
        damaged = sealed[:n] + bytes([sealed[n] ^ 1]) + sealed[n + 1 :]
        with pytest.raises(Unopened):
            secrets.open(damaged, **PLACE)


@pytest.mark.parametrize("length", range(14))
def test_a_truncated_secret_does_not_open(secrets: Secrets, length: int) -> None:
    with pytest.raises(Unopened):
        secrets.open(secrets.seal(SECRET, **PLACE)[:length], **PLACE)


def test_sealing_twice_gives_different_bytes_without_the_secret_in_them(secrets: Secrets) -> None:
    first, second = secrets.seal(SECRET, **PLACE), secrets.seal(SECRET, **PLACE)

    assert first != second
    assert SECRET.encode() not in first


def test_keys_derived_for_different_purposes_differ_and_stay(secrets: Secrets) -> None:
    assert secrets.derive("tokens") == Secrets(bytes(range(32))).derive("tokens")
    assert secrets.derive("tokens") != secrets.derive("markers")
    assert len(secrets.derive("tokens")) == 32


def test_the_first_start_makes_a_master_key_that_later_starts_read(tmp_path: Path) -> None:
    made = master_key(tmp_path, RandomIds())

    assert master_key(tmp_path, RandomIds()) == made
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_servers_that_start_at_once_make_one_master_key(tmp_path: Path) -> None:
    for n in range(20):
        folder = tmp_path / f"{n}"
        folder.mkdir()
        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(lambda _, at=folder: master_key(at, RandomIds()), range(8)))

        assert len(made) == 1
        assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_master_key_that_is_given_is_kept_nowhere(tmp_path: Path) -> None:
    given = base64.b64encode(bytes(32)).decode()

    assert master_key(tmp_path, RandomIds(), given) == bytes(32)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["x", "AAAA", base64.b64encode(bytes(33)).decode(), "ä" * 44])
def test_a_text_that_is_no_master_key_is_refused_and_not_repeated(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(BadInput) as refused:
        master_key(tmp_path, RandomIds(), text)

    assert refused.value.where == VARIABLE
    assert text not in str(refused.value).replace("32 bytes", "")


@pytest.mark.parametrize("content", [b"", b"AAAA\n", b"\xff" * 44])
def test_a_damaged_key_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    with pytest.raises(BadInput):
        master_key(tmp_path, RandomIds())
    assert (tmp_path / FILE).read_bytes() == content


def test_a_database_opens_only_with_its_own_master_key(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    first = load(database, RandomIds())
    again = load(database, RandomIds())
    (tmp_path / FILE).unlink()
    with pytest.raises(BadInput, match="not the master key that this database was made with"):
        load(database, RandomIds())
    database.close()

    assert first.derive("x") == again.derive("x")


def test_the_database_holds_neither_the_master_key_nor_a_key_in_use(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    secrets = load(database, RandomIds())
    database.close()
    master = master_key(tmp_path, RandomIds())
    kept = (tmp_path / DATABASE).read_bytes()

    for key in (master, secrets.derive("secrets-at-rest"), secrets.derive("tokens")):
        assert key not in kept


def test_a_database_in_memory_writes_no_master_key(memory: Database) -> None:
    load(memory, RandomIds())

    assert not (memory.directory / FILE).exists()


def test_a_master_key_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Secrets(bytes(module.KEY_BYTES - 1))
