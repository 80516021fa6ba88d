"""The desk where an import's commands are handed over, in batches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from domain.application import CommandIdReused, Profiles, Recorded, Request, body_of, decide
from domain.errors import CommandReused, Refused
from domain.event import Context
from domain.learner import Learner
from exchange.command_fields import made_ids
from exchange.csv_reading import Problem
from exchange.row_commands import RowCommand
from store.keys import KeyDestroyed

MEETINGS = 5  # times that a batch meets another writer before it is given in parts

SOURCE_CHANGED = (
    "The row's values differ from what was recorded when this entry was first brought in. Nothing "
    "was overwritten: where the row is wrong, mend it; where it is right, {}."
)
# What can be done here about an entry that the source tells otherwise now.
MENDED = {
    "register-learner": "change the learner's details here",
    "enrol-learner": "end this enrolment and enrol the learner anew; an end that the source has "
    "added is for a rule of the mapping with end-enrolment",
}
FACT_MENDED = "correct the entry here, or supersede it from a date"
OTHERS_MENDED = "record here what has changed since, as an entry of its own"
Answer = Recorded | Refused | None


@dataclass
class Outcome:
    """What became of a batch of commands."""

    recorded: int = 0
    repeated: int = 0
    problems: list[Problem] = field(default_factory=list)


class Desk:
    """Hands commands over in batches; in a dry run it only decides them.

    Commands that were recorded after the position `began_after` are this import's own.
    """

    def __init__(
        self, profiles: Profiles, context: Context, began_after: int, *, dry_run: bool
    ) -> None:
        self._profiles = profiles
        self._context = replace(context, brought_in=True)
        self._began_after = began_after
        self._rehearsal = Rehearsal(profiles) if dry_run else None

    def deliver(self, batch: Sequence[RowCommand]) -> Outcome:
        """Record a batch: one append, where nothing stands in its way."""
        outcome = Outcome()
        self._deliver(batch, outcome)
        return outcome

    def _deliver(self, batch: Sequence[RowCommand], outcome: Outcome) -> None:
        hindrance: Exception | None = None
        for _ in range(MEETINGS):
            known = self._profiles.journal.find_commands([made.command_id for made in batch])
            fresh = [made for made in batch if made.command_id not in known]
            try:
                answers = self._do(fresh) if fresh else []
            except IntegrityError as error:
                hindrance = error  # another writer met the batch: nothing of it was recorded
            except (KeyDestroyed, CommandIdReused, Refused) as error:
                hindrance = error  # one command stands in the way of the others
                break
            else:
                if len(fresh) < len(batch):
                    self._count_known(batch, known, outcome)
                for made, answer in zip(fresh, answers, strict=True):
                    self._count(made, answer, outcome)
                return
        if len(batch) > 1:
            half = len(batch) // 2
            self._deliver(batch[:half], outcome)
            self._deliver(batch[half:], outcome)
        elif hindrance is not None:
            self._count(batch[0], _refusal(hindrance), outcome)

    def _do(self, commands: Sequence[RowCommand]) -> Sequence[Answer]:
        requests = [self._request(made) for made in commands]
        if self._rehearsal is not None:
            return self._rehearsal.do_many(requests)
        return self._profiles.do_many(requests, known=())

    def _request(self, made: RowCommand) -> Request:
        return Request(made.learner, made.command, self._context.of(made.command_id))

    def _count_known(
        self,
        batch: Sequence[RowCommand],
        known: Mapping[UUID, tuple[bytes, int]],
        outcome: Outcome,
    ) -> None:
        digest_of = self._profiles.sealer.digest
        for made in batch:
            if made.command_id in known:
                digest, position = known[made.command_id]
                if digest != digest_of(body_of(self._request(made))):
                    self._count(made, CommandReused(), outcome)
                elif position <= self._began_after:
                    outcome.repeated += 1

    def _count(self, made: RowCommand, answer: Answer, outcome: Outcome) -> None:
        if isinstance(answer, CommandReused):
            column = made.rule.column("source_id")
            outcome.problems.append(
                made.row.problem(column, "source-changed", _source_changed(made))
            )
        elif isinstance(answer, Refused):
            column = made.rule.column(answer.field)
            outcome.problems.append(made.row.problem(column, answer.rule, str(answer)))
        elif answer is not None and answer.repeated:
            outcome.repeated += 1
        else:
            outcome.recorded += 1


def _source_changed(made: RowCommand) -> str:
    name, makes = made.rule.name, made_ids(type(made.command))
    others = FACT_MENDED if "fact" in makes else OTHERS_MENDED
    return SOURCE_CHANGED.format(MENDED.get(name, others))


def _refusal(error: Exception) -> Refused:
    """What one command's row is told of an error that concerns it alone."""
    match error:
        case Refused():
            return error
        case CommandIdReused():
            return CommandReused()
        case KeyDestroyed():
            return Refused("learner", "content-erased", str(error))
    return Refused(
        "learner",
        "many-writers",
        "Others keep changing the same record, so this was not recorded. Run the import again.",
    )


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
