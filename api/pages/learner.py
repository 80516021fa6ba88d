"""The learner page: who, goals first, then each area of the profile with its sources."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.compose import System
from api.in_law import kind_of
from api.pages import words
from api.pages.answer import UNKNOWN_LEARNER, Answers
from api.pages.ledger import ERASED, covers_nothing
from api.pages.records import others
from api.pages.said import Said, brought_in, said
from api.sight import current
from domain.access.facts import Records
from domain.access.giving import check_role
from domain.event import Command
from projections.entries import Entry, Provenance, Remark, goal_words
from projections.places import Place
from projections.standing import Standing


@dataclass(frozen=True)
class AreaView:
    """One area of the profile: the newest entries, the earlier ones folded, measures apart."""

    code: str
    name: str
    about: str
    entries: Sequence[Said]
    measures: Sequence[Said]

    @property
    def size(self) -> int:
        return len(self.entries) + len(self.measures)


@dataclass(frozen=True)
class GoalView:
    """A goal: as worded last, how far it has come, and the steps there."""

    said: Said
    wording: str | None
    ending: str | None
    due: date | None
    today: date
    steps: Sequence[Remark]

    @property
    def percent(self) -> int | None:
        """The latest stated progress."""
        return next((s.percent for s in reversed(self.steps) if s.percent is not None), None)

    @property
    def revisions(self) -> list[Provenance]:
        """Who changed its wording or its day, the latest last."""
        entry = self.said.entry
        latest = [entry.provenance] if entry.provenance.type == "goal-revised" else []
        return [*entry.changed_by, *latest]

    def revised_on(self, made: Provenance) -> date | None:
        """From when a revision counts, where that is known to the day."""
        entry = self.said.entry
        exact = entry.precision == "day" and made == entry.provenance
        return words.starts(entry) if exact else None

    @property
    def first_wording(self) -> str | None:
        """The wording it was set with, where that is another one."""
        first = self.said.entry.began.text
        return first if first != self.wording else None

    @property
    def kind(self) -> str:
        """`Short-term academic goal`."""
        body = self.said.entry.body
        horizon = words.HORIZONS.get(str(body.get("horizon")), "")
        return f"{horizon} {words.GOAL_KINDS.get(str(body.get('kind')), 'goal')}".strip()

    @property
    def overdue(self) -> bool:
        return self.due is not None and self.due < self.today

    @property
    def due_in(self) -> str:
        return words.apart(self.today, self.due) if self.due else ""


def find(system: System, learner: UUID, today: date) -> Place:
    """The learner's line. Raises `Trouble` where there is none in this district."""
    place = system.reader.learner(learner, today)
    if place is None:
        raise UNKNOWN_LEARNER
    return place


