"""The library's subscription, woken by what is appended for one tenant."""

from collections.abc import Sequence
from typing import Any

from eventsourcing.postgres import PostgresApplicationRecorder, PostgresSubscription
from psycopg.sql import SQL, Identifier


class TenantSubscription(PostgresSubscription):
    """Yields the notifications of one tenant as they are recorded.

    All tenants of a schema share one channel; its payload is `tenant position`.
    """

    def __init__(
        self,
        recorder: PostgresApplicationRecorder,
        tenant: str,
        gt: int | None = None,
        topics: Sequence[str] = (),
    ) -> None:
        self._tenant = tenant
        super().__init__(recorder, gt, topics)

    def _listen(self) -> None:
        try:
            with self._recorder.datastore.get_connection() as connection:
                self._listen_on(connection)
        except BaseException as error:  # noqa: BLE001 - the reading thread raises it
            if self._thread_error is None:
                self._thread_error = error
            self.stop()

    def _listen_on(self, connection: Any) -> None:
        channel = Identifier(self._recorder.channel_name)
        connection.execute(SQL("LISTEN {}").format(channel))
        # What was appended between the first reading and LISTEN woke nobody: read once more.
        self._has_been_notified.set()
        while not self._has_been_stopped and not self._thread_error:
            for notify in connection.notifies(timeout=0.1, stop_after=1):
                if notify.payload.startswith(f"{self._tenant} "):
                    self._has_been_notified.set()
        connection.execute(SQL("UNLISTEN {}").format(channel))
