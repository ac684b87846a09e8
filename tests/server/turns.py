"""Waiting for the background work of a server, without sleeping."""

from doorward.server.followers import MOST_EVENTS, followers, take
from doorward.server.running import Running


def settled(running: Running) -> None:
    """Write what waits, and bring every follower up to date."""
    if waiting := running.recorder.flush():
        waiting.result()
    for one in followers(running):
        while take(running, one) == MOST_EVENTS:
            pass
