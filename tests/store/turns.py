"""Round trips to a server, counted by what goes between: a relay that sees both directions.

with Turns(port) as turns:
    ...                 # clients connect to turns.port
turns.count             # how often the client spoke after the server had
"""

import contextlib
import select
import socket
import threading
from typing import Self


class Turns:
    def __init__(self, port: int) -> None:
        self.target = port
        self.count = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.ends: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.ends += [client, server]
                threading.Thread(target=self.relay, args=(client, server), daemon=True).start()

    def relay(self, client: socket.socket, server: socket.socket) -> None:
        """Pass everything on, until one of the two ends it."""
        servers_turn = True
        with client, server, contextlib.suppress(OSError):
            while True:
                for end in select.select([client, server], [], [])[0]:
                    data = end.recv(1 << 16)
                    if not data:
                        return
                    if end is client and servers_turn:
                        self.count += 1
                    servers_turn = end is server
                    (server if end is client else client).sendall(data)
