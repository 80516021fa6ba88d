"""Listening on loopback, and stopping when told."""

import asyncio
import signal
from contextlib import closing
from threading import Event as Flag
from threading import Thread

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api import serving
from api.faults import Fault


class Slow:
    """An application that answers a while after its server was told to stop."""

    def __init__(self, stop: Flag) -> None:
        self.asked, self._stop = Flag(), stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        self.asked.set()
        await asyncio.to_thread(self._stop.wait)
        await asyncio.sleep(0.3)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all of it"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.3.2.1"])
def test_loopback_is_listened_on(host: str) -> None:
    with closing(serving.listen(host, 0)) as listening:
        assert listening.getsockname()[1] > 0


def test_the_address_is_one_to_open_in_a_browser() -> None:
    with closing(serving.listen("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert serving.address_of(listening) == f"http://127.0.0.1:{port}"


def test_one_port_is_listened_on_once() -> None:
    with (
        closing(serving.listen("127.0.0.1", 0)) as listening,
        pytest.raises(Fault, match="is in use"),
    ):
        serving.listen("127.0.0.1", listening.getsockname()[1])


def test_an_open_answer_is_finished_before_the_server_stops() -> None:
    stop, answers = Flag(), []
    slow = Slow(stop)
    with closing(serving.listen("127.0.0.1", 0)) as listening:
        address = serving.address_of(listening)

        def ask() -> None:
            answers.append(httpx.get(address, timeout=30).text)

        asking = Thread(target=ask)
        serve = Thread(target=serving.serve, args=(slow, listening, stop))
        serve.start()
        asking.start()
        assert slow.asked.wait(timeout=30)
        stop.set()
        serve.join(timeout=30)
        asking.join(timeout=30)
    assert not serve.is_alive()
    assert answers == ["all of it"]


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_sets_the_flag(told: signal.Signals) -> None:
    before = signal.getsignal(told)
    with serving.until_told() as stop:
        assert not stop.is_set()
        signal.raise_signal(told)
        assert stop.is_set()
    assert signal.getsignal(told) is before


def test_a_second_signal_ends_at_once() -> None:
    with serving.until_told():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
