"""Reading the log of who saw what: who may, which lines, and the people that they name.

A filter that looks into the lines would let the watched reader note lines that nobody was shown.
So the log is read by the reader beneath it, and what is shown of it goes through the sight.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from api.compose import System
from api.desk import Desk
from api.seen import Seen
from api.sight import current
from api.who_saw import Access, Visit, Who, first_days, visits
from domain.access.evidence import Withheld
from domain.access.facts import Facts
from domain.access.record import may_read_log
from domain.access.words import Action, Role
from domain.errors import Denied
from domain.reads import AccessRecorded
from domain.words import DataClass
from projections.reading import READS, AuditLine, InstantAhead, Reader
from projections.standing import Standing

BATCH = 500
LEARNERS = 1_000  # whose files are kept at hand for one answer
MOST = 10_000  # lines looked through for one page; past that the page says how far it got
OFFICER = "FERPA-99.32-c-officer"
WHOLE_LOG = (
    "The whole log is kept by the privacy officer. A parent or eligible student reads their own "
    "view of it, with one line for each person and day."
)
OF_A_PERSON = (
    "What one person saw of all learners is read by the privacy officer alone. Ask the officer."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which lines of the log. `kind`: one of `api.who_saw.KINDS`; days are the school's."""

    learner: UUID | None = None
    person: UUID | None = None
    first: date | None = None
    last: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Some lines, the latest first, and where to go on; null at the end of the log."""

    lines: Sequence[AuditLine]
    next: int | None


# -- who may --------------------------------------------------------------------------------------


def log_open_as_officer(learner: UUID) -> bool:
    """Whether the whole log of a learner is open; false for the family, who has a view of it.

    Raises `Denied` where it is open in neither way.
    """
    sight = current()
    sight.admit(learner)
    if sight.asker.trusted:
        return True
    facts = facts_of(learner)
    may = may_read_log(facts)
    if not may.allowed:
        raise refused(learner, Denied(may.code, may.sentence))
    return Role.COMPLIANCE_OFFICER in facts.on_duty_as


def need_officer(learner: UUID) -> None:
    """Raise `Denied` for anybody but the privacy officer of this learner."""
    if not log_open_as_officer(learner):
        raise refused(learner, Denied(OFFICER, WHOLE_LOG))


def need_any_officer() -> None:
    """Raise `Denied` for anybody but a privacy officer; each learner is decided on later."""
    asker = current().asker
    if not (asker.trusted or Role.COMPLIANCE_OFFICER in asker.roles):
        raise Denied(OFFICER, OF_A_PERSON)


def facts_of(learner: UUID) -> Facts:
    """What a decision about the asker and this learner turns on."""
    sight = current()
    return sight.asker.judge({learner: ()}, sight.action)[learner].facts


def silent_of(learner: UUID) -> frozenset[DataClass]:
    """The classes of which a family is told nothing, by the law of the place."""
    return facts_of(learner).law.silent


def refused(learner: UUID, denied: Denied) -> Denied:
    """The refusal, noted: the record may be open to the asker, and its log is not."""
    sight = current()
    seen = sight.seen.setdefault(learner, Seen(sight.action, False, denied.code))
    seen.allowed, seen.code, seen.ground = False, denied.code, None
    return denied


# -- which lines ----------------------------------------------------------------------------------


def look(
    system: System, asked: Asked, *, before: int | None = None, limit: int, at: Standing
) -> Found:
    """At most `limit` lines before a position; fewer where there are too many others between."""
    kept: list[AuditLine] = []
    for seen, batch in enumerate(_batches(system.reader, asked, _start(system, asked, before), at)):
        for line in batch:
            if _too_early(line, system, asked):
                return Found(_shown(kept), None)
            if len(kept) == limit:
                return Found(_shown(kept), kept[-1].position)
            if _wanted(line, asked):
                kept.append(line)
        if (seen + 1) * BATCH >= MOST and len(batch) == BATCH:
            return Found(_shown(kept), batch[-1].position)
    return Found(_shown(kept), None)


def one_line(system: System, learner: UUID, position: int, at: Standing) -> AuditLine | None:
    """The line of a learner's log at a position, if there is one that may be shown."""
    found = Reader.audit(
        system.reader, learner=learner, topics=READS, before=position + 1, limit=1, at=at
    )
    shown = _shown([line for line in found if line.position == position])
    return shown[0] if shown else None


def pieces(
    system: System, asked: Asked, *, before: int | None = None, at: Standing
) -> Iterator[list[AuditLine]]:
    """All lines asked for, the latest first, in pieces; none of them is noted yet."""
    for batch in _batches(system.reader, asked, _start(system, asked, before), at):
        kept = [line for line in batch if not _too_early(line, system, asked)]
        yield [line for line in kept if _wanted(line, asked)]
        if len(kept) < len(batch):
            return


