"""The projector's thread: woken by an append, and looking by itself where no word comes."""

from threading import Event as Flag
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

from projections.generations import Generations
from scheduler.session import SCHEMA, Session, open_session

POLL = 1.0  # seconds after which it looks by itself
GLANCE = 0.2  # seconds a stop may take to be noticed
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before trying again after a failure

log = structlog.get_logger(__name__)


class Worker:
    """Keeps the projections of one tenant up to date until it is stopped.

    Any number may run, in any processes: the projector's own lock lets one work at a time. A
    database that goes away is waited for; the batch under way is one transaction, so nothing is
    half done. `conninfo` is the app role's.
    """

    def __init__(
        self, projector: Generations, conninfo: str, schema: str = SCHEMA, poll: float = POLL
    ) -> None:
        self.projector = projector
        self._conninfo = conninfo
        self._channel = f"throughline_{schema}"
        self._schema = schema
        self._poll = poll
        self._stop = Flag()
        self._pause = FIRST_PAUSE
        self._thread = Thread(target=self._work, name="projector", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop after the batch under way."""
        self._stop.set()
        self._thread.join()

    @property
    def running(self) -> bool:
        """True while the thread lives."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                with open_session(self._conninfo, self._schema) as session:
                    # Listening starts before the first look, so no append falls between.
                    session.execute(f'LISTEN "{self._channel}"'.encode())
                    self.projector.run(self._stop, lambda: self._wait(session))
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may do
                # The type alone: an error's text may hold a person's data.
                log.warning("projector waits", error=type(error).__name__, seconds=self._pause)
                self._stop.wait(self._pause)
                self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def _wait(self, session: Session) -> None:
        """Until an append is heard of, the poll is due, or it is told to stop."""
        self._pause = FIRST_PAUSE  # it has just taken in all there was
        ends = monotonic() + self._poll
        while monotonic() < ends and not self._stop.is_set():
            for _ in session.notifies(timeout=GLANCE, stop_after=1):
                return
