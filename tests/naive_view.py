"""The naive model of what people read: what holds on a day, what happened, what was done.

Everything is worked out anew for the day asked, from plain lists of what was said. The commands
come from `tests.naive`, which has accepted them. This is one record; `tests.naive_file` lays the
records of one person together, and goes back in time.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.naive import CHANGES, FACTS, LOGGED, NEW, Fields

# What gives the thing of a line a new state: the field of its id, its kind, the state.
STATES = {
    **{name: made for name, made in NEW.items() if name not in (*FACTS, *LOGGED)},
    "merge-records": ("other", "merge", "merged"),
    "split-records": ("other", "merge", "split"),
    "link-responsible-person": ("person", "person", "linked"),
    "unlink-responsible-person": ("person", "person", "unlinked"),
    "revoke-rights": ("person", "person", "revoked"),
    "restore-rights": ("person", "person", "linked"),
    "revise-goal": ("goal", "goal", "open"),
    "progress-goal": ("goal", "goal", "open"),
    "reach-goal": ("goal", "goal", "reached"),
    "set-goal-aside": ("goal", "goal", "set-aside"),
    "withdraw-consent": ("consent", "consent", "withdrawn"),
    "withdraw-online-consent": ("online_consent", "online-consent", "withdrawn"),
    "lift-directory-opt-out": ("opt_out", "opt-out", "lifted"),
    "opt-out-of-survey": ("survey", "survey", "opted-out"),
    "show-survey": ("survey", "survey", "shown"),
    "hold-review": ("review", "review", "held"),
}
# What is said about an entry: the field of its id, and what it is called.
REMARKS = {
    "make-comment": ("fact", "comment-made"),
    "confirm-fact": ("fact", "fact-confirmed"),
    "place-contest-statement": ("fact", "contest-statement-placed"),
    "review-support": ("support", "support-reviewed"),
    "give-assent": ("consent", "assent-given"),
    "decline-assent": ("consent", "assent-declined"),
}
# What is a happening of its own on the timeline, beside the facts.
HAPPENINGS = {
    "enrol-learner", "end-enrolment", "review-support", "end-support", "set-goal", "revise-goal",
    "progress-goal", "reach-goal", "set-goal-aside", "grant-consent", "withdraw-consent",
    "void-consent", "set-directory-opt-out", "lift-directory-opt-out", "opt-out-of-survey",
    "allow-survey", "refuse-survey", "hold-review", "record-disclosure", "record-request-refused",
    "seek-enrolment-elsewhere",
}  # fmt: skip
# What was given on these grounds is on nobody's timeline.
SEALED = ("FERPA-99.31-a-9-ii-A", "USC-1232g-b-1-L")
# The words of each kind of thing that is laid over itself.
LAID = {
    "fact": tuple({entry.split(":")[0] for forms in FACTS.values() for entry in forms.split()}),
    "goal": ("text", "reason", "horizon", "kind", "due"),
    "enrolment": ("school", "grade", "classes"),
}
Shown = tuple[str, UUID | None, str, Any, tuple[str, ...]]
Rests = tuple[UUID | str, list[UUID | None]]  # a line, and those of its values under an entry's


@dataclass
class Value:
    """What was said to hold over a stretch of days; `since` has for each learner the position."""

    status: str
    start: date | None
    until: date | None
    since: dict[UUID, int]
    id: UUID | None = None
    laid: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Line:
    """A thing on the record and the values that it had; `began`: the first came before all."""

    kind: str
    values: list[Value]
    began: bool = True


@dataclass
class Happening:
    """One line of the timeline."""

    line: UUID
    id: UUID | None
    start: date | None
    topic: str
    about: dict[UUID, int]  # whom it is told of, and the position from which


class NaiveView:
    """What is read of one learner's record."""

    def __init__(self, learner: UUID) -> None:
        self.learner = learner
        self.lines: dict[UUID | str, Line] = {}
        self.line_of: dict[UUID, UUID] = {}
        self.happened: list[Happening] = []
        self.done: list[str] = []
        self.merged: set[UUID] = set()  # the other records of the same person
        self.details: dict[str, Any] = {}

    # -- what happens -------------------------------------------------------------------------

    def happen(
        self, name: str, fields: Mapping[str, Any], today: date, topic: str, position: int
    ) -> None:
        """An accepted command, with the type and position of its event."""
        f: Fields = defaultdict(lambda: None, fields)
        self.done.append(topic)
        when = f["effective"] or {"start": today, "until": None}
        start, until = when["start"], when["until"] or f["expires"]
        about = dict.fromkeys((self.learner, *f["subjects"]), position)
        if name in ("register-learner", "change-details"):
            self._details(f, about)
        elif name == "set-protected-contact":
            status = "protected" if f["protected"] else "open"
            line = self.lines.setdefault("contact", Line("protected-contact", [], began=False))
            line.values.append(Value(status, start, until, {**_all(line, position), **about}))
        elif name in FACTS:
            status = "running" if name == "start-support" else "live"
            laid = {n: f[n] for n in _named(name) if f[n] is not None}
            value = Value(status, start, until, about, f["fact"], laid)
            self.lines[f["fact"]] = Line("fact", [value])
            self.line_of[f["fact"]] = f["fact"]
        elif name in CHANGES or name in ("end-support", "void-consent", "end-enrolment"):
            self._change(name, f, start, until, about)
        elif name in STATES:
            self._state(name, f, start, until, about)
        if name == "merge-records":
            self.merged.add(f["other"])
        if name == "split-records":
            self.merged.discard(f["other"])
        if name in REMARKS:
            self._value(f[REMARKS[name][0]], about).remarks.append(REMARKS[name][1])
        self._happened(name, f, start, topic, about)

    def _details(self, f: Fields, about: dict[UUID, int]) -> None:
        known = ("given_name", "family_name", "preferred_name", "local_id", "birth_date")
        self.details.update({n: f[n] for n in known if f[n] is not None})
        line = self.lines.setdefault("details", Line("details", [Value("known", None, None, {})]))
        line.values[0].since = {**about, **line.values[0].since}

    def _value(self, item: UUID, about: dict[UUID, int]) -> Value:
        """The value that a command names; whom it newly concerns is told of it from then on."""
        line = self.lines[self.line_of.get(item, item)]
        value = next((v for v in line.values if v.id == item), line.values[0])
        value.since = {**about, **value.since}
        return value

    def _state(
        self, name: str, f: Fields, start: date | None, until: date | None, about: dict[UUID, int]
    ) -> None:
        item, kind, status = STATES[name]
        line = self.lines.setdefault(f[item], Line(kind, []))
        tells = () if name == "progress-goal" else LAID.get(kind, ())
        laid = {n: f[n] for n in tells if f[n] is not None}
        everyone = {**_all(line, about[self.learner]), **about}
        remarks = ["goal-progressed"] if name == "progress-goal" else []
        line.values.append(Value(status, start, until, everyone, None, laid, remarks))

    def _change(
        self, name: str, f: Fields, start: date | None, until: date | None, about: dict[UUID, int]
    ) -> None:
        item: UUID = f["fact"] or f["support"] or f["consent"] or f["enrolment"]
        line = self.lines[self.line_of.get(item, item)]
        if name == "retract-fact":
            if line.values[0].id == item:
                del self.lines[item]
            line.values = [v for v in line.values if v.id != item]
        elif name == "supersede-fact":
            old = next(v for v in line.values if v.id == item)
            status = old.status if old.status in ("running", "ended") else "live"
            ends = until or (old.until if status == "ended" else None)
            line.values.append(
                Value(status, start, ends, about, f["successor"], dict(f["changes"]))
            )
            self.line_of[f["successor"]] = self.line_of[item]
        elif name in ("correct-fact", "amend-fact"):
            self._correct(name, self._value(item, about), f, start, until)
        elif name == "void-consent":
            line.values[0].since = _all(line, about[self.learner]) | line.values[0].since
            line.values[0].status = "voided"
            line.values[1:] = []
        elif name in ("end-support", "end-enrolment"):
            self._value(item, about).until = start
            for value in line.values:
                value.status = "ended"
                if start and (value.until is None or value.until > start):
                    value.until = start
        else:
            self._value(item, about)

    def _correct(
        self, name: str, value: Value, f: Fields, start: date | None, until: date | None
    ) -> None:
        value.laid.update(f["changes"])
        if f["effective"]:
            value.start, value.until = (
                start,
                until or (value.until if value.status == "ended" else None),
            )
        if value.status not in ("running", "ended"):
            value.status = "corrected" if name == "correct-fact" else "amended"

    def _happened(
        self, name: str, f: Fields, start: date | None, topic: str, about: dict[UUID, int]
    ) -> None:
        item: UUID | None = f["fact"] or f["support"]
        line: UUID = self.line_of.get(item, item) if item else self.learner
        if name == "retract-fact":
            gone = {item} if item != line else {h.id for h in self.happened if h.line == line}
            self.happened = [h for h in self.happened if h.line != line or h.id not in gone]
        elif name in FACTS or name == "supersede-fact":
            made = item if name in FACTS else f["successor"]
            self.happened.append(Happening(line, made, start, topic, about))
        elif name in HAPPENINGS and not (name in LOGGED and _sealed(f)):
            self.happened.append(Happening(line, None, start, topic, about))
        elif f["fact"]:
            [told] = [h for h in self.happened if h.id == item]
            told.about = {**about, **told.about}
            if name in ("correct-fact", "amend-fact") and f["effective"]:
                told.start = start

    # -- what is read -------------------------------------------------------------------------

    def profile(self, on: date, learner: UUID) -> list[tuple[Shown, Rests]]:
        """Of each thing about the learner that holds on a day: kind, id, status, words, remarks.

        Another learner's reader is not told the words. With each comes what it rests on.
        """
        found = []
        for item, line in self.lines.items():
            if passed := _passed(line, on, learner):
                rests = item, [v.id for v in passed]
                found.append((self._shown(item, line, passed, learner), rests))
        return found

    def _shown(self, item: UUID | str, line: Line, passed: list[Value], learner: UUID) -> Shown:
        status = passed[-1].status
        if status == "open" and line.kind == "goal":
            closed = [v.status for v in passed if v.status != "open"]
            status = closed[0] if closed else status
        laid: dict[str, Any] = {}
        for value in passed:
            laid.update(value.laid)
        remarks = tuple(sorted(r for v in passed for r in v.remarks))
        name = item if isinstance(item, UUID) else None
        if learner != self.learner:
            return (line.kind, name, status, None, ())
        return (line.kind, name, status, plain(laid), remarks)

    def belongs(self, on: date) -> list[set[tuple[str, str]]]:
        """The school, grade and classes of each enrolment that holds on a day."""
        held = [
            passed[-1].laid
            for line in self.lines.values()
            if line.kind == "enrolment" and (passed := _passed(line, on, self.learner))
        ]
        return [
            {("school", e["school"]), ("grade", e["grade"]), *(("class", c) for c in e["classes"])}
            for e in held
        ]

    def timeline(self, learner: UUID) -> list[tuple[date, int, str, Rests]]:
        """What happened, when and at which position; the type is told on the own record."""
        own = learner == self.learner
        return [
            (h.start or date.min, h.about[learner], h.topic if own else "", (h.line, [h.id]))
            for h in self.happened
            if learner in h.about
        ]

    def days(self) -> set[date]:
        """The days on which something begins or ends."""
        ends = {
            day for line in self.lines.values() for v in line.values for day in (v.start, v.until)
        }
        return {day for day in ends if day}


