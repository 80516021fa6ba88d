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
from api.gates import pass_gates
from api.in_law import (
    ANSWER,
    DETAILS,
    NAMES,
    kind_of,
    kinds_of,
    opened,
    positions_of,
    records_of,
    records_of_line,
    since,
)
from api.middleware import template
from api.viewing import viewer_of
from domain.access.facts import Records
from domain.access.giving import BEYOND_ASSIGNMENT, check_role
from domain.access.record import may_read_log
from domain.access.words import Action, Role
from domain.application import Profiles
from domain.disclosures import for_officer
from domain.errors import Denied
from domain.event import ACCESS, LEARNER, PERSON, Command, Context
from domain.facts import SurveyAnswered
from domain.reads import AccessRecorded, RecordAccess, noted
from domain.words import DataClass
from projections.entries import Entry, for_recipient
from projections.places import Place
from projections.reading import AuditLine

# How much an answer shows of a record; the most of it is what is noted.
EXTENT = (
    Action.WRITTEN,
    Action.COUNTED,
    Action.SEARCHED,
    Action.LISTED,
    Action.OPENED,
    Action.EXPORTED,
)
_current: ContextVar["Sight | None"] = ContextVar("sight", default=None)


@dataclass
class Seen:
    """What one answer shows of one learner, or why it shows nothing."""

    action: Action
    allowed: bool
    code: str
    purpose: str | None = None
    ground: str | None = None
    table: str | None = None
    grounds: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    consents: set[UUID] = field(default_factory=set)
    classes: set[DataClass] = field(default_factory=set)
    facts: set[int] = field(default_factory=set)

    def take(self, judged: Judged) -> None:
        """Add what a decision says."""
        decision = judged.decision
        self.purpose, self.table = judged.purpose, decision.table
        if decision.allowed and not self.allowed:
            self.allowed, self.code, self.ground = True, decision.code, None
        self.grounds |= {part.ground.code for part in decision.parts if part.records}
        self.withheld |= {w.code for w in decision.withheld} if decision.allowed else set()
        self.consents |= set(decision.consents)
        if not decision.allowed:
            self.ground = next((w.ground for w in decision.withheld if w.ground), None)


