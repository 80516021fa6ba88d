"""The record of requests and disclosures of one learner: FERPA 99.32, and IDEA 300.614."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api import plain
from api.compose import System
from api.sight import current
from api.who_saw import Access, classes_said, family_lines, lines_of, purpose_said
from api.who_saw_reading import Asked, People, pieces
from api.who_saw_titles import Title, did, title, wanted
from domain.access.by_hand import ByHand, by_hand
from domain.access.record import EMERGENCY, Line, for_family, idea_record, statutory
from domain.access.words import Action
from domain.words import DataClass
from projections.reading import Reader
from projections.standing import Standing

AUTHORITIES = "FERPA-99.31-a-3"
BY_HAND = ("disclosure-recorded", "disclosure-completed", "request-refused")
MOST = 10_000  # entries of one learner that were made by hand
LACKING = {
    "interest": "The interest is still to be entered.",
    "threat": "The threat is still to be entered.",
    "told": "Who was told is still to be entered.",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the record, in words."""

    day: date
    party: str  # who asked or received
    through: str | None  # who of the school gave it, where that is somebody else
    act: str
    interest: str
    records: str
    given: bool
    ground: Title
    note: str


@dataclass(frozen=True, slots=True)
class Record:
    """`disclosures`: what 99.32 asks for; `special`: what 300.614 asks for. The earliest first."""

    disclosures: Sequence[Row]
    special: Sequence[Row]


def disclosures(
    system: System,
    people: People,
    learner: UUID,
    silent: frozenset[DataClass] | None,
    at: Standing,
) -> Record:
    """The whole record of a learner. `silent`: for a family, the classes it is told nothing of.

    Only lines of the record are kept in memory, which are few: who works for the school and the
    family itself are exempt.
    """
    found: list[tuple[Access, Line]] = []
    special: list[tuple[Access, Line]] = []
    for batch in pieces(system, Asked(learner=learner), at=at):
        kept = []
        for raw in batch:
            access = people.access(raw)
            seen = lines_of(access) if silent is None else family_lines(access, silent)
            by_ferpa, by_idea = statutory(seen), idea_record(seen)
            if by_ferpa or by_idea:
                kept.append(raw)
            found += [(access, line) for line in by_ferpa]
            special += [(access, line) for line in by_idea]
        current().lines(kept)
    by_phone = entered_by_hand(system, people, learner, silent, at)
    return Record(
        in_order([_row(a, one, system) for a, one in reversed(found)], by_phone, statutory),
        in_order([_row(a, one, system) for a, one in reversed(special)], by_phone, idea_record),
    )


def entered_by_hand(
    system: System,
    people: People,
    learner: UUID,
    silent: frozenset[DataClass] | None,
    at: Standing,
) -> list[tuple[Line, Row]]:
    """The lines of what was given or refused by phone, on paper, by mail or in person."""
    raw = Reader.audit(system.reader, learner=learner, topics=BY_HAND, limit=MOST, at=at)
    emergencies = people.desk.filed.learners([learner])[learner].emergencies
    told = by_hand([line.event for line in reversed(raw)], emergencies)
    shown, kept = [], set()
    for one in told:
        for line in (one.line,) if silent is None else for_family([one.line], silent):
            shown.append((line, _row_by_hand(one, line, system)))
            kept.add(one.event.position)
    current().lines([line for line in raw if line.position in kept])
    return shown


def in_order(
    rows: Sequence[Row],
    by_phone: Sequence[tuple[Line, Row]],
    of_record: Callable[[Iterable[Line]], tuple[Line, ...]],
) -> list[Row]:
    """The rows of a record by their days, the earliest first."""
    return sorted(
        [*rows, *(row for line, row in by_phone if of_record([line]))], key=lambda row: row.day
    )


def _row_by_hand(one: ByHand, line: Line, system: System) -> Row:
    words = ", ".join(one.records) or classes_said(line.classes)
    threat = f"Threat: {line.threat}{plain.stop(line.threat)}" if line.threat else ""
    notes = [threat, *map(_lacking, line.incomplete)]
    onward = ", ".join(line.may_redisclose_to)
    notes.append(f"May be passed on to: {onward}." if onward else "")
    return Row(
        day=line.at.astimezone(system.zone).date(),
        party=one.party,
        through=one.event.entered_by_name or None,
        act="was given" if line.allowed else "was asked for",
        interest=line.interest or purpose_said(line.purpose),
        records=words,
        given=line.allowed,
        ground=title(line.code),
        note=" ".join(note for note in notes if note),
    )


def _lacking(field: str) -> str:
    """What the law asks for and the entry does not say yet."""
    return LACKING[field]


def _row(access: Access, line: Line, system: System) -> Row:
    event = access.event
    pattern = did if line.allowed else wanted
    return Row(
        day=access.day(system.zone),
        party=(access.recipient or access.who).told,
        through=access.who.told if access.recipient else None,
        act=pattern(line.action, event.place),
        interest=purpose_said(line.purpose),
        records=classes_said(line.classes),
        given=line.allowed,
        ground=title(line.code),
        note=" ".join(filter(None, [_note(line), _withheld(access, line)])),
    )


def _withheld(access: Access, line: Line) -> str:
    """That the family's copy is without the line; so it stands on the officer's alone."""
    return "Withheld from the family." if access.withheld or not line.family_sees else ""


def _note(line: Line) -> str:
    """What 99.32 asks for beside the line, and the log of reads does not hold."""
    if line.code == EMERGENCY and line.incomplete and line.action is Action.DISCLOSED:
        return "The threat, and everybody who was told, are on the entry of the emergency."
    if line.code == AUTHORITIES and line.allowed:
        return "To whom this authority may pass it on stands in the agreement."
    return ""
