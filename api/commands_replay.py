"""`throughline replay`, `cohort` and `compare`: the record on a day, as known at a moment.

Positions are plain numbers here. Whatever is printed is noted in the log first, durably.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from api import replay_tables
from api.asking import spellings
from api.compose import System
from api.faults import USAGE, Fault
from api.moments import MomentWrong, day_asked, instant_asked
from api.replay_json import cohort_json, comparison_json, replay_json
from api.running import ready_system
from api.terminal import give_json, note
from api.watched import at_the_machine, leave
from domain.fields import Code
from projections import replay as replays
from projections.compare import OutOfOrder, read_comparison
from projections.entries import Entry
from projections.reading import BEGINNING, FIRST, InstantAhead, place_in_time
from projections.replay import Answer, Question, Replay
from projections.standing import Standing
from store.settings import read_settings

WAIT_SECONDS = 5.0
BEHIND = (
    "What was recorded last has not yet reached what people read: `throughline worker` does it."
)
TIMELINE = "timeline"
PAGE = 1000  # learners of a cohort, or entries of a timeline, that are read at once


@dataclass(frozen=True)
class Place:
    """A place in time as it was typed; `prefix` is that of its options: `other-` or none."""

    on: str | None
    known: str | None
    prefix: str = ""

    def fault(self, sentence: str) -> Fault:
        """What is wrong, told by the option's name: the sentence begins with the field's."""
        return Fault(f"--{self.prefix}{sentence}", USAGE)


def replay(learner: str, place: Place, kind: str, *, as_json: bool) -> None:
    """Print what holds of a learner on a day, or what happened up to it, as known at a moment."""
    wanted = learner_id(learner)
    if kind not in (TIMELINE, *replays.KINDS):
        raise Fault(f"--kind must be one of: {TIMELINE}, {', '.join(replays.KINDS)}.", USAGE)
    with ready_system(read_settings()) as ready, at_the_machine(ready, "replay") as system:
        question = question_of(system, wanted, place)
        refuse_before_birth(system, wanted, place)
        if kind == TIMELINE:
            found = timeline(system, question, place)
        else:
            asked = replace(question, kinds=replays.KINDS[kind])
            found = replays.replay(system.reader, asked)
        all_days = kind == TIMELINE and place.on is None
        day = None if all_days else question.on
        leave(system)
        if as_json:
            give_json(replay_json(system, found, day))
            return
        replay_tables.show_replay(system, found, day)


def timeline(system: System, question: Question, place: Place) -> Replay:
    """What happened up to the day, or on every day where none is given."""
    if question.before_our_file:
        return Replay(question, Answer.BEFORE_OUR_FILE, [], [])
    last = question.on if place.on is not None else None
    found: list[Entry] = []
    after = BEGINNING
    while True:
        page = system.reader.timeline(question.learner, after, PAGE, question.at, last)
        found += page
        if len(page) < PAGE:
            return Replay(question, Answer.VALUE, found, [])
        after = place_in_time(page[-1])


def cohort(
    groups: dict[str, str | None], learners: Path | None, place: Place, *, as_json: bool
) -> None:
    """Print what holds of every learner of a school, grade or class, or of a list of learners."""
    wanted = listed(learners) if learners else None
    named = {kind: code for kind, code in groups.items() if code is not None}
    if bool(named) == (wanted is not None):
        raise Fault(
            "Name a cohort by --school, --grade, --class or several of them; or else by "
            "--learners, a file of ids.",
            USAGE,
        )
    for kind, code in named.items():
        check_code(kind, code)
    codes = {kind: spellings(c) if kind == "grade" else {c} for kind, c in named.items()}
    with ready_system(read_settings()) as ready, at_the_machine(ready, "cohort") as system:
        day = day_of(system, place)
        at = standing_of(system, None, *position_of(system, place), place)
        found = read_cohort(system, day, at, codes, wanted)
        answers = replays.answers(system.reader, found, at)
        leave(system)
        if as_json:
            give_json(cohort_json(system, found, answers, at, day))
            return
        replay_tables.show_cohort(system, found, answers, at, day)


def read_cohort(
    system: System,
    day: date,
    at: Standing,
    groups: Mapping[str, Collection[str]],
    wanted: Sequence[UUID] | None,
) -> dict[UUID, list[Entry]]:
    """The profiles of a cohort by learner, in the order of the ids; two queries a thousand."""
    found: dict[UUID, list[Entry]] = {}
    if wanted is not None:
        for start in range(0, len(wanted), PAGE):
            found |= system.reader.profiles(wanted[start : start + PAGE], day, at)
        return found
    after = FIRST
    while page := system.reader.cohort(day, at, groups, after=after, limit=PAGE):
        found |= page
        after = max(page)
    return found


def compare(learner: str, a: Place, b: Place, *, as_json: bool) -> None:
    """Print what differs of a learner between two places in time."""
    wanted = learner_id(learner)
    with ready_system(read_settings()) as ready, at_the_machine(ready, "compare") as system:
        later = question_of(system, wanted, b)
        if a.known is None and b.known is None:  # now is one moment
            earlier = replace(later, on=day_of(system, a))
        else:
            earlier = question_of(system, wanted, a)
        try:
            found = read_comparison(system.reader, earlier, later)
        except OutOfOrder as wrong:
            raise Fault(
                f"--other-{wrong.field} lies before --{wrong.field}. Give the earlier place as "
                "--on and --known, the later one as --other-on and --other-known.",
                USAGE,
            ) from None
        for place in (a, b):
            refuse_before_birth(system, wanted, place)
        leave(system)
        if as_json:
            give_json(comparison_json(system, found, earlier, later))
            return
        replay_tables.show_comparison(system, found, earlier, later)


# -- what was typed ---------------------------------------------------------------------------


def learner_id(text: str) -> UUID:
    """The learner's id. Raises `Fault` for anything else, which is never repeated."""
    try:
        return UUID(text)
    except ValueError:
        raise Fault(
            "Give the learner's id, as it stands in the address of the learner's page. A name "
            "would stay in the history of this shell and in the list of its processes.",
            USAGE,
        ) from None


