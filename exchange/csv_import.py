"""Bringing a table in: its rows become commands, recorded a few thousand at a time.

A command's id is made of the source's own key, so what was brought in before is recognised: a
second run adds nothing, and a run that was killed goes on where it stopped when started again.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsourcing.persistence import IntegrityError

from domain.application import CommandIdReused, Profiles, Recorded, Request, body_of, decide
from domain.errors import Refused
from domain.event import Context
from domain.learner import Learner
from exchange.csv_reading import Problem, Row, open_table
from exchange.mapping import TableMapping
from exchange.row_commands import Ids, RowCommand, RowRefused, TableReader

BATCH = 3000  # commands to one append
LANES = 2  # appends that are prepared while another is in the database
REMEMBERED = 200_000  # commands held in memory to compare later rows with
ATTEMPTS = 20  # writers that meet a batch; past this something else is wrong

SOURCE_CHANGED = (
    "This was brought in before and says something else now. An import never overwrites: correct "
    "the entry, or supersede it from a date."
)

MakeContext = Callable[[UUID], Context]
Progress = Callable[[int, int], None]


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


def import_csv(
    profiles: Profiles,
    tenant: str,
    path: Path,
    mapping: TableMapping,
    context_factory: MakeContext,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Record what the mapping makes of a table.

    `context_factory` says who imports, in which zone and when; it is asked once for each batch,
    and every command then gets an id of its own. `progress` is told, after each batch, the line
    reached and the number of lines. A dry run decides every command and records none.

    Raises FileRefused where the file cannot be read at all; nothing was recorded then. Errors of
    the store pass through: what was recorded until then stays, and the import can be repeated.
    """
    table = open_table(path, mapping)
    ids = Ids(tenant, mapping, profiles.sealer.digest)
    reader = TableReader(table, ids, ZoneInfo(context_factory(UUID(int=0)).zone))
    report = Report(dry_run=dry_run, unused=reader.unused)
    began_after = profiles.recorder.max_notification_id() or 0
    with _patient_collector(), ThreadPoolExecutor(LANES) as pool:
        lanes = [
            _Lane(pool, Desk(profiles, context_factory, began_after, dry_run=dry_run), report)
            for _ in range(LANES)
        ]
        for row in table.rows():
            report.rows += 1
            for command in _commands(reader, row, report):
                lane = lanes[command.learner.int % LANES]
                if lane.add(command) and progress is not None:
                    progress(row.line, table.lines)
            if reader.remembered > REMEMBERED and not dry_run:
                _finish(lanes)
                reader.forget()
        _finish(lanes)
    if progress is not None:
        progress(table.lines, table.lines)
    report.errors.sort(key=lambda problem: problem.line)
    report.refused = len({problem.line for problem in report.errors})
    return report


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