def _passed(line: Line, on: date, learner: UUID) -> list[Value]:
    """The value of a line that holds on a day, as the learner is told, after those under it."""
    values = [v for v in line.values if learner in v.since]
    if not values:
        return []
    first = min(values, key=lambda v: v.since[learner])
    values.sort(
        key=lambda v: (v is not first or not line.began, v.start or date.min, v.since[learner])
    )
    holding = [n for n, v in enumerate(values) if _holds(v, on)]
    return values[: holding[-1] + 1] if holding else []


def plain(laid: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Words and numbers in one form, however they came; without what is empty."""
    return tuple(sorted((n, _plain(v)) for n, v in laid.items() if v is not None and v != ()))


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    text = str(value).strip()
    try:
        return str(Decimal(text).normalize() + 0)
    except ArithmeticError:
        return text


def _sealed(f: Fields) -> bool:
    return f["ground"] in SEALED or bool(f["silence"])


def _named(name: str) -> list[str]:
    return [entry.split(":")[0] for entry in FACTS[name].split()]


def _holds(value: Value, on: date) -> bool:
    begun = value.start is None or value.start <= on
    return begun and (value.until is None or on < value.until)


def _all(line: Line, position: int) -> dict[UUID, int]:
    """Everybody whom a line is about, told of it at a position."""
    return {learner: position for value in line.values for learner in value.since}
