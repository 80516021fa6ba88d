"""The record of requests and disclosures of one learner: FERPA 99.32, and IDEA 300.614."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from api import plain
from api.compose import System
from api.sight import current
from api.who_saw import Access, classes_said, family_lines, lines_of, purpose_said
from api.who_saw_reading import Asked, People, pieces
from api.who_saw_titles import Title, did, title, wanted
from domain.access.by_hand import ByHand, by_hand
from domain.access.emergency import OPENING
from domain.access.evidence import Opening
from domain.access.ground import Keeping
from domain.access.policy import Purposes
from domain.access.record import EMERGENCY, Line, for_family, idea_record, statutory
from domain.access.signing import Signers
from domain.access.words import Action, Regime
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
    held = Rights(people, learner)
    found: list[tuple[Access, Line]] = []
    special: list[tuple[Access, Line]] = []
    for batch in pieces(system, Asked(learner=learner), at=at):
        kept = []
        for raw in batch:
            access = people.access(raw)
            asker, day = (access.recipient or access.who).id, access.day(system.zone)
            told = lines_of(access) if silent is None else family_lines(access, silent)
            seen = [held.exempt(line, asker, day) for line in told]
            by_ferpa, by_idea = statutory(seen), idea_record(seen)
            if by_ferpa or by_idea:
                kept.append(raw)
            found += [(access, line) for line in by_ferpa]
            special += [(access, line) for line in by_idea]
        current().lines(kept)
    by_phone = entered_by_hand(system, people, learner, silent, at)
    # What somebody wrote in an emergency may be about the family itself: it stays with the officer.
    openings = people.desk.filed.learners([learner])[learner].openings if silent is None else ()
    rows, special_rows = (
        [_row(access, line, system, openings) for access, line in reversed(kept)]
        for kept in (found, special)
    )
    return Record(
        in_order(rows, by_phone, statutory), in_order(special_rows, by_phone, idea_record)
    )


@dataclass(frozen=True)
class Rights:
    """Who held the rights over a learner's record on which day, by what is on file now."""

    people: People
    learner: UUID

    @cached_property
    def signers(self) -> Signers:
        filed = self.people.desk.filed
        return Signers(self.learner, filed.learners([self.learner])[self.learner], filed.district())

    def exempt(self, line: Line, asker: UUID, day: date) -> Line:
        """The line, exempt where it was the parent or eligible student who was refused.

        99.32(d)(1) asks for no line of their requests, whatever came of them. A parent whose
        rights were taken, or have passed to the student, is on the record like anybody else.
        """
        asked_for = line.keeping is Keeping.RECORD and not line.allowed
        if not asked_for or not self.held_by(asker, day):
            return line
        return replace(line, keeping=Keeping.EXEMPT, exemption="FERPA-99.32-d-1")

    def held_by(self, person: UUID, day: date) -> bool:
        """Whether the rights were this person's on a day."""
        if self.signers.includes(person, Regime.FERPA, day):
            return True
        students = self.signers.includes(self.learner, Regime.FERPA, day)
        return students and self.people.desk.filed.person(person).own_record_on(day) == self.learner


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
    held = Rights(people, learner)
    shown, kept = [], set()
    for one in told:
        for line in (one.line,) if silent is None else for_family([one.line], silent):
            day = line.at.astimezone(system.zone).date()
            row = _row_by_hand(one, line, day, held.signers.district.purposes)
            shown.append((held.exempt(line, line.recipient, day), row))
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


def _row_by_hand(one: ByHand, line: Line, day: date, purposes: Purposes) -> Row:
    words = ", ".join(one.records) or classes_said(line.classes)
    threat = f"Threat: {line.threat}{plain.stop(line.threat)}" if line.threat else ""
    notes = [threat, *map(_lacking, line.incomplete)]
    onward = ", ".join(line.may_redisclose_to)
    notes.append(f"May be passed on to: {onward}." if onward else "")
    return Row(
        day=day,
        party=one.party,
        through=one.event.entered_by_name or None,
        act="was given" if line.allowed else "was asked for",
        interest=line.interest or _purpose_typed(line.purpose, purposes),
        records=words,
        given=line.allowed,
        ground=title(line.code),
        note=" ".join(note for note in notes if note),
    )


def _purpose_typed(text: str, purposes: Purposes) -> str:
    """A purpose as somebody typed it; a code of the district's list in words."""
    return purpose_said(text) if purposes.knows(text) else text


def _lacking(field: str) -> str:
    """What the law asks for and the entry does not say yet."""
    return LACKING[field]


def _row(access: Access, line: Line, system: System, openings: Sequence[Opening]) -> Row:
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
        note=" ".join(
            filter(None, [_note(line), _why(access, line, openings), _withheld(access, line)])
        ),
    )


def _why(access: Access, line: Line, openings: Sequence[Opening]) -> str:
    """What was written when the record was opened in an emergency, where the look rests on that."""
    if line.code != OPENING:
        return ""
    own = [o for o in openings if o.person == access.who.id and o.opened <= line.at]
    words = max(own, key=lambda o: o.opened).words if own else ""
    return f"Why it was opened: {words}{plain.stop(words)}" if words else ""


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