def find_to_write(system: System, learner: UUID, today: date, command: type[Command]) -> Place:
    """The learner's line, for a form that gives such a command.

    Raises `Denied` where what it sends would be refused for who sends it: a record that may only be
    looked at has no form in which words are typed and lost.
    """
    asker, event = current().asker, command.EVENT
    if not asker.trusted:
        check_role(command, asker.roles)
    place = find(system, learner, today)
    current().may_write(learner, Records(data_class=event.SPEC.default, kind=kind_of(event.TOPIC)))
    return place


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The learner page."""

    @router.get("/learners/{learner}")
    def profile(learner: UUID, recorded: int | None = None) -> Response:
        today = system.context().today
        place = find(system, learner, today)
        at = system.reader.standing(learner)
        entries = system.reader.profile(learner, today, at)
        joined = others(entries, learner, system.zone)
        fresh = next((e for e in entries if e.provenance.position == recorded), None)
        return answers.page(
            "learner.html",
            here="profile",
            place=place,
            today=today,
            known=known_at(system, at),
            merged=joined,
            records={one.learner: one.name for one in joined},
            age=words.age(place.birth_date, today) if place.birth_date else None,
            review_due=words.apart(today, place.review_due) if place.review_due else None,
            recorded=recorded,
            fresh=fresh,
            brought_in=brought_in(entries, system.zone),
            **sections(entries, learner, today),
        )


def known_at(system: System, at: Standing) -> datetime:
    """The moment up to which all that was recorded is told; earlier than now while some is not."""
    told = at.recorded_at if system.reader.untold(at) else None
    return told or system.context().now


def sections(entries: Sequence[Entry], learner: UUID, today: date) -> dict[str, Any]:
    """The entries of a learner's profile by the sections of the page."""
    facts = [said(e) for e in entries if e.kind == "fact"]
    supports = [f for f in facts if f.entry.type == "support-started"]
    accommodations = [f for f in facts if f.entry.type == "accommodation-recorded"]
    apart = {f.entry.id for f in (*supports, *accommodations)}
    goals = [goal(e, today) for e in entries if e.kind == "goal"]
    granted = told(entries, "consent", "granted")
    idle = {one.entry.id: why for one in granted if (why := idles(one.entry, learner, today))}
    return {
        "goals": sorted(
            (g for g in goals if g.said.entry.status == "open"), key=lambda g: g.due or date.max
        ),
        "closed_goals": [g for g in goals if g.said.entry.status != "open"],
        "supports": supports,
        "accommodations": accommodations,
        "areas": areas([f for f in facts if f.entry.id not in apart]),
        "consents": [one for one in granted if one.entry.id not in idle],
        "consents_ended": [
            *(said(e) for e in entries if e.kind == "consent" and e.status != "granted"),
            *(one for one in granted if one.entry.id in idle),
        ],
        "idle": idle,
        "opt_outs": told(entries, "opt-out", "set"),
        "survey_opt_outs": told(entries, "survey", "opted-out"),
        "people": [e for e in entries if e.kind == "person" and e.status != "unlinked"],
        "evidence": [e for e in entries if e.kind == "evidence"],
        "reviews": told(entries, "review", "held"),
        "planned": told(entries, "review", "scheduled"),
        "protected": any(
            e.kind == "protected-contact" and e.status == "protected" for e in entries
        ),
        "home_language": next(
            (e.body.get("home_language") for e in own_details(entries, learner)), None
        ),
        "capacities": words.CAPACITIES,
        "evidence_kinds": words.EVIDENCE,
    }


def own_details(entries: Iterable[Entry], learner: UUID) -> list[Entry]:
    """The details on the learner's own record, and not those of a record merged with it."""
    return [e for e in entries if e.kind == "details" and e.record == e.learner == learner]


def told(entries: Iterable[Entry], kind: str, status: str) -> list[Said]:
    """The entries of a kind that stand so."""
    return [said(e) for e in entries if e.kind == kind and e.status == status]


def idles(entry: Entry, learner: UUID, day: date) -> str | None:
    """Why a consent that runs covers nothing, as the ledger has it; None where it covers."""
    if entry.provenance.erased:
        return ERASED
    if "records" not in entry.body:  # on another's record, where it is told who signed for what
        return None
    signer, records = entry.body.get("signer"), entry.body["records"]
    return covers_nothing(signer, records, current().asker, learner, day)


def goal(entry: Entry, today: date) -> GoalView:
    steps = [r for r in entry.remarks if r.kind == "goal-progressed"]
    is_open = entry.status == "open"
    reached = entry.body.get("text") if entry.status == "reached" else None
    ending = None if is_open else entry.body.get("reason") or reached
    due = entry.body.get("due") if is_open else None
    return GoalView(said(entry), goal_words(entry), ending, due, today, steps)


def areas(facts: Sequence[Said]) -> list[AreaView]:
    """Every area that has entries, in the order of the page."""
    views = []
    for code, (name, about) in words.AREAS.items():
        here = [f for f in facts if f.entry.area == code]
        measures = [f for f in here if f.measured]
        apart = {f.entry.id for f in measures}
        entries = [f for f in here if f.entry.id not in apart]
        if here:
            views.append(AreaView(code, name, about, entries, measures))
    return views
