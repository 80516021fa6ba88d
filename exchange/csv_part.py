"""One part of an import: the rows of some of the learners, from the table to the record."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from domain.application import Profiles
from domain.event import Context
from exchange.csv_desk import Desk
from exchange.csv_reading import Problem, Row, Table
from exchange.row_commands import EVERYONE, Ids, Part, RowCommand, RowRefused, TableReader

BATCH = 2000  # commands to one append
REMEMBERED = 200_000  # source ids held in memory to compare later rows with

Tell = Callable[[int], None]
Meet = Callable[[], object]


@dataclass
class Report:
    """What became of a table. Counts of rows and commands, and no cell's content.

    `skipped` rows are those that no condition of the mapping lets in; `repeated` commands were
    recorded by an earlier run; `refused` rows have at least one error. `unused` columns are those
    that the mapping does not name.
    """

    rows: int = 0
    skipped: int = 0
    refused: int = 0
    recorded: int = 0
    repeated: int = 0
    dry_run: bool = False
    unused: tuple[str, ...] = ()
    errors: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Job:
    """What is to be done, in a form that can be sent to another process.

    Every part reads the whole table and takes the rows of its own learners: reading a row is a
    tenth of the work, and nothing has to be passed between processes.
    """

    table: Table
    tenant: str
    context: Context
    began_after: int
    dry_run: bool = False
    part: Part = EVERYONE
    batch: int = BATCH
    remembered: int = REMEMBERED

    def reader(self, profiles: Profiles) -> TableReader:
        """The reader of this part's rows. Raises FileRefused where a column is missing."""
        ids = Ids(self.tenant, self.table.mapping, profiles.sealer.digest)
        return TableReader(self.table, ids, ZoneInfo(self.context.zone), self.part)


def bring_part(profiles: Profiles, job: Job, tell: Tell, meet: Meet = lambda: None) -> Report:
    """Record the commands of a part's learners, in the order of the table.

    `tell` is told the line reached, after each batch. `meet` returns when all other parts have
    recorded what they have read up to the same row.
    """
    reader = job.reader(profiles)
    desk = Desk(profiles, job.context, job.began_after, dry_run=job.dry_run)
    report = Report(dry_run=job.dry_run, unused=reader.unused)
    batch: list[RowCommand] = []
    with _patient_collector():
        for row in job.table.rows():
            report.rows += 1
            batch += _commands(reader, row, report)
            if len(batch) >= job.batch:
                _deliver(desk, batch, report)
                tell(row.line)
            if reader.remembered > job.remembered and not job.dry_run:
                _deliver(desk, batch, report)
                meet()
                reader.forget()
        _deliver(desk, batch, report)
    profiles.journal.ensure_durable()  # the report says what others have recorded too
    tell(job.table.lines)
    return report


def put_together(parts: Sequence[Report]) -> Report:
    """The report on the whole table. What concerns no learner stands in every part's."""
    whole = parts[0]
    whole.recorded = sum(part.recorded for part in parts)
    whole.repeated = sum(part.repeated for part in parts)
    errors = dict.fromkeys(problem for part in parts for problem in part.errors)
    whole.errors = sorted(errors, key=lambda problem: problem.line)
    whole.refused = len({problem.line for problem in whole.errors})
    return whole


def _commands(reader: TableReader, row: Row | Problem, report: Report) -> list[RowCommand]:
    if isinstance(row, Problem):
        report.errors.append(row)
        return []
    try:
        commands = reader.commands(row)
    except RowRefused as refused:
        report.errors += refused.problems
        return []
    if commands is None:
        report.skipped += 1
    return commands or []


def _deliver(desk: Desk, batch: list[RowCommand], report: Report) -> None:
    if not batch:
        return
    outcome = desk.deliver(batch)
    batch.clear()
    report.recorded += outcome.recorded
    report.repeated += outcome.repeated
    report.errors += outcome.problems


@contextmanager
def _patient_collector() -> Iterator[None]:
    """Let the garbage collector look less often: a batch is large, and next to none of it is
    garbage. Measured: a seventh of the import's processor time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)  # objects; a batch has a third of that at a time
    try:
        yield
    finally:
        gc.set_threshold(*before)
