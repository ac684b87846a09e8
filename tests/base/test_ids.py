"""Ids: of the form that their readers expect, and never the same twice."""

import os
import uuid
from datetime import UTC, datetime, timedelta
from threading import Thread

from doorward.base.ids import RandomIds

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_request_id_is_a_random_uuid():
    for text in (RandomIds().request_id() for _ in range(200)):
        found = uuid.UUID(text)
        assert (str(found), found.version, found.variant) == (text, 4, uuid.RFC_4122)


def test_event_ids_sort_by_their_moment():
    ids = RandomIds()
    found = [ids.event_id(NOON + timedelta(milliseconds=n)) for n in range(300)]

    assert found == sorted(found)
    assert {uuid.UUID(one).version for one in found} == {4}


def test_no_two_ids_are_alike_whichever_thread_asks():
    ids, found = RandomIds(), []

    def ask():
        found.extend([ids.request_id() for _ in range(2_000)])

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 8_000


def test_a_forked_process_does_not_repeat_the_ids_of_its_parent():
    ids = RandomIds()
    ids.request_id()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(write, ids.request_id().encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(read, 36).decode() != ids.request_id()
    os.close(read)
    os.close(write)
