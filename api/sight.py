"""What one request sees: each read is decided on and noted, and none leaves without its note.

The application's reader is `Watched`. It shows what the decision allows and keeps account in the
`Sight` of the request, which is written into the log before the first byte of the answer leaves.
A read without a sight is an error, so no route can forget it.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import Request

from api.compose import System
from api.desk import OPERATOR, Asker, Desk, Judged
from api.in_law import (
    ANSWER,
    DETAILS,
    NAMES,
    kind_of,
    kinds_of,
    may_answer,
    opened,
    positions_of,
    records_of,
    records_of_line,
    since,
)
from api.middleware import template
from api.seen import EXTENT, FORBIDDEN, GONE, NOT_SHOWN, OUR_FAULT, Seen
from api.viewing import viewer_of
from domain.access.facts import Records
from domain.access.notices import Notice
from domain.access.offering import Waiting
from domain.access.record import may_read_log
from domain.access.words import Action, Role
from domain.application import Profiles
from domain.changes import FactRetracted
from domain.disclosures import for_officer
from domain.errors import Denied
from domain.event import ACCESS, LEARNER, PERSON, Context
from domain.facts import ObservationRecorded, SurveyAnswered
from domain.people import district_id
from domain.reads import AccessRecorded, RecordAccess, noted
from domain.words import DataClass
from projections.entries import Entry, for_recipient
from projections.places import Place
from projections.reading import AuditLine

RETRACTED = FactRetracted.TOPIC
OBSERVED = Records(
    data_class=ObservationRecorded.SPEC.default, kind=kind_of(ObservationRecorded.TOPIC)
)
# What somebody has to have access to, and for what, where a link leads.
LINKS: Mapping[str, tuple[tuple[Records, ...], Action | None]] = {
    "write": ((), Action.WRITTEN),
    "observe": ((OBSERVED,), Action.WRITTEN),
    "log": ((), None),
}

_current: ContextVar["Sight | None"] = ContextVar("sight", default=None)


@dataclass(frozen=True, slots=True)
class Changed:
    """What entries are by now, whatever day is asked about; by the records on which they stand.

    `became`: of what kind of record, where that changed. `waiting`: answers to surveys that wait
    for the officer.
    """

    became: Mapping[tuple[UUID, UUID], DataClass] = field(default_factory=dict)
    waiting: Mapping[UUID, Waiting] = field(default_factory=dict)


@dataclass
class Sight:
    """What one request sees, and of whom."""

    asker: Asker
    action: Action
    place: str
    context: Context
    profiles: Profiles  # who writes the log
    on: date | None = None
    known: int = 0
    settled: bool = False
    seen: dict[UUID, Seen] = field(default_factory=dict)
    denials: dict[UUID, Denied] = field(default_factory=dict)
    served: Notice | None = None  # what the answer carries
    _admitted: set[UUID] = field(default_factory=set)

    # -- deciding, and keeping account -------------------------------------------------------

    def admit(self, learner: UUID) -> None:
        """Raise `Denied` where the asker may not open this record at all."""
        if learner in self._admitted:
            return
        judged = self._judge({learner: ()}, self.action)
        self._take([learner], judged, self.action)
        told = judged and judged[learner].told
        if told:
            raise told
        self._admitted.add(learner)

    def may_write(self, learner: UUID, records: Records) -> None:
        """Raise `Denied` where the asker may not add such an entry to this record."""
        if self.asker.trusted:
            return
        judged = self.asker.judge({learner: (records,)}, Action.WRITTEN)[learner]
        shown = {r for part in judged.decision.parts for r in part.records}
        if judged.told is None and records in shown:
            return
        seen = self.seen.setdefault(learner, Seen(Action.WRITTEN, False, judged.decision.code))
        seen.take(judged)
        told = judged.told
        if told is None:
            seen.allowed = False
            [why] = [w for w in judged.decision.withheld if w.records == records]
            seen.code = why.code
            told = Denied(why.code, why.sentence, to_person=why.to_person)
        raise told

    def entries(
        self, found: Mapping[UUID, Sequence[Entry]], *, named: bool = True
    ) -> dict[UUID, list[Entry]]:
        """The entries that may be shown, by learner; who may not be opened at all is left out.

        `named`: the learners were asked for one by one, so that each refusal is one. Nobody asked
        for those who are left out of a list, and nobody is told that they are. A record that was
        merged with the learner's is judged by itself as well, with what is on file there: nothing
        is shown that either of them closes.
        """
        kinds, in_law = self._in_law_all(found)
        judged = self._judge({one: tuple(asked) for one, asked in kinds.items()}, self.action)
        shown: dict[UUID, list[Entry]] = {}
        for learner, entries in found.items():
            if judged is None:
                shown[learner] = list(entries)
                continue
            records = {learner, *(e.learner for e in entries)}
            told = next((judged[one].told for one in records if judged[one].told), None)
            if not named and not self._tells_of(learner, judged[learner]):
                continue
            if told is None or named:
                self._take(records, judged, self.action)
            if told is not None and named:
                self.refuse(learner, told)
            elif told is None:
                open_to = {one: judged[one].open_to for one in records}
                shown[learner] = [
                    self.told(opened(e, open_to[learner] & open_to[e.learner]))
                    for e in entries
                    if in_law[id(e)] <= open_to[learner] & open_to[e.learner]
                ]
        for learner, entries in shown.items():
            self.note(learner, self.action)
            for entry in entries:
                self.note(entry.learner, self.action, positions_of(entry))
                self.seen[entry.learner].classes.add(DataClass(entry.data_class))
        return shown

    def _in_law_all(
        self, found: Mapping[UUID, Sequence[Entry]]
    ) -> tuple[dict[UUID, dict[Records, None]], dict[int, set[Records]]]:
        """What to decide on for each record, and what each entry is in law, by its identity."""
        kinds: dict[UUID, dict[Records, None]] = {learner: {} for learner in found}
        every = set(found).union(*((e.learner, e.record) for each in found.values() for e in each))
        answering = {e.record for each in found.values() for e in each if may_answer(e)}
        changed = self._changed(every, answering)
        in_law: dict[int, set[Records]] = {}
        for learner, entries in found.items():
            for entry in entries:
                own = self._in_law(entry, changed)
                became = since(own, changed.became.get((entry.record, entry.id)))
                in_law[id(entry)] = {own, became} if became else {own}
                for one in {learner, entry.learner}:
                    kinds.setdefault(one, {}).update(dict.fromkeys(kinds_of(entry, own)))
                    kinds[one].update(dict.fromkeys(in_law[id(entry)]))
        return kinds, in_law

    def _changed(self, records: Collection[UUID], answering: Collection[UUID]) -> Changed:
        """What entries of some records are by now; `answering` have answers to surveys, perhaps.

        The files of all records that an answer is about are looked up here, in one query.
        """
        if self.asker.trusted:
            return Changed()
        files = self.asker.look(records).learners
        return Changed(
            {which: kind for one in records for which, kind in files[one].reclassified.items()},
            self.asker.waiting(answering) if answering else {},
        )

    def _in_law(self, entry: Entry, changed: Changed) -> Records:
        """What an entry is in law. An answer is judged by the survey that is named here as well."""
        if self.asker.trusted or not may_answer(entry):
            return records_of(entry)
        waiting = changed.waiting[entry.record]
        aside = entry.line in waiting.ids
        if instrument := entry.type == ANSWER and entry.body.get("instrument"):
            day = entry.effective[0].start if entry.effective else None
            said = waiting.said.get(entry.line)
            aside = aside or self.asker.sets_aside(entry.learner, instrument, day, said)
        return records_of(entry, set_aside=aside)

    def _line_in_law(self, line: AuditLine, changed: Changed) -> set[Records]:
        """What a line is in law, as it was written and as what it is about has become since."""
        event, fact = line.event, getattr(line.event, "fact", None)
        if fact is None or event.SPEC.record != LEARNER or self.asker.trusted:
            return {records_of_line(line)}
        waiting = changed.waiting[event.originator_id]
        aside = fact in waiting.ids
        if isinstance(event, SurveyAnswered) and not event.erased:
            day = event.effective.start if event.effective else None
            said = waiting.said.get(fact)
            aside = aside or self.asker.sets_aside(event.originator_id, event.instrument, day, said)
        own = records_of_line(line, set_aside=aside)
        became = since(own, changed.became.get((event.originator_id, fact)))
        return {own, became} if became else {own}

    def told(self, entry: Entry) -> Entry:
        """The entry as this asker is told it; what was taken away, the custodian alone is."""
        return entry if self.asker.is_custodian else for_recipient(entry)

    def refuse(self, learner: UUID, told: Denied) -> None:
        """Keep account of a learner of whom nothing is shown."""
        self.denials[learner] = told
        seen = self.seen[learner]
        if seen.allowed:
            seen.allowed, seen.code = False, told.code

    def places(self, found: Sequence[Place]) -> list[Place]:
        """Those of the lines of a list that may be shown."""
        judged = self._judge({place.learner: (NAMES, DETAILS) for place in found}, Action.LISTED)
        shown = [p for p in found if judged is None or judged[p.learner].told is None]
        self._take((place.learner for place in shown), judged, Action.LISTED)
        for place in shown:
            self.note(place.learner, Action.LISTED)
            self.seen[place.learner].classes.add(DataClass.DIRECTORY)
        return [self._with_details(place, judged) for place in shown]

    def knows_details(self, found: Sequence[Place]) -> set[UUID]:
        """Of whom the asker may know date of birth and number; nothing is shown, or noted."""
        judged = self._judge({place.learner: (DETAILS,) for place in found}, Action.LISTED)
        return {p.learner for p in found if judged is None or DETAILS in judged[p.learner].open_to}

    def mentioned(self, learners: Collection[UUID]) -> set[UUID]:
        """Those learners whose id may stand in an answer about somebody else."""
        judged = self._judge(dict.fromkeys(learners, (NAMES,)), Action.LISTED)
        shown = {one for one in learners if judged is None or judged[one].told is None}
        self._take(shown, judged, Action.LISTED)
        for learner in shown:
            self.note(learner, Action.LISTED)
        return shown

    def lines(self, found: Sequence[AuditLine]) -> list[AuditLine]:
        """Those lines of the audit log that may be shown."""
        kinds: dict[UUID, dict[Records, None]] = {}
        about = [line for line in found if line.event.SPEC.record != "person"]
        on = {x.event.originator_id for x in about if x.event.SPEC.record == LEARNER}
        changed = self._changed(on | {line.learner for line in about}, on)
        for line in found:
            if line.event.SPEC.record != "person":
                in_law = self._line_in_law(line, changed)
                kinds.setdefault(line.learner, {}).update(dict.fromkeys(in_law))
        judged = self._judge({learner: tuple(k) for learner, k in kinds.items()}, self.action)
        if judged is None:
            shown = list(found)
        else:
            open_to = {
                learner: one.open_to
                for learner, one in judged.items()
                if one.told is None and self._tells_of(learner, one)
            }
            log_of = {of for of, one in judged.items() if may_read_log(one.facts).allowed}
            shown = [
                line
                for line in found
                if (line.learner in log_of if line.event.SPEC.record == ACCESS else True)
                and (
                    self._line_in_law(line, changed) <= open_to.get(line.learner, set())
                    or (line.event.SPEC.record == "person" and self.asker.oversees)
                )
                and (not for_officer(line.event) or Role.COMPLIANCE_OFFICER in self.asker.roles)
            ]
        shown = self._as_told(shown)
        self._take(
            {line.learner for line in shown if line.event.SPEC.record != PERSON},
            judged,
            self.action,
        )
        for line in shown:
            if line.event.SPEC.record != "person":
                self.note(line.learner, self.action, [line.position])
            if line.event.SPEC.record == LEARNER:
                own = line.event.data_class or line.event.SPEC.default
                self.seen[line.learner].classes.add(own)
        return shown

    def _tells_of(self, learner: UUID, judged: Judged) -> bool:
        """Whether a record may be told of here: one opened in an emergency, on its own pages alone.

        What somebody comes by in a list was not opened, and would stand in the record of
        disclosures.
        """
        return learner in self._admitted or not judged.in_emergency

    def _as_told(self, shown: Sequence[AuditLine]) -> list[AuditLine]:
        """The lines, marked where their words were taken back: only the custodian reads those."""
        records = {x.event.originator_id for x in shown if x.event.SPEC.record == LEARNER}
        now = self.asker.look(records).versions
        gone = self.asker.desk.filed.taken_back(records, now)
        mine = self.asker.is_custodian
        return [
            # Of a retraction it is told why: that stands, and is for the custodian too.
            replace(line, removed=line.event.TOPIC != RETRACTED, withheld=not mine)
            if line.position in gone.get(line.event.originator_id, ())
            else line
            for line in shown
        ]

    def could(self, what: str, learner: UUID) -> bool:
        """Whether a link to `write` on a record, to `observe`, or to its `log`, leads on.

        This is not noted.
        """
        if self.asker.trusted:
            return True
        asked, act = LINKS[what]
        judged = self.asker.judge({learner: asked}, act or self.action)[learner]
        may = judged.told is None and judged.open_to.issuperset(asked)
        return may and (what != "log" or may_read_log(judged.facts).allowed)

    def named(self, place: Place) -> Place:
        """A learner's line, with no more than the name for who may not see the details."""
        judged = self._judge({place.learner: (DETAILS,)}, self.action)
        self._take([place.learner], judged, self.action)
        return self._with_details(place, judged)

    def _with_details(self, place: Place, judged: Mapping[UUID, Judged] | None) -> Place:
        """The line; without what is more than the name for who may not see the details."""
        if judged is None or DETAILS in judged[place.learner].open_to:
            return place
        return replace(place, birth_date=None, local_id=None, review_due=None, last_review=None)

    def note(self, learner: UUID, action: Action, positions: Iterable[int] = ()) -> None:
        """Keep account of what is shown of a learner."""
        seen = self.seen.setdefault(learner, Seen(action, True, OPERATOR))
        seen.action = max(seen.action, action, key=EXTENT.index)
        seen.facts.update(positions)

    def _judge(
        self, asked: Mapping[UUID, Sequence[Records]], action: Action
    ) -> dict[UUID, Judged] | None:
        """The decisions; None for the operator, about whom nothing is decided."""
        return None if self.asker.trusted else self.asker.judge(asked, action)

    def _take(
        self, learners: Iterable[UUID], judged: Mapping[UUID, Judged] | None, action: Action
    ) -> None:
        """Keep account of the decisions about those who were asked for, or are shown."""
        for learner in learners:
            if judged is None:
                self.seen.setdefault(learner, Seen(action, True, OPERATOR))
                continue
            decision = judged[learner].decision
            seen = self.seen.setdefault(learner, Seen(action, decision.allowed, decision.code))
            seen.take(judged[learner])

    def ended(self, error: Exception, status: int, named: str | None) -> None:
        """Nothing is shown after all: what was read on the way was seen by nobody.

        `named`: the learner in the address. A refusal is noted there or, where the address names
        nobody, on the district's own record.
        """
        if status == FORBIDDEN:
            code = error.code if isinstance(error, Denied) else getattr(error, "rule", NOT_SHOWN)
            if all(seen.allowed for seen in self.seen.values()):
                refused = self.seen.setdefault(self._about(named), Seen(self.action, False, code))
                refused.allowed, refused.code = False, code
        elif status not in GONE and status < OUR_FAULT:
            return  # it tells of the record: that it has not changed, or what has
        for seen in self.seen.values():
            if seen.allowed:
                seen.allowed, seen.code = False, NOT_SHOWN

    def _about(self, named: str | None) -> UUID:
        """The record that a refusal is noted on."""
        try:
            return UUID(named or "")
        except ValueError:
            return district_id(self.asker.desk.tenant)

    # -- what is written into the log -----------------------------------------------------------

    def serve(self) -> Notice | None:
        """The notice that the answer has to carry, where one is due: the log says it does."""
        due = next((seen.notice for seen in self.seen.values() if seen.notice), None)
        self.served = self.served or due
        return self.served

    def accesses(self, body: bytes | memoryview | None) -> list[AccessRecorded]:
        """One event for each learner seen or refused; `body` is the answer that shows them."""
        digest = hashlib.sha256(body).hexdigest() if body is not None else None
        return [
            noted(
                RecordAccess(
                    learner=learner,
                    action=seen.action,
                    purpose=seen.purpose,
                    allowed=seen.allowed,
                    code=seen.code,
                    ground=seen.ground,
                    table=seen.table,
                    criteria=seen.criteria if seen.allowed else None,
                    grounds=tuple(sorted(seen.grounds - {seen.code})),
                    withheld=tuple(sorted(seen.withheld)),
                    consents=tuple(sorted(seen.consents)),
                    classes=tuple(sorted(seen.classes)),
                    notice=self.served.version if self.served and seen.notice else None,
                    how=self.asker.viewer.how,
                    assurance=self.asker.viewer.assurance,
                    place=self.place,
                    on=self.on,
                    known=self.known,
                    facts=tuple(sorted(seen.facts)) if seen.allowed else (),
                    digest=digest if seen.allowed else None,
                ),
                self.context,
            )
            for learner, seen in self.seen.items()
        ]

    def settle(self, body: bytes | memoryview | None = None) -> bool:
        """Write the log, durably; false where nothing was seen. What was written is let go of."""
        accesses = self.accesses(body)
        if accesses:
            self.profiles.note(accesses)
            self.seen.clear()
            self.settled = True
        return bool(accesses)


@contextmanager
def seeing(sight: Sight) -> Iterator[Sight]:
    """Let what is read meanwhile be seen by this sight."""
    token = _current.set(sight)
    try:
        yield sight
    finally:
        _current.reset(token)


def looking() -> Sight | None:
    """The sight of the request under way, where there is one."""
    return _current.get()


def current() -> Sight:
    """The sight of the request under way."""
    sight = _current.get()
    if sight is None:
        raise RuntimeError("nothing is read without somebody who sees it")
    return sight


def open_sight(request: Request, action: Action = Action.OPENED) -> Sight:
    """The sight of a request. Raises `Stopped` (401) where nobody is signed in."""
    system: System = request.app.state.system
    desk: Desk = request.app.state.desk
    viewer = viewer_of(request)
    now = datetime.now(UTC)
    context = Context(
        today=now.astimezone(system.zone).date(),
        zone=system.zone.key,
        now=now,
        entered_by=viewer.person,
        entered_by_name=viewer.name,
        correlation_id=request.state.request_id,
    )
    return Sight(desk.asker(viewer, now), action, template(request.scope), context, system.profiles)
