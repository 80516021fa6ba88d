"""An entry in a person's words: a title, what was said, the facts beside it, who and when."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.pages import words
from domain.event import Event
from projections.entries import (
    Entry,
    Provenance,
    Remark,
    content,
    late_by,
    provenance,
    told_of,
)

Body = Mapping[str, Any]
Fact = tuple[str, str]
SHORT = 160  # letters of an entry that is told in a line


@dataclass(frozen=True)
class Said:
    """What a page shows of an entry. `title` and `text` are a person's words, `facts` labelled."""

    entry: Entry
    title: str | None
    text: str | None
    facts: tuple[Fact, ...]

    @property
    def noun(self) -> str:
        return words.noun(self.entry.type)

    @property
    def measured(self) -> tuple[str, str] | None:
        """What was measured, and what came out; None for an entry that is no result."""
        match self.entry.body:
            case {"measure": measure, "score": score}:
                return measure, words.number(score)
            case {"question": question, "answer": answer}:
                return question, answer
            case {"course": course, "result": result}:
                return course, result
            case {"days_attended": _} if self.title:
                return self.noun, self.title
        return None

    @property
    def language(self) -> str:
        return self.entry.provenance.language

    @property
    def kind_of_record(self) -> str | None:
        """Named where it is not an ordinary education record."""
        return words.DATA_CLASSES.get(self.entry.data_class)


# What an entry is called once something has come of it: a planned review was held.
BECAME = {
    ("review", "held"): "review-held",
    ("survey", "opted-out"): "survey-opted-out",
    ("goal", "reached"): "goal-reached",
    ("goal", "set-aside"): "goal-set-aside",
}


def said(entry: Entry, schools: Mapping[str, str] | None = None) -> Said:
    """The entry in words, with the schools' names by code. Erased content is not guessed at."""
    became = BECAME.get((entry.kind, entry.status), entry.type)
    entry = replace(entry, type=became)
    if entry.provenance.erased or entry.withheld:
        return Said(entry, None, None, ())
    tell = TELLERS.get(entry.type, _plain)
    if entry.body.keys() == {"text"}:
        tell = _plain  # what another's entry says about this learner is text alone
    title, text, facts = tell(named(entry.body, schools))
    return Said(entry, title, text, tuple(f for f in facts if f[1]))


def named(body: Body, schools: Mapping[str, str] | None) -> Body:
    """The body with the name of a school for its code."""
    if "school" not in body:
        return body
    return {**body, "school": words.school(body["school"], schools or {})}


def in_short(event: Event, learner: UUID, schools: Mapping[str, str]) -> str | None:
    """What an event of the audit log says of a learner, cut to a line; None where it says nothing.

    Of an event on another's record that is what it says about this learner, and no more.
    """
    if provenance(event, learner).erased:
        return None
    own = event.originator_id == learner
    tell = TELLERS.get(event.TOPIC, _plain) if own else _plain
    body = content(event) if own else told_of(event, learner)
    title, text, _ = tell(named(body, schools))
    return short(": ".join(part for part in (title, text) if part)) or None


def short(words_of_it: str) -> str:
    """On one line, and cut where it is long."""
    line = " ".join(words_of_it.split())
    return f"{line[:SHORT]}…" if len(line) > SHORT else line


def by(source: Provenance) -> str:
    """`Ms Rivera, counselor`: who said it; where nobody is named, who entered it."""
    name = source.author_name or source.entered_by_name
    return ", ".join(part for part in (name, words.role(source.author_role)) if part)


def known_on(source: Provenance, zone: ZoneInfo) -> date:
    """The day it was written down: here, or where it was brought in from."""
    return (source.source_recorded_at or source.recorded_at).astimezone(zone).date()


def origin(entry: Entry, zone: ZoneInfo, told: Collection[str] = ()) -> list[str]:
    """How it came here, in short phrases: received, from which source, recorded by whom when.

    Sources in `told` were brought in as a whole, which the page says once.
    """
    source, on = entry.provenance, words.starts(entry)
    phrases = []
    if source.received_on:
        how = f" by {source.received_how}" if source.received_how else ""
        phrases.append(f"received {words.day(source.received_on)}{how}")
    elif source.received_how:
        phrases.append(f"received by {source.received_how}")
    where = words.source(source.source)
    imported = source.source_recorded_at is not None
    if where and not (imported and where in told):
        phrases.append(f"from {where}")
    if imported and where not in told:
        there = known_on(source, zone)
        phrases.append(f"recorded there {words.day(there) if there != on else 'the same day'}")
    if not imported:
        who = f" by {source.entered_by_name}" if source.entered_by_name else ""
        phrases.append(f"recorded {words.day(known_on(source, zone))}{who}")
    return phrases


