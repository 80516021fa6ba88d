"""The replay page: what we know today about a day, or what our file said on it; what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.compose import System
from api.moments import instant_asked
from api.pages.answer import Answers, Trouble
from api.pages.asked import LONGEST as LONGEST_DATE
from api.pages.asked import QUESTIONS, Asked, Typed, check, is_day
from api.pages.difference_words import BETWEEN, SINCE
from api.pages.differing import Telling
from api.pages.growing import grown
from api.pages.learner import find, known_at, sections
from api.pages.records import merged
from api.pages.replay_parts import age, anchors, empty_areas, enrolled, gaps
from domain.effective import EARLIEST
from projections.compare import Comparison, Coordinates, compare, read_comparison
from projections.entries import Entry
from projections.places import Place
from projections.reading import InstantAhead
from projections.replay import Answer, Question, Replay, replay
from projections.standing import Standing

WAIT_SECONDS = 2.0
DAY_JUST_ENDED = Trouble(
    503,
    "That day has only just ended",
    "The database’s clock is a little behind, and what our file says of that day may still "
    "change. Load the page again in a minute.",
)
BEHIND = Trouble(
    503,
    "The latest entries are still being read in",
    "What our file said on that day can be answered in a moment. Load the page again.",
)


@dataclass(frozen=True)
class Asking:
    """A learner and a question, and all that is read to answer it, each thing once."""

    system: System
    place: Place
    today: date
    asked: Asked

    @cached_property
    def now(self) -> Standing:
        return self.system.reader.standing(self.place.learner)

    def question(self, day: date, *, then: bool) -> Question:
        """What we know now about a day, or what our file said on it. Raises `Trouble`."""
        learner, reader = self.place.learner, self.system.reader
        if not then or day == self.today:
            return Question(learner, day, self.now)
        instant = instant_asked(day.isoformat(), self.system.zone, datetime.now(UTC))
        try:
            position = reader.position_at(instant)
        except InstantAhead:
            raise DAY_JUST_ENDED from None
        if not reader.wait_for(position, WAIT_SECONDS):
            raise BEHIND
        return Question(learner, day, reader.standing(learner, position), instant)

    @cached_property
    def as_known_now(self) -> Replay:
        return replay(self.system.reader, self.question(self.asked.on, then=False))

    @cached_property
    def as_said_then(self) -> Replay:
        return replay(self.system.reader, self.question(self.asked.on, then=True))

    @property
    def shown(self) -> Replay:
        return self.as_said_then if self.asked.then else self.as_known_now

    @property
    def other(self) -> Replay:
        return self.as_known_now if self.asked.then else self.as_said_then

    @cached_property
    def earlier(self) -> Question | None:
        """The same question about the earlier day."""
        if self.asked.since is None:
            return None
        return self.question(self.asked.since, then=self.asked.then)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What differs from the earlier day; None where our file had nothing to compare with."""
        if self.earlier is None or self.earlier.before_our_file:
            return None
        return read_comparison(self.system.reader, self.earlier, self.shown.question)

    def hindsight(self) -> list[Entry]:
        """What held on the earlier day, as known where the later day is."""
        if self.earlier is None:
            return []
        asked = replace(self.earlier, at=self.shown.question.at)
        return replay(self.system.reader, asked).entries

    @cached_property
    def since_then(self) -> Comparison | None:
        """Where the two questions differ for the day; None before our file began."""
        then, now = self.as_said_then, self.as_known_now
        if then.answer is Answer.BEFORE_OUR_FILE:
            return None
        a, b = Coordinates.of(then.question), Coordinates.of(now.question)
        return compare(then.entries, now.entries, a, b)

    def removals(self, entries: Iterable[Entry]) -> dict[int, datetime]:
        """When each of the events was recorded that took some of the entries away."""
        positions = {e.removed.position for e in entries if e.removed}
        reader, never = self.system.reader, self.system.context().now
        return {p: reader.standing(known=p).recorded_at or never for p in positions}

    def protected(self) -> bool:
        """Whether contact details are protected today, which counts on every day's page."""
        kinds = ("protected-contact",)
        found = self.system.reader.profile(self.place.learner, self.today, self.now, kinds)
        return any(e.status == "protected" for e in found)


