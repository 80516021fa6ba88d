"""Q1 and Q2 at every position and date are what the naive file says, however things arrived."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import rule

from api.compose import System
from projections import fold
from projections.cells import OPEN, cell
from projections.fold import Fold
from projections.standing import Standing
from projections.tables import row_from
from store.embedded import EmbeddedPostgres
from tests.acceptance.test_engine_against_naive import (
    FACES,
    POOLS,
    RUNS,
    EngineAgainstNaive,
    check_rebuild,
    happened,
    run,
)
from tests.history import fold_all
from tests.installation import Installation
from tests.naive_file import NaiveFile
from tests.unit.decider import TODAY
from tests.varied import events_of, one_district

FOLDS: dict[str, Fold] = {
    "profile": fold.profile,
    "timeline": fold.timeline,
    "membership": fold.membership,
}
pytestmark = POOLS
GROUPS = [
    {"school": "north-high"},
    {"class": "9b"},
    {"school": "north-high", "grade": "09"},
    {"school": "9b", "grade": "09", "class": "north-high"},
]


@pytest.fixture(scope="module")
def systems(postgres: EmbeddedPostgres) -> Iterator[tuple[System, System]]:
    """One district, and two processes' worth of engine on it, each with its own cache."""
    with (
        one_district(postgres) as one,
        Installation(one.settings.home, one.databases).system() as other,
    ):
        yield one, other


class ReplayAgainstNaive(EngineAgainstNaive):
    """The same commands; and questions about any position, from before the first to the last."""

    @rule(data=st.data(), who=st.integers(0, 2), on=st.integers(-500, 100))
    def somebody_looks_back(self, data: st.DataObject, who: int, on: int) -> None:
        self.systems[0].projector.catch_up()
        first = self.file.said[0].position
        known = data.draw(st.sampled_from([first - 1, *self.positions()]), label="known at")
        self.look_back(self.learners[who], known, [TODAY + timedelta(days=on)])

    def positions(self) -> list[int]:
        return [one.position for one in self.file.said]

    def look_back(self, learner: UUID, known: int, days: Sequence[date]) -> None:
        """Compare what the file said at a position: of some days, of all until one, and of all."""
        then, reader = self.file.after(known), self.systems[1].reader
        at = self.where(learner, known, then)
        for on in days:
            for each, entries in reader.profiles(self.learners, on, at).items():
                self.compare(on, entries, then.profile(each, on))
            alone = reader.profile(learner, on, at)
            self.compare(on, alone, then.profile(learner, on))
        self.look_for_a_group(learner, days[0], at, then)
        told = then.timeline(learner)
        assert happened(reader.timeline(learner, limit=1000, at=at)) == told
        until = [h for h in told if h[0] <= days[0]]
        assert happened(reader.timeline(learner, limit=1000, at=at, on=days[0])) == until

    def look_for_a_group(self, learner: UUID, on: date, at: Standing, then: NaiveFile) -> None:
        """Compare whether the learner belongs to a school, a class, or several at once."""
        groups = GROUPS[at.position % len(GROUPS)]
        before = UUID(int=learner.int - 1)
        found = self.systems[1].reader.cohort(on, at, groups, after=before, limit=1)
        record = then.records.get(learner)
        belongs = record.belongs(on) if record else []
        assert (learner in found) == any(set(groups.items()) <= codes for codes in belongs)

    def where(self, learner: UUID, known: int, then: NaiveFile) -> Standing:
        """The standing, with what it says of the learner's record."""
        at = self.systems[1].reader.standing(learner, known)
        positions = [s.position for s in self.file.said if s.learner == learner]
        version = sum(s.learner == learner for s in then.said)
        assert (at.position, at.learner_version) == (known, version or None)
        assert at.began == min(positions, default=None)
        return at

    def teardown(self) -> None:
        super().teardown()
        for n, known in enumerate(self.positions()):
            days = sorted({*self.file.days(), *(self.today + face for face in FACES)})
            some = [days[(7 * n + more) % len(days)] for more in (0, len(days) // 2)]
            self.look_back(self.learners[n % 3], known, some)


@pytest.mark.parametrize(("runs", "starts"), RUNS)
def test_any_day_at_any_position_is_as_the_naive_file_says(
    systems: tuple[System, System], runs: settings, starts: Sequence[int]
) -> None:
    run(ReplayAgainstNaive, systems, runs, starts)
    check_rows(systems[0])
    check_rebuild(*systems)
    check_rows(systems[1])


def check_rows(system: System) -> None:
    """The rows of every position, folded in memory, are those of the tables, filed where sought."""
    events = events_of(system)
    assert len(events) == system.reader.head()[0]
    for table, folded_by in FOLDS.items():
        folded = {
            (row, until or OPEN, cell(row.effective, row.known_from, until or OPEN))
            for row, until in fold_all(folded_by, events)
        }
        query = f"SELECT * FROM {table}".encode()
        with system.datastore.get_connection() as conn:
            found = [(row_from(r), r["known_until"], r["cell"]) for r in conn.execute(query)]
        assert len(found) == len(set(found))
        assert set(found) == folded, table