@contextmanager
def _patient_collector() -> Iterator[None]:
    """Let the garbage collector look less often: a batch is large, and next to none of it is
    garbage. Measured: a seventh of the import's processor time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Lane:
    """One part of the learners: their commands are recorded in the order of the table.

    While one lane's batch is in the database, another's is decided and sealed.
    """

    def __init__(self, pool: Executor, desk: "Desk", report: Report) -> None:
        self._pool = pool
        self._desk = desk
        self._report = report
        self._batch: list[RowCommand] = []
        self._sent: Future[Outcome] | None = None

    def add(self, command: RowCommand) -> bool:
        """Take a command; True where it made a batch full, which is sent off."""
        self._batch.append(command)
        if len(self._batch) < BATCH:
            return False
        self.send()
        return True

    def send(self) -> None:
        """Send off what there is, after the batch before it was answered."""
        self.settle()
        if self._batch:
            self._sent = self._pool.submit(self._desk.deliver, self._batch)
            self._batch = []

    def settle(self) -> None:
        """Wait for the batch that was sent, and count what became of it."""
        if self._sent is None:
            return
        outcome, self._sent = self._sent.result(), None
        self._report.recorded += outcome.recorded
        self._report.repeated += outcome.repeated
        self._report.errors += outcome.problems


def _finish(lanes: Sequence[_Lane]) -> None:
    for lane in lanes:
        lane.send()
    for lane in lanes:
        lane.settle()


@dataclass
class Outcome:
    """What became of a batch of commands."""

    recorded: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, made: RowCommand, column: str | None, rule: str, sentence: str) -> None:
        """Tell that a command was refused."""
        self.problems.append(Problem(made.line, column, rule, sentence))


class Desk:
    """Hands commands over in batches; in a dry run it only decides them.

    Commands that were recorded after the position `began_after` are this import's own.
    """

    def __init__(
        self, profiles: Profiles, context_factory: MakeContext, began_after: int, *, dry_run: bool
    ) -> None:
        self._profiles = profiles
        self._context_factory = context_factory
        self._began_after = began_after
        self._rehearsal = Rehearsal(profiles) if dry_run else None

    def deliver(self, batch: Sequence[RowCommand]) -> Outcome:
        """Record a batch; where another writer meets it, it is given again.

        Raises IntegrityError where that happens too often.
        """
        for attempt in range(1, ATTEMPTS + 1):
            known = self._profiles.journal.find_commands([c.command_id for c in batch])
            fresh = [c for c in batch if c.command_id not in known]
            try:
                answers = self._do(fresh)
            except (IntegrityError, CommandIdReused):
                if attempt == ATTEMPTS:
                    raise
            else:
                outcome = Outcome()
                self._count_known([c for c in batch if c.command_id in known], known, outcome)
                _count(fresh, answers, outcome)
                return outcome
        raise AssertionError("unreachable")  # pragma: no cover

    def _requests(self, commands: Sequence[RowCommand]) -> list[Request]:
        context = self._context_factory(UUID(int=0))  # one day and instant for all of them
        return [
            Request(c.learner, c.command, replace(context, command_id=c.command_id))
            for c in commands
        ]

    def _do(self, commands: Sequence[RowCommand]) -> Sequence[Recorded | Refused | None]:
        if not commands:
            return []
        requests = self._requests(commands)
        if self._rehearsal is not None:
            return self._rehearsal.do_many(requests)
        return self._profiles.do_many(requests)

    def _count_known(
        self,
        commands: Sequence[RowCommand],
        known: dict[UUID, tuple[bytes, int]],
        outcome: Outcome,
    ) -> None:
        for command, request in zip(commands, self._requests(commands), strict=True):
            digest, position = known[command.command_id]
            if digest != self._profiles.sealer.digest(body_of(request)):
                column = command.rule.column("source_id")
                outcome.refuse(command, column, "source-changed", SOURCE_CHANGED)
            elif position <= self._began_after:
                outcome.repeated += 1


def _count(
    commands: Sequence[RowCommand],
    answers: Sequence[Recorded | Refused | None],
    outcome: Outcome,
) -> None:
    for command, answer in zip(commands, answers, strict=True):
        if isinstance(answer, Refused):
            column = command.rule.column(answer.field)
            outcome.refuse(command, column, answer.rule, str(answer))
        elif answer is not None and answer.repeated:
            outcome.repeated += 1
        else:
            outcome.recorded += 1


class Rehearsal:
    """Decides commands as they would be decided, and records none.

    It holds the decision state of every learner it met, since nothing else does.
    """

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._learners: dict[UUID, Learner] = {}

    def do_many(self, requests: Sequence[Request]) -> list[Refused | None]:
        """For each command None, or how it would be refused."""
        unmet = {request.learner for request in requests} - self._learners.keys()
        self._learners.update(self._profiles.fresh(unmet))
        return [self._decide(request) for request in requests]

    def _decide(self, request: Request) -> Refused | None:
        try:
            learner, _ = decide(self._learners.get(request.learner), request, None)
        except Refused as refused:
            return refused
        learner.collect_events()
        self._learners[request.learner] = learner
        return None