def check_code(kind: str, code: str) -> None:
    """Raises `Fault` where it cannot be the code of a school, grade or class."""
    try:
        TypeAdapter(Code).validate_python(code)
    except ValidationError:
        raise Fault(f"--{kind} must be a code, such as north-high, 09 or 9b.", USAGE) from None


def listed(file: Path) -> list[UUID]:
    """The ids in a file, one a line, each once, in their order. Raises `Fault`."""
    if not file.is_file():
        raise Fault(f"There is no file {file}.", USAGE)
    found = set()
    for number, line in enumerate(
        file.read_text(encoding="utf-8-sig", errors="replace").splitlines(), 1
    ):
        if line.strip():
            try:
                found.add(UUID(line.strip()))
            except ValueError:
                raise Fault(f"Line {number} of {file} is no learner's id.", USAGE) from None
    if not found:
        raise Fault(f"There is no id in {file}; it must have one a line.", USAGE)
    return sorted(found)


def day_of(system: System, place: Place) -> date:
    """The day in the world; today where none is given."""
    today = system.context().today
    if place.on is None:
        return today
    try:
        return day_asked(date.fromisoformat(place.on), today)
    except MomentWrong as wrong:
        raise place.fault(str(wrong)) from None
    except ValueError:
        raise place.fault("on must be a day of the calendar, written as 2025-03-14.") from None


def position_of(system: System, place: Place) -> tuple[int | None, datetime | None]:
    """The position asked about, and the instant where it was one; None: now."""
    if place.known is None:
        return None, None
    if place.known.isascii() and place.known.isdecimal() and len(place.known) < 19:
        return int(place.known), None
    try:
        instant = instant_asked(place.known, system.zone, datetime.now(UTC))
        return system.reader.position_at(instant), instant
    except MomentWrong as wrong:
        if wrong.rule == "known-not-understood":
            raise place.fault(
                "known must be a position (a number), a day (2026-03-14) or a time "
                "(2026-03-14T15:00, with or without an offset)."
            ) from None
        raise place.fault(str(wrong)) from None
    except InstantAhead:
        raise place.fault("known cannot lie ahead of the database's clock.") from None


def standing_of(
    system: System,
    learner: UUID | None,
    position: int | None,
    instant: datetime | None,
    place: Place,
) -> Standing:
    """What the answer is read from, once the projections have taken in what is asked about."""
    reader = system.reader
    at = reader.standing(learner, position)
    if position is not None and position > at.head:
        raise place.fault(f"known: there is no position {position} yet; the newest is {at.head}.")
    wanted = at.head if position is None else position
    # Who looked changes nothing of an answer about now: the look before this one is one of them.
    if wanted > at.reached and (position is not None or reader.untold(at)):
        if not reader.wait_for(wanted, WAIT_SECONDS):
            if position is not None:
                raise Fault(BEHIND)
            note(f"{BEHIND} This is what was known at position {at.reached} of {at.head}.")
        at = reader.standing(learner, position)
    return at


def question_of(system: System, learner: UUID, place: Place) -> Question:
    """The question that a place asks about a learner. Raises `Fault`."""
    day = day_of(system, place)
    position, instant = position_of(system, place)
    at = standing_of(system, learner, position, instant, place)
    if at.began is None:
        raise Fault("There is no learner with this id in this district.", USAGE)
    if place.known is None and at.began > at.position:
        raise Fault(BEHIND)
    return Question(learner, day, at, instant)


def refuse_before_birth(system: System, learner: UUID, place: Place) -> None:
    """Raises `Fault` where a day is asked about on which the learner was not yet born."""
    if place.on is not None:
        day = day_of(system, place)
        try:
            day_asked(day, day, replays.born(system.reader, learner))
        except MomentWrong as wrong:
            raise place.fault(str(wrong)) from None