def _wanted(line: AuditLine, asked: Asked) -> bool:
    return asked.kind in ("", Access(line.position, event_of(line), NOBODY_KNOWN).kind)


def event_of(line: AuditLine) -> AccessRecorded:
    return cast(AccessRecorded, line.event)


def _shown(lines: list[AuditLine]) -> list[AuditLine]:
    return current().lines(lines)


def _batches(
    reader: Reader, asked: Asked, before: int | None, at: Standing
) -> Iterator[list[AuditLine]]:
    while True:
        found = Reader.audit(
            reader,
            learner=asked.learner,
            person=asked.person,
            topics=READS,
            before=before,
            limit=BATCH,
            at=at,
        )
        yield found
        if len(found) < BATCH:
            return
        before = found[-1].position


def _start(system: System, asked: Asked, before: int | None) -> int | None:
    """The position before which to begin: that of the page, or of the end of the last day."""
    if asked.last is None or asked.last >= system.context().today:
        return before
    ends = _midnight(asked.last + timedelta(days=1), system) - timedelta(microseconds=1)
    try:
        last = system.reader.position_at(ends)
    except InstantAhead:  # the database's clock is behind ours
        return before
    return last + 1 if before is None else min(before, last + 1)


def _too_early(line: AuditLine, system: System, asked: Asked) -> bool:
    if asked.first is None:
        return False
    return line.event.recorded_at.astimezone(system.zone).date() < asked.first


def _midnight(day: date, system: System) -> datetime:
    return datetime.combine(day, time.min, system.zone).astimezone(UTC)


# -- whom they name -------------------------------------------------------------------------------

NOBODY_KNOWN = Who(UUID(int=0), "")


@dataclass
class People:
    """The people that lines name, with the roles that they had on the day."""

    system: System
    desk: Desk
    _day: date = date.min
    _kept: dict[tuple[UUID, str], Who] = field(default_factory=dict)
    _withheld: dict[UUID, Mapping[int, Withheld]] = field(default_factory=dict)

    def access(self, line: AuditLine) -> Access:
        """The line with whom it names."""
        event = event_of(line)
        day = event.recorded_at.astimezone(self.system.zone).date()
        to = event.recipient
        recipient = self.who(to, day, "") if to and to != event.entered_by else None
        who = self.who(event.entered_by, day, event.entered_by_name)
        withheld = self.withheld(event.learner).get(line.position)
        return Access(line.position, event, who, recipient, withheld)

    def withheld(self, learner: UUID) -> Mapping[int, Withheld]:
        """The lines of a learner's log that an officer withholds from the family, by number."""
        if learner not in self._withheld:
            if len(self._withheld) >= LEARNERS:  # an export can be about every learner
                self._withheld.clear()
            self._withheld[learner] = self.desk.filed.learners([learner])[learner].withheld
        return self._withheld[learner]

    def who(self, person: UUID, day: date, name: str) -> Who:
        """Somebody by the name that is on file, or by the one that the line has."""
        if day != self._day:  # the lines of a day stand together, and a log can be long
            self._day, self._kept = day, {}
        key = person, name
        if key not in self._kept:
            file = self.desk.filed.person(person)
            self._kept[key] = Who(person, file.name or name, file.roles_on(day))
        return self._kept[key]

    def accesses(self, lines: Sequence[AuditLine]) -> list[Access]:
        """The lines for the officer; that one is withheld is shown with it, and noted."""
        found = [self.access(line) for line in lines]
        for one in found:
            if one.withheld:
                current().note(one.event.learner, current().action, [one.withheld.position])
        return found


# -- the family's view ----------------------------------------------------------------------------


def family_days(
    system: System,
    people: People,
    learner: UUID,
    *,
    before: date | None = None,
    limit: int,
    at: Standing,
) -> tuple[list[Visit], date | None]:
    """The family's lines of whole days, the latest first, and the day before which to go on.

    What is withheld leaves no trace: no line, no shorter page, no empty page after the last.
    """
    last = before - timedelta(days=1) if before and before > date.min else before
    asked = Asked(learner=learner, last=last)
    accesses = (
        people.access(line)
        for batch in _batches(system.reader, asked, _start(system, asked, None), at)
        for line in batch
    )
    told, more = first_days(visits(accesses, silent_of(learner), system.zone), limit)
    current().note(learner, Action.OPENED, [p for visit in told for p in visit.positions])
    return told, more