@dataclass
class Sight:
    """What one request sees, and of whom."""

    asker: Asker
    action: Action
    place: str
    context: Context
    on: date | None = None
    known: int = 0
    seen: dict[UUID, Seen] = field(default_factory=dict)
    denials: dict[UUID, Denied] = field(default_factory=dict)
    _admitted: set[UUID] = field(default_factory=set)

    # -- deciding, and keeping account -------------------------------------------------------

    def admit(self, learner: UUID) -> None:
        """Raise `Denied` where the asker may not open this record at all."""
        if learner in self._admitted:
            return
        judged = self._judge({learner: ()}, self.action)
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

    def entries(self, found: Mapping[UUID, Sequence[Entry]]) -> dict[UUID, list[Entry]]:
        """The entries that may be shown, by learner; who may not be opened at all is left out.

        A record that was merged with the learner's is judged by itself as well, with what is on
        file there: nothing is shown that either of them closes.
        """
        kinds: dict[UUID, dict[Records, None]] = {learner: {} for learner in found}
        every = {e.learner for entries in found.values() for e in entries} | found.keys()
        in_law: dict[int, set[Records]] = {}
        for learner, entries in found.items():
            for entry in entries:
                own = self._in_law(entry, every)
                became = since(own, self._became(entry.record, entry.id, every))
                in_law[id(entry)] = {own, became} if became else {own}
                for one in {learner, entry.learner}:
                    kinds.setdefault(one, {}).update(dict.fromkeys(kinds_of(entry, own)))
                    kinds[one].update(dict.fromkeys(in_law[id(entry)]))
        judged = self._judge({one: tuple(asked) for one, asked in kinds.items()}, self.action)
        shown: dict[UUID, list[Entry]] = {}
        for learner, entries in found.items():
            if judged is None:
                shown[learner] = list(entries)
                continue
            records = {learner, *(e.learner for e in entries)}
            told = next((judged[one].told for one in records if judged[one].told), None)
            if told is not None:
                self.refuse(learner, told)
            else:
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

    def _became(self, record: UUID, item: UUID, every: Collection[UUID]) -> DataClass | None:
        """What kind of record an entry has become since it was made, where it has."""
        if self.asker.trusted:
            return None
        files = self.asker.look({record, *every}).learners
        return files[record].reclassified.get((record, item))

    def _in_law(self, entry: Entry, every: Collection[UUID]) -> Records:
        """What an entry is in law; `every`: the learners of all that is asked about."""
        instrument = entry.body.get("instrument") if entry.type == ANSWER else None
        if instrument is None or self.asker.trusted:
            return records_of(entry)
        self.asker.look(every)
        day = entry.effective[0].start if entry.effective else None
        aside = self.asker.sets_aside(entry.learner, instrument, day)
        return records_of(entry, set_aside=aside)

    def _line_in_law(self, line: AuditLine, every: Collection[UUID]) -> set[Records]:
        """What a line is in law, as it was written and as what it is about has become since."""
        event, aside = line.event, False
        if isinstance(event, SurveyAnswered) and not event.erased and not self.asker.trusted:
            day = event.effective.start if event.effective else None
            aside = self.asker.sets_aside(event.originator_id, event.instrument, day)
        own = records_of_line(line, set_aside=aside)
        fact = getattr(event, "fact", None)
        if fact is None or event.SPEC.record != LEARNER:
            return {own}
        became = since(own, self._became(event.originator_id, fact, every))
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
        judged = self._judge({place.learner: (NAMES,) for place in found}, Action.LISTED)
        shown = [p for p in found if judged is None or judged[p.learner].told is None]
        for place in shown:
            self.note(place.learner, Action.LISTED)
            self.seen[place.learner].classes.add(DataClass.DIRECTORY)
        return shown

    def mentioned(self, learners: Collection[UUID]) -> set[UUID]:
        """Those learners whose id may stand in an answer about somebody else."""
        judged = self._judge(dict.fromkeys(learners, (NAMES,)), Action.LISTED)
        shown = {one for one in learners if judged is None or judged[one].told is None}
        for learner in shown:
            self.note(learner, Action.LISTED)
        return shown

    def lines(self, found: Sequence[AuditLine]) -> list[AuditLine]:
        """Those lines of the audit log that may be shown."""
        kinds: dict[UUID, dict[Records, None]] = {}
        every = {x.learner for x in found if x.event.SPEC.record != "person"}
        for line in found:
            if line.event.SPEC.record != "person":
                in_law = self._line_in_law(line, every)
                kinds.setdefault(line.learner, {}).update(dict.fromkeys(in_law))
        judged = self._judge({learner: tuple(k) for learner, k in kinds.items()}, self.action)
        if judged is None:
            shown = list(found)
        else:
            open_to = {learner: one.open_to for learner, one in judged.items() if one.told is None}
            log_of = {of for of, one in judged.items() if may_read_log(one.facts).allowed}
            shown = [
                line
                for line in found
                if (line.learner in log_of if line.event.SPEC.record == ACCESS else True)
                and (
                    self._line_in_law(line, every) <= open_to.get(line.learner, set())
                    or (line.event.SPEC.record == "person" and self.asker.oversees)
                )
                and (not for_officer(line.event) or Role.COMPLIANCE_OFFICER in self.asker.roles)
            ]
        for line in shown:
            if line.event.SPEC.record != "person":
                self.note(line.learner, self.action, [line.position])
        return shown

    def could(self, what: str, learner: UUID) -> bool:
        """Whether a link to `write` on a record, or to its `log`, leads on; this is not noted."""
        if self.asker.trusted:
            return True
        act = Action.WRITTEN if what == "write" else self.action
        judged = self.asker.judge({learner: ()}, act)[learner]
        return judged.told is None and (what == "write" or may_read_log(judged.facts).allowed)

    def named(self, place: Place) -> Place:
        """A learner's line, with no more than the name for who may not see the details."""
        judged = self._judge({place.learner: (DETAILS,)}, self.action)
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
        if self.asker.trusted:
            for learner in asked:
                self.seen.setdefault(learner, Seen(action, True, OPERATOR))
            return None
        judged = self.asker.judge(asked, action)
        for learner, one in judged.items():
            decision = one.decision
            seen = self.seen.setdefault(learner, Seen(action, decision.allowed, decision.code))
            seen.take(one)
        return judged

    # -- what is written into the log -----------------------------------------------------------

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
                    grounds=tuple(sorted(seen.grounds - {seen.code})),
                    withheld=tuple(sorted(seen.withheld)),
                    consents=tuple(sorted(seen.consents)),
                    classes=tuple(sorted(seen.classes)),
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

    def settle(self, profiles: Profiles, body: bytes | memoryview | None = None) -> bool:
        """Write the log, durably; false where nothing was seen. What was written is let go of."""
        accesses = self.accesses(body)
        if accesses:
            profiles.note(accesses)
            self.seen.clear()
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


def permit(learner: UUID, command: Command) -> None:
    """Raise `Denied` where whoever sends the request may not give this command.

    Raises `Refused` where what is on file stands in its way.
    """
    if command.EVENT.SPEC.record == PERSON:
        return  # no learner's record: its routes ask who may give it
    sight, in_law = current(), command.data_class or command.EVENT.SPEC.default
    if not sight.asker.trusted:
        try:
            check_role(type(command), sight.asker.roles)
        except Denied as told:
            sight.seen.setdefault(learner, Seen(Action.WRITTEN, False, told.code))
            raise
        if type(command) in BEYOND_ASSIGNMENT:
            return
    private = in_law is DataClass.SOLE_POSSESSION
    author = sight.asker.viewer.person if private else None
    sight.may_write(
        learner, Records(data_class=in_law, kind=kind_of(command.EVENT.TOPIC), author=author)
    )
    pass_gates(sight.asker, learner, command)


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
    return Sight(desk.asker(viewer, now), action, template(request.scope), context)
