"""Replay: what holds on a day, as known at a position, and what it means where nothing is told.

Two questions differ in one coordinate. Q1, "what we know today about 14 March", asks for a day as
known now; Q2, "what our file said on 14 March", asks for it as known then. Both are the same
reading of the same rows: see `projections.reading`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import UnknownLearner
from projections.entries import Entry, for_recipient
from projections.reading import Reader
from projections.standing import Standing

# What of a learner can be asked for: entries of which kinds; None is all.
KINDS: Mapping[str, Sequence[str] | None] = {
    "profile": None,
    "goals": ("goal",),
    "consents": ("consent", "notice", "online-consent", "opt-out", "survey"),
}


ALL = 2**31  # entries of a timeline


class Answer(StrEnum):
    """What became of a question; all but the first are no value, and never mixed up."""

    VALUE = "value"
    NEVER_EXISTED = "never-existed"
    NOT_KNOWN_THEN = "not-known-then"
    BEFORE_OUR_FILE = "before-our-file-began"
    ERASED = "erased"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Question:
    """What is asked about a learner: a day in the world, and the standing it is read from.

    `instant` is the moment that was asked about, where it was one and not a position. Anybody but
    the custodian is not shown what was amended or retracted later. `kinds`: those entries alone.
    `told_at` is the position up to which a source's word is told; None: all that is known now.
    """

    learner: UUID
    on: date
    at: Standing
    instant: datetime | None = None
    custodian: bool = True
    kinds: Sequence[str] | None = None
    told_at: int | None = None

    @property
    def before_our_file(self) -> bool:
        """Whether the learner's record began after what is asked about. Raises UnknownLearner."""
        if self.at.began is None:
            raise UnknownLearner
        return self.at.began > self.at.position


@dataclass(frozen=True)
class Replay:
    """The answer to a question.

    `source_says` is filled where the question lies before our file began: what the systems that
    entries were brought in from say they held. It is their word and not ours.
    """

    question: Question
    answer: Answer
    entries: list[Entry]
    source_says: list[Entry]


def replay(reader: Reader, question: Question) -> Replay:
    """The profile on a day, as known at a position. Raises `UnknownLearner`."""
    if question.before_our_file:
        told = source_says(reader, question)
        return Replay(question, Answer.BEFORE_OUR_FILE, [], told)
    entries = reader.profile(question.learner, question.on, question.at, question.kinds)
    return Replay(question, Answer.VALUE, shown(entries, question), [])


def answers(
    reader: Reader, found: Mapping[UUID, Sequence[Entry]], at: Standing
) -> dict[UUID, Answer]:
    """What each learner of a cohort is told: whether our file had begun at the standing.

    From there on a record has the learner's details on any day, so entries are a value.
    """
    silent = [learner for learner, entries in found.items() if not entries]
    began = reader.beginnings(silent) if silent else {}

    def answer(learner: UUID, entries: Sequence[Entry]) -> Answer:
        if entries:
            return Answer.VALUE
        if learner not in began:
            return Answer.NEVER_EXISTED
        return Answer.BEFORE_OUR_FILE if began[learner] > at.position else Answer.VALUE

    return {learner: answer(learner, entries) for learner, entries in found.items()}


def born(reader: Reader, learner: UUID) -> date | None:
    """The learner's date of birth as known now: nothing was true of the learner before."""
    details = reader.profile(learner, date.max, reader.standing(learner), kinds=("details",))
    told = next((e.body.get("birth_date") for e in details if e.learner == learner), None)
    return told if isinstance(told, date) else None


def source_says(reader: Reader, question: Question) -> list[Entry]:
    """What other systems say they held on the day, told by what was brought in from them since.

    In the words in which it was brought in, without what we learnt of it later; but what was taken
    back is not told. A source that names a time of its own is not asked for what it recorded after
    the instant.
    """
    if question.kinds is not None and "fact" not in question.kinds:
        return []
    now = reader.standing(question.learner, question.told_at)
    instant = question.instant or question.at.recorded_at
    brought = [
        replace(e, status="live", effective=[e.began.effective] if e.began.effective else [])
        for e in reader.timeline(question.learner, limit=ALL, at=now, as_first_said=True)
        if e.kind == "fact" and e.provenance.source is not None
    ]
    return shown([e for e in brought if held(e, question.on, instant)], question)


def held(entry: Entry, on: date, instant: datetime | None) -> bool:
    """Whether the source says that it held on the day, and that it knew so by the instant."""
    recorded = entry.provenance.source_recorded_at
    by_then = recorded is None or instant is None or recorded <= instant
    return by_then and all(
        (when.start is None or when.start <= on) and (when.until is None or on < when.until)
        for when in entry.effective
    )


def shown(entries: Sequence[Entry], question: Question) -> list[Entry]:
    """The entries as the one who asks may see them."""
    return list(entries) if question.custodian else [for_recipient(e) for e in entries]


def what_of(reader: Reader, question: Question, entry: UUID) -> tuple[Answer, Entry | None]:
    """What became of one entry, named by its own id or by that of the line it belongs to."""
    if question.before_our_file:
        return Answer.BEFORE_OUR_FILE, None
    found = named(reader.profile(question.learner, question.on, question.at), entry)
    if found is None:
        now = reader.standing(question.learner)
        later = named(reader.profile(question.learner, question.on, now), entry)
        return (Answer.NOT_KNOWN_THEN if later else Answer.NEVER_EXISTED), None
    [told] = shown([found], question)
    if told.withheld:
        return Answer.WITHHELD, told
    return (Answer.ERASED if told.provenance.erased else Answer.VALUE), told


def named(entries: Sequence[Entry], entry: UUID) -> Entry | None:
    return next((e for e in entries if e.id == entry), None) or next(
        (e for e in entries if e.line == entry), None
    )