def late(entry: Entry, zone: ZoneInfo) -> str | None:
    """`recorded 34 days later`: where it came late; of an import, in the source's time."""
    days = entry.late_days
    held = words.whole(entry)
    if entry.provenance.source_recorded_at and held and entry.precision == "day":
        days = late_by(held.start, held.until, known_on(entry.provenance, zone))
    return f"recorded {words.span(days)} later" if days else None


def whose(source: Provenance) -> str:
    """The system or paper that an entry comes from."""
    return words.source(source.source) or "the source"


def source_says(entry: Entry, zone: ZoneInfo) -> str:
    """Whose word an entry is that lies before our file began, and of which time."""
    source = entry.provenance
    who = whose(source)
    who = f"{who[:1].upper()}{who[1:]}"
    if source.source_recorded_at is None:
        return f"{who} says so, and does not say since when it has had it."
    return f"{who} says that it recorded this on {words.moment(source.source_recorded_at, zone)}."


CHANGED = {
    "fact-corrected": "Corrected",
    "fact-amended": "Amended at the family’s request",
    "note-shared": "Shared, and so part of the record",
    "fact-reclassified": "Became another kind of record",
    "goal-revised": "Revised",
    "consent-voided": "Found never to have been valid",
}


# What counts from a day of its own, which is not the day on which it was written down.
DATED = {
    "fact-superseded": "A new value",
    "goal-revised": "A revision",
    "support-ended": "The end",
}


def change(made: Provenance, zone: ZoneInfo, counts: date | None = None) -> str:
    """`Corrected on 3 May 2025 by Mr Ode`; `counts`: from when it counts, where that is known."""
    recorded = known_on(made, zone)
    if made.type in DATED and counts is None:
        return f"{DATED[made.type]} was recorded on {words.day(recorded)} by {by(made)}"
    what = CHANGED.get(made.type, words.noun(made.type))
    told = f"{what} on {words.day(counts or recorded)} by {by(made)}"
    later = counts is not None and counts != recorded
    return f"{told}, recorded {words.day(recorded)}" if later else told


def before(entry: Entry) -> str | None:
    """What an entry read before its new value; None where it is not known, or read the same."""
    now = (entry.body.get("text"), entry.body.get("note"))
    return None if entry.before in now else entry.before


def remark_line(remark: Remark) -> str:
    """`Comment by Ms Rivera, counselor, 14 March 2025`."""
    said_on = words.stretch(remark.effective)
    return f"{words.noun(remark.kind)} by {by(remark.provenance)}, {said_on}"


# -- what each type says ------------------------------------------------------------------------

Told = tuple[str | None, str | None, list[Fact]]


WORDED = ("text", "ground", "reason", "note", "why", "threat", "finding", "shared_with")


def _plain(body: Body) -> Told:
    return body.get("title"), next((body[f] for f in WORDED if body.get(f)), None), []


def _survey(body: Body) -> Told:
    scored = _scored(body, "score", "scale")
    return body["question"], body["answer"], [("Survey", body["instrument"]), ("Score", scored)]


def _assessment(body: Body) -> Told:
    facts = [
        ("Scale", body["scale"]),
        ("Standard error", _number(body, "standard_error")),
        ("Instrument", body.get("instrument") or ""),
    ]
    return f"{body['measure']}: {words.number(body['score'])}", body.get("note"), facts


def _interview(body: Body) -> Told:
    return None, body["text"], [("Took part", ", ".join(body.get("participants") or ()))]


def _attendance(body: Body) -> Told:
    attended, enrolled = body["days_attended"], body["days_enrolled"]
    share = f" ({float(attended) / enrolled:.0%})" if enrolled else ""
    return f"{words.number(attended)} of {words.number(enrolled)} days attended{share}", None, []


def _course(body: Body) -> Told:
    facts = [
        ("Points", _scored(body, "points", "scale")),
        ("Credits", _number(body, "credits")),
    ]
    return f"{body['course']}: {body['result']}", None, facts


def _proficiency(body: Body) -> Told:
    return f"{body['item']}: {body['level']}", body["evidence"], []


def _goal(body: Body) -> Told:
    kind = words.GOAL_KINDS.get(str(body.get("kind")), "")
    horizon = words.HORIZONS.get(str(body.get("horizon")), "")
    due, percent = body.get("due"), body.get("percent")
    facts = [
        ("Kind", f"{horizon} {kind}".strip()),
        ("To be reached by", words.day(due) if due else ""),
        ("How far", f"{percent}%" if percent is not None else ""),
    ]
    return None, body.get("text") or body.get("reason"), facts


def _consent(body: Body) -> Told:
    if "records" not in body:
        return _plain(body)
    expires = body.get("expires")
    facts = [
        ("Records", words.listed([str(r) for r in body["records"]])),
        ("Signed by", f"{body['signer_name']}, {body['capacity']}"),
        ("How", body["method"]),
        ("Expires", words.day(expires) if expires else "when it is withdrawn"),
    ]
    return f"For {body['purpose']}, to {body['recipient']}", None, facts


