"""Entries kept in memory: what a row and its events make is made once, and shown many times."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from projections.entries import Entry

KEPT = 20_000  # entries of a district; some 120 MB at the most, with their JSON


class RowId(NamedTuple):
    """A row of a table of facts. All that ever changes of it is when it ends."""

    table: str
    generation: int
    stream: UUID
    item: UUID
    learner: UUID
    known_from: int
    removed_at: int | None


def row_id(table: str, generation: int, row: Mapping[str, Any]) -> RowId:
    """Which row of a table of a generation it is."""
    return RowId(
        table,
        generation,
        row["stream"],
        row["item"],
        row["learner"],
        row["known_from"],
        row["removed_at"],
    )


class Kept:
    """The entries of rows that were read before, until a key is destroyed.

    `epoch` is the key store's: it grows with every key that is destroyed, by whichever process.
    Entries are shared by all who read: nobody may change one.
    """

    def __init__(self, epoch: Callable[[], int], most: int) -> None:
        self._epoch = epoch
        self._most = most
        self._kept: tuple[int, dict[RowId, Entry]] = (-1, {})

    def at_hand(self) -> dict[RowId, Entry]:
        """The entries, for one answer to take from and to add to.

        Ask before the answer's events are opened. What is kept is replaced and never emptied: an
        entry that was opened under a key destroyed since is added to what nobody takes from.
        """
        epoch = self._epoch()
        held, kept = self._kept
        if held != epoch or len(kept) > self._most:
            kept = {}
            self._kept = (epoch, kept)
        return kept