def routes(router: APIRouter, system: System, answers: Answers) -> None:
    """The replay page of a learner."""

    @router.get("/learners/{learner}/replay")
    def replayed(
        learner: UUID, on: str | None = None, known: str = "now", since: str = ""
    ) -> Response:
        today = system.context().today
        place = find(system, learner, today)
        typed = Typed((on or "")[:LONGEST_DATE], known[:LONGEST_DATE], since[:LONGEST_DATE])
        asked = None if on is None else check(typed, place, today)
        if isinstance(asked, Typed):
            typed = asked
        form = {
            "here": "replay",
            "place": place,
            "today": today,
            "typed": typed,
            "questions": QUESTIONS,
            "is_day": is_day,
            "earliest": place.birth_date or EARLIEST,
            "asked": None,
        }
        if not isinstance(asked, Asked):
            return answers.page("replay.html", 422 if typed.errors else 200, **form)
        asking = Asking(system, place, today, asked)
        return answers.page("replay.html", **{**form, **answer(asking)})


def answer(asking: Asking) -> dict[str, Any]:
    """What the page shows once a question was asked."""
    system, asked, learner = asking.system, asking.asked, asking.place.learner
    shown, at = asking.shown, asking.shown.question.at
    before = shown.answer is Answer.BEFORE_OUR_FILE
    entries = shown.source_says if before else shown.entries
    parts = sections(entries, learner, asked.on)
    others = sections(asking.other.entries, learner, asked.on)
    began = asking.as_said_then.answer is not Answer.BEFORE_OUR_FILE
    joined = merged(system.reader, learner, asking.today, at if began else asking.now, system.zone)
    missing = gaps(parts, others, asked)
    removals = asking.removals([*asking.as_said_then.entries, *entries])
    values = {
        "asked": asked,
        "asked_day": asked.on,
        "answered": shown.answer,
        "began_at": at.began_at,
        "position": at.position,
        "knowing": known_at(system, asking.now),
        "is_today": asked.on == asking.today,
        "live": False,
        "fresh": None,
        "says": before,
        "enrolled": enrolled(shown.entries, system.settings.schools),
        "age": age(entries, asking.place, asked.on),
        "merged": joined,
        "records": {one.learner: one.name for one in joined},
        "removals": removals,
        "gaps": missing,
        "empty_areas": empty_areas(missing),
        "notes": {},
        "differs": [],
        "differences": 0,
        "before_our_file": not began,
        "nothing_yet": asking.as_said_then.question.at.position == 0,
        **parts,
        "protected": asking.protected(),
        **compared(asking, removals),
    }
    found = asking.since_then
    if found is not None:
        own, there = anchors(parts), anchors(others)
        telling = Telling(
            learner, system.zone, system.settings.schools, removals,
            before="" if asked.then else asked.other(),
            after=asked.other() if asked.then else "",
            shown_before=own if asked.then else there,
            shown_after=there if asked.then else own,
        )  # fmt: skip
        values |= {
            "differs": telling.groups(found, SINCE),
            "differences": len(found.differences),
            "notes": telling.notes(found, then=asked.then),
        }
    return values


def compared(asking: Asking, removals: Mapping[int, datetime]) -> dict[str, Any]:
    """What the page shows of the comparison with an earlier day."""
    asked, found = asking.asked, asking.comparison
    if asking.earlier is None or found is None:
        return {"compared": None, "groups": [], "growth": []}
    taken = asking.removals(d.before for d in found.differences if d.before)
    earlier = replay(asking.system.reader, asking.earlier)
    telling = Telling(
        asking.place.learner, asking.system.zone, asking.system.settings.schools,
        {**removals, **taken},
        before=asked.alone(asking.earlier.on, asked.known),
        after="",
        shown_before=anchors(sections(earlier.entries, asking.place.learner, asking.earlier.on)),
        shown_after=anchors(sections(asking.shown.entries, asking.place.learner, asked.on)),
        ends={(e.record, e.line): e for e in asking.hindsight()},
    )  # fmt: skip
    return {
        "compared": found,
        "groups": telling.groups(found, BETWEEN),
        "growth": grown(found.growth),
    }
