"""A token is used up once, also when two servers are shown it at the same time."""

import threading
from datetime import datetime, timedelta
from pathlib import Path

from doorward.store import spent_tokens
from doorward.store.database import Database
from store.server import Server


def test_a_token_is_good_once_until_it_is_forgotten(either: Database, now: datetime) -> None:
    ends = now + timedelta(minutes=5)

    def spend(name: str, at: datetime) -> bool:
        return either.write(
            lambda db: spent_tokens.spend(db, name, expires_at=at + timedelta(minutes=5), now=at)
        )

    assert [spend("one", now), spend("one", now), spend("two", now)] == [True, False, True]
    assert spend("one", ends)


def test_two_servers_take_a_token_once(
    postgresql: Server, url: str, tmp_path: Path, now: datetime
) -> None:
    del postgresql
    servers = [Database.open(tmp_path / name, url=url) for name in ("a", "b")]
    taken: list[str] = []

    def work(server: Database) -> None:
        for number in range(20):
            name = f"token-{number}"
            if server.write(
                lambda db, name=name: spent_tokens.spend(
                    db, name, expires_at=now + timedelta(minutes=5), now=now
                )
            ):
                taken.append(name)

    threads = [threading.Thread(target=work, args=(one,)) for one in servers for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.close()

    assert sorted(taken) == sorted(f"token-{number}" for number in range(20))
