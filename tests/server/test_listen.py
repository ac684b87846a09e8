"""The socket that the server listens on."""

import socket

from doorward.server.run import listen
from doorward.server.settings import Settings


def test_the_body_of_an_answer_does_not_wait_until_its_head_is_acknowledged() -> None:
    with listen(Settings(port=0, memory=True)) as server:
        protocol = server.proto

    # The event loop sets TCP_NODELAY only on sockets that name their protocol.
    assert protocol == socket.IPPROTO_TCP
