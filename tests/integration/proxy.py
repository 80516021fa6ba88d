"""A Unix socket between a client and PostgreSQL that can be cut at the worst moment."""

from contextlib import suppress
from pathlib import Path
from socket import AF_UNIX, SHUT_RDWR, SOCK_STREAM, socket
from threading import Thread
from typing import Literal, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from store.wire import NAME

Moment = Literal["before the request", "after the request", "before the answer"]


class Proxy:
    """Forwards both ways; cuts the connection of the next append when told to.

    `before the request`: the server never hears of the append. `after the request`: the server
    works on it, and nobody is there for the answer. `before the answer`: the server is done.
    """

    def __init__(self, conninfo: str, directory: Path) -> None:
        parts = conninfo_to_dict(conninfo)
        name = f".s.PGSQL.{parts['port']}"
        self.upstream = str(Path(str(parts["host"])) / name)
        self.conninfo = make_conninfo(conninfo, host=str(directory))
        self.cut: Moment | None = None
        self.cuts = 0
        self._listener = socket(AF_UNIX, SOCK_STREAM)
        self._listener.bind(str(directory / name))
        self._listener.listen()
        self._threads = [Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket(AF_UNIX, SOCK_STREAM)
                server.connect(self.upstream)
                link = _Link(self, client, server)
                for pump in (link.requests, link.answers):
                    thread = Thread(target=pump)
                    thread.start()
                    self._threads.append(thread)


class _Link:
    def __init__(self, proxy: Proxy, client: socket, server: socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.cut: Moment | None = None

    def requests(self) -> None:
        with suppress(OSError):
            while data := self.client.recv(1 << 20):
                if NAME in data and self.proxy.cut:
                    self.cut, self.proxy.cut = self.proxy.cut, None
                    self.proxy.cuts += 1
                if self.cut == "before the request":
                    break
                self.server.sendall(data)
                if self.cut == "after the request":
                    self._end(self.client)  # the server's side stays until it has answered
                    return
        self._end(self.client, self.server)

    def answers(self) -> None:
        with suppress(OSError):
            while data := self.server.recv(1 << 20):
                if self.cut:
                    break
                self.client.sendall(data)
        self._end(self.client, self.server)

    def _end(self, *sides: socket) -> None:
        for side in sides:
            with suppress(OSError):
                side.shutdown(SHUT_RDWR)
            side.close()
