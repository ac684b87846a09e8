"""Object bytes are kept whole or not at all."""

from pathlib import Path

import pytest

from doorward.store.files import KEPT, SPOOL, Files


def put(files: Files, data: bytes) -> str:
    with files.spool() as spooled:
        spooled.write(data)
        return files.keep(spooled)


def every(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("durable", [True, False])
def test_what_is_kept_is_read_again(tmp_path: Path, durable: bool) -> None:
    files = Files(tmp_path, durable=durable)
    name = put(files, b"one")
    other = put(files, b"two")

    assert files.path(name).read_bytes() == b"one"
    assert files.path(other).read_bytes() == b"two"
    assert files.path(name).stat().st_mode & 0o077 == 0


def test_a_spooled_file_that_is_not_kept_vanishes(tmp_path: Path) -> None:
    files = Files(tmp_path)

    with files.spool() as spooled:
        spooled.write(b"half")
        assert len(every(tmp_path)) == 1

    assert every(tmp_path) == []


def test_a_spooled_file_knows_its_size_and_can_be_read_before_it_is_kept(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with files.spool() as spooled:
        spooled.write(b"one")
        spooled.write(b"two")
        spooled.sync()

        assert spooled.size == 6
        assert spooled.path.read_bytes() == b"onetwo"


def test_removing_a_file_twice_is_no_error(tmp_path: Path) -> None:
    files = Files(tmp_path)
    name = put(files, b"one")
    files.remove(name)
    files.remove(name)

    assert every(tmp_path) == []


def test_the_sweep_removes_what_no_row_refers_to(tmp_path: Path) -> None:
    files = Files(tmp_path)
    kept = put(files, b"kept")
    put(files, b"lost")
    files.spool().file.close()

    assert Files(tmp_path).sweep([kept, "0" * 32]) == 2
    assert every(tmp_path) == [files.path(kept)]


def test_spooled_and_kept_files_are_in_one_file_system(tmp_path: Path) -> None:
    Files(tmp_path)

    assert (tmp_path / SPOOL).stat().st_dev == (tmp_path / KEPT).stat().st_dev


def test_a_sweep_is_due_only_after_a_user_that_did_not_end(tmp_path: Path) -> None:
    files = Files(tmp_path)

    assert not files.begin()
    files.end()
    assert not files.begin()
    assert Files(tmp_path).begin()
