"""Listening, serving until told to stop, and stopping without cutting anybody off."""

import errno
import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event as Flag
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from api.faults import USAGE, Fault

GRACE = 10  # seconds that open answers have to finish
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def listen(host: str, port: int, *, anywhere: bool = False) -> socket.socket:
    """A socket bound to a loopback address, or to `anywhere`; port 0 takes any free one.

    Raises `Fault` for an address that is not allowed or not of this machine, and where the port is
    in use.
    """
    family, address = _place(host, anywhere=anywhere)
    # Named as TCP, or asyncio leaves its delay of small writes (40 ms an answer) in place.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address, port))
        found.listen(socket.SOMAXCONN)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            raise Fault(
                f"Port {port} is in use. Stop what uses it, or choose another one: "
                f"--port {port + 1 if port < 65535 else 8000}."
            ) from None
        if error.errno == errno.EACCES:
            raise Fault(
                f"This user may not listen on port {port}; choose one above 1023."
            ) from None
        raise Fault(f"Cannot listen on {host}: {error.strerror}.", USAGE) from None
    return found


def address_of(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(application: ASGIApp, listening: socket.socket, stop: Flag) -> None:
    """Serve until `stop` is set; open answers are finished first, for up to ten seconds."""
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,  # an address may hold what somebody searched for
        timeout_graceful_shutdown=GRACE,
        server_header=False,
    )
    _Server(config, stop).run(sockets=[listening])


class _Server(uvicorn.Server):
    """uvicorn, stopped by a flag: its own way ends the process before the database is let go."""

    def __init__(self, config: uvicorn.Config, stop: Flag) -> None:
        super().__init__(config)
        self._stop = stop

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        return self._stop.is_set() or await super().on_tick(counter)


@contextmanager
def until_told() -> Iterator[Flag]:
    """A flag that SIGINT (Ctrl-C) and SIGTERM set; a second one ends the process at once."""
    stop = Flag()

    def told(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before: dict[signal.Signals, Callable[..., object] | int | None] = {
        number: signal.signal(number, told) for number in SIGNALS
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _place(host: str, *, anywhere: bool) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Fault(f"The address {host} is not known on this machine.", USAGE) from None
    addresses = [(family, str(place[0])) for family, _, _, _, place in found]
    for _, address in addresses:
        if not anywhere and not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
            raise Fault(
                f"{host} is not a loopback address, and no sign-in is set up: whoever reaches the "
                "server would be taken for its operator. Use 127.0.0.1, or set up sign-in: see "
                "docs/sign-in.md.",
                USAGE,
            )
    return addresses[0]