def _review(body: Body) -> Told:
    people = [f"{_of(p, 'name')} ({_of(p, 'role')})" for p in body.get("participants") or ()]
    following = body.get("next_due")
    facts = [
        ("Took part", ", ".join(people)),
        ("Next review due", words.day(following) if following else ""),
    ]
    return None, body.get("agreed") or body.get("note"), facts


def _planned(body: Body) -> Told:
    due: date | None = body.get("due")
    return None, body.get("note"), [("Due", words.day(due) if due else "")]


def _enrolled(body: Body) -> Told:
    classes = ", ".join(str(c) for c in body.get("classes") or ())
    return (
        f"{body.get('school')}, {words.grade(body.get('grade'))}",
        body.get("reason"),
        [("Classes", classes)],
    )


def _enrolment_ended(body: Body) -> Told:
    return None, body.get("reason"), []


def _person(body: Body) -> Told:
    return f"{body['name']}, {body['relation']}", body.get("reason"), []


def _notice(body: Body) -> Told:
    return f"Sent to {body['recipient']}", None, [("Text", body["text_version"])]


def _opt_out(body: Body) -> Told:
    return body.get("scope") or "All directory information", None, []


def _disclosure(body: Body) -> Told:
    if "records" not in body:
        return _plain(body)
    facts = [
        ("Records", words.listed([str(r) for r in body["records"]])),
        ("Their interest", body.get("interest") or ""),
    ]
    to = body.get("party_name") or "somebody who is known here"
    return f"For {body['purpose']}, {to}", body.get("reason"), facts


def _opening_reviewed(body: Body) -> Told:
    found = "There was an emergency" if body["justified"] else "There was no emergency"
    return found, body.get("finding"), []


def _answer_reviewed(body: Body) -> Told:
    return words.ANSWER_OUTCOMES[body["outcome"]], body.get("note"), []


def _access_reviewed(body: Body) -> Told:
    return words.OUTCOMES[body["outcome"]], body.get("note"), []


def _withheld(body: Body) -> Told:
    return words.WITHHELD[body["code"]], body.get("note"), []


def _elsewhere(body: Body) -> Told:
    return body.get("school_name"), None, []


def _survey_offer(body: Body) -> Told:
    return body.get("instrument"), None, []


def _scored(body: Body, value: str, scale: str) -> str:
    on = f" on the scale {body[scale]}" if body.get(scale) else ""
    return f"{number}{on}" if (number := _number(body, value)) else ""


def _number(body: Body, field: str) -> str:
    return words.number(body[field]) if body.get(field) is not None else ""


def _of(thing: Any, field: str) -> str:
    """A field of a nested model, or of the plain object that stands for one."""
    return str(thing[field] if isinstance(thing, Mapping) else getattr(thing, field))


SURVEYS = (
    "survey-offered",
    "survey-opted-out",
    "survey-notice-sent",
    "survey-allowed",
    "survey-refused",
    "survey-view-asked",
    "survey-shown",
)
TELLERS: Mapping[str, Callable[[Body], Told]] = {
    "survey-answered": _survey,
    "assessment-scored": _assessment,
    "interview-recorded": _interview,
    "attendance-summarised": _attendance,
    "course-result-recorded": _course,
    "proficiency-shown": _proficiency,
    **dict.fromkeys(
        ("goal-set", "goal-revised", "goal-progressed", "goal-reached", "goal-set-aside"), _goal
    ),
    "consent-granted": _consent,
    "review-held": _review,
    "review-scheduled": _planned,
    "learner-enrolled": _enrolled,
    "enrolment-ended": _enrolment_ended,
    "responsible-person-linked": _person,
    "consent-notice-sent": _notice,
    "directory-opt-out-set": _opt_out,
    "disclosure-recorded": _disclosure,
    "request-refused": _disclosure,
    "emergency-opening-reviewed": _opening_reviewed,
    "survey-answer-reviewed": _answer_reviewed,
    "access-reviewed": _access_reviewed,
    "line-withheld": _withheld,
    "enrolment-elsewhere-sought": _elsewhere,
    **dict.fromkeys(SURVEYS, _survey_offer),
}


# -- imported history, told once ----------------------------------------------------------------


@dataclass(frozen=True)
class BroughtIn:
    """Entries that came from one source on one day."""

    source: str
    on: date
    entries: int


def brought_in(entries: Iterable[Entry], zone: ZoneInfo) -> list[BroughtIn]:
    """What was imported, one line for each source and day."""
    found: dict[tuple[str, date], int] = {}
    for entry in entries:
        came = entry.provenance
        if came.source_recorded_at:
            key = (
                words.source(came.source) or "another system",
                came.recorded_at.astimezone(zone).date(),
            )
            found[key] = found.get(key, 0) + 1
    return [BroughtIn(source, on, n) for (source, on), n in sorted(found.items())]
