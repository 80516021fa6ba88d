"""The fold: pure functions `(open rows of a line, event) → the rows after it`.

One table says what each event type does, for the profile and for the timeline. The same
functions serve the live projector, a rebuild and a replay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from domain.disclosures import for_officer
from domain.event import Event
from domain.facts import FactEvent
from domain.learner import DETAILS
from projections.rows import Removed, Row, Span, beside, happened, settle, unsettled

VERSION = 4  # of what these functions make of the events: told to be another by whoever changes it

Lines = Sequence[Row]
Action = Callable[[Lines, Event], list[Row]]
# A record and the line on it: ids are chosen by writers, and mean nothing beyond their record.
Line = tuple[UUID, UUID]
ALWAYS: Span = (None, None)


def line_of(event: Event) -> UUID:
    """The line an event belongs to: the entry, goal, consent … that it says something about."""
    field = LINES[event.TOPIC]
    if field is None:
        return DETAILS
    line: UUID = getattr(event, field)
    if event.TOPIC == "protected-contact-set":  # it has no id of its own
        return uuid5(line, event.TOPIC)
    return line


def span(event: Event) -> Span:
    """What the event itself says about when."""
    if event.effective is None:
        return ALWAYS
    return (event.effective.start, event.effective.until or vars(event).get("expires"))


# -- what an event may do to its line ---------------------------------------------------------


def enter(
    kind: str,
    status: str = "live",
    *,
    by: str | None = None,
    for_all: bool = False,
) -> Action:
    """Put a new assertion into the line; `by` names the field that holds its id.

    There is one row for the learner and one for each other whom the event is about; `for_all`:
    for each whom the line is about, too. A consent withdrawn is withdrawn for all it was given for.
    """

    def act(line: Lines, event: Event) -> list[Row]:
        item = getattr(event, by) if by else event.event_id
        first = Row(
            stream=event.originator_id,
            learner=event.originator_id,
            line=line_of(event),
            item=item,
            kind=kind,
            status=status,
            said=span(event),
            own=(event.position,),
            area=str(event.area) if isinstance(event, FactEvent) else inherited(line, "area"),
            data_class=str(event.data_class),
        )
        about = {*event.subjects, *(r.learner for r in line if for_all)} - {event.originator_id}
        others = [
            replace(first, learner=learner, item=uuid5(item, str(learner)))
            for learner in sorted(about)
        ]
        return [*line, first, *others]

    return act


def supersede(line: Lines, event: Event) -> list[Row]:
    """Put the new value into the line. The new value of a support runs, or has ended, as it did."""
    old = next((r for r in line if r.item == target_of(event)), None)
    if old is None:
        return list(line)  # the line was retracted as a whole
    rows = enter("fact", by="successor")(line, event)
    if old.status not in ("running", "ended"):
        return rows
    new = rows[len(line) :]
    said = new[0].said
    if old.status == "ended" and said[1] is None:
        said = (said[0], old.said[1])
    return [*line, *(replace(r, status=old.status, said=said) for r in new)]


def inherited(line: Lines, field: str) -> str | None:
    return getattr(line[0], field) if line else None


def attach(status: str | None = None) -> Action:
    """Add the event to the content of the assertion it names."""

    def act(line: Lines, event: Event) -> list[Row]:
        return on_target(
            line,
            event,
            lambda r: replace(r.with_event(event.position), status=status or r.status),
        )

    return act


def place_beside(line: Lines, event: Event) -> list[Row]:
    """Place a statement beside the assertion it names, and those that followed that."""
    return on_target(line, event, lambda r: replace(r, content=(*r.content, event.position)))


def correct(status: str) -> Action:
    """Change the assertion's content, and its span where the event gives one.

    A support that runs, runs on; one that has ended stays so.
    """

    def corrected(row: Row, event: Event) -> Row:
        said = span(event) if event.effective else row.said
        if row.status == "ended" and said[1] is None:
            said = (said[0], row.said[1])
        stays = row.status in ("running", "ended")
        return replace(
            row.with_event(event.position), status=row.status if stays else status, said=said
        )

    return lambda line, event: on_target(line, event, lambda r: corrected(r, event))


def retract(line: Lines, event: Event) -> list[Row]:
    """Take the assertion away; the first one takes the values that followed it along."""
    target = target_of(event)
    if target == line_of(event):
        return []
    return [r for r in line if not concerns(r, target)]


def reclassify(line: Lines, event: Event) -> list[Row]:
    becomes = str(getattr(event, "becomes", event.data_class))
    return on_target(
        line, event, lambda r: replace(r.with_event(event.position), data_class=becomes)
    )


def end(status: str) -> Action:
    """The assertion held until the event's effective date, and no other of its line beyond."""

    def act(line: Lines, event: Event) -> list[Row]:
        until = span(event)[0]
        rows = on_target(
            line,
            event,
            lambda r: replace(r.with_event(event.position), said=(r.said[0], until)),
        )
        return [replace(r, status=status, said=cut(r.said, until)) for r in rows]

    return act


def cut(said: Span, until: date | None) -> Span:
    """The span, no longer than to a date."""
    start, end = said
    return (start, until) if until and (end is None or until < end) else said


def never(status: str) -> Action:
    """What the line began with stands, marked as never valid."""

    def act(line: Lines, event: Event) -> list[Row]:
        first: dict[UUID, Row] = {}
        for row in sorted(line, key=lambda r: r.own[0]):
            first.setdefault(row.learner, row)
        # Who was first named with a later value is told of the same stretch of days.
        began = min(line, key=lambda r: r.own[0]).said
        return [
            replace(r.with_event(event.position), status=status, said=began) for r in first.values()
        ]

    return act


def target_of(event: Event) -> UUID:
    """The assertion of its line that an event names."""
    named: UUID | None = vars(event).get("fact") or vars(event).get("support")
    return named or line_of(event)


def concerns(row: Row, target: UUID) -> bool:
    return row.item == target or row.item == uuid5(target, str(row.learner))


def on_target(line: Lines, event: Event, change: Callable[[Row], Row]) -> list[Row]:
    """The line with its target changed; whom the event newly concerns has a row from then on."""
    target = target_of(event)
    rows = [change(r) if concerns(r, target) else r for r in line]
    own = next((r for r in rows if r.item == target), None)
    if own is None:
        return rows
    known = {r.learner for r in rows if concerns(r, target)}
    return rows + [
        replace(own, learner=learner, item=uuid5(target, str(learner)), own=(event.position,))
        for learner in sorted(set(event.subjects) - known)
    ]


# -- what each event type does ----------------------------------------------------------------

FACT = enter("fact", by="fact")
HAPPENED = enter("happening")
ONLINE = enter("online-consent", "given", by="online_consent")


def details(line: Lines, event: Event) -> list[Row]:
    """The learner's details are one assertion without dates: pages show the present name."""
    if line:
        return on_target(line, event, lambda r: r.with_event(event.position))
    first, *others = enter("details", "known")(line, event)
    return [
        replace(first, said=ALWAYS, item=DETAILS),
        *(replace(r, said=ALWAYS, item=uuid5(DETAILS, str(r.learner))) for r in others),
    ]


def protected_contact(line: Lines, event: Event) -> list[Row]:
    status = "protected" if getattr(event, "protected", False) else "open"
    return enter("protected-contact", status, for_all=True)(line, event)


def told(line: Lines, event: Event) -> list[Row]:
    """It happened; what stays with the officer is on nobody's timeline."""
    return list(line) if for_officer(event) else HAPPENED(line, event)


def becomes(kind: str, status: str) -> Action:
    """A new state of what the line is about, for all whom it is about."""
    return enter(kind, status, for_all=True)


# -- what a learner belongs to ----------------------------------------------------------------


def join(line: Lines, event: Event) -> list[Row]:
    """A row for the school, the grade and each class of an enrolment, under its code."""
    [enrolled, *_] = enter("enrolment", "enrolled", by="enrolment")(line, event)
    told = vars(event)
    codes = [("school", told["school"]), ("grade", told["grade"])]
    codes += [("class", code) for code in told["classes"]]
    return [
        replace(enrolled, kind=kind, area=code, item=uuid5(enrolled.item, f"{kind} {code}"))
        for kind, code in codes
        if code is not None
    ]


def leave(line: Lines, event: Event) -> list[Row]:
    until = span(event)[0]
    return [
        replace(r.with_event(event.position), status="ended", said=(r.said[0], until)) for r in line
    ]


def become_one(line: Lines, event: Event) -> list[Row]:
    """The two records are the same person's, whichever is asked for, and on every day."""
    [merged, *_] = enter("person", "merged", by="other")([], event)
    other = merged.item
    return [
        replace(merged, said=ALWAYS, area=str(other)),
        replace(
            merged,
            said=ALWAYS,
            learner=other,
            area=str(merged.learner),
            item=uuid5(other, str(merged.learner)),
        ),
    ]


def become_two(line: Lines, event: Event) -> list[Row]:
    return []


@dataclass(frozen=True)
class Rule:
    """What an event type does: the field with its line's id, and to which projection what.

    Without a field it is about the learner's details. `removes` says how what stood before is
    gone for good: only the custodian may still see it in what the file once said.
    """

    topic: str
    line: str | None
    profile: Action | None = None
    timeline: Action | None = None
    membership: Action | None = None
    removes: str | None = None


RULES = (
    Rule("learner-registered", None, details),
    Rule("learner-details-changed", None, details),
    Rule(
        "learner-enrolled",
        "enrolment",
        enter("enrolment", "enrolled", by="enrolment"),
        HAPPENED,
        join,
    ),
    Rule("enrolment-ended", "enrolment", end("ended"), HAPPENED, leave),
    Rule("records-merged", "other", becomes("merge", "merged"), None, become_one),
    Rule("records-split", "other", becomes("merge", "split"), None, become_two),
    Rule("protected-contact-set", "originator_id", protected_contact),
    Rule("responsible-person-linked", "person", becomes("person", "linked")),
    Rule("responsible-person-unlinked", "person", becomes("person", "unlinked")),
    Rule("rights-revoked", "person", becomes("person", "revoked")),
    Rule("rights-restored", "person", becomes("person", "linked")),
    Rule("rights-evidence-recorded", "evidence", enter("evidence", "recorded", by="evidence")),
    Rule("observation-recorded", "fact", FACT, FACT),
    Rule("survey-answered", "fact", FACT, FACT),
    Rule("assessment-scored", "fact", FACT, FACT),
    Rule("interview-recorded", "fact", FACT, FACT),
    Rule("work-sample-added", "fact", FACT, FACT),
    Rule("reflection-written", "fact", FACT, FACT),
    Rule("family-input-given", "fact", FACT, FACT),
    Rule("accommodation-recorded", "fact", FACT, FACT),
    Rule("attendance-summarised", "fact", FACT, FACT),
    Rule("course-result-recorded", "fact", FACT, FACT),
    Rule("proficiency-shown", "fact", FACT, FACT),
    Rule("outcome-recorded", "fact", FACT, FACT),
    Rule("support-started", "fact", enter("fact", "running", by="fact"), FACT),
    Rule("support-reviewed", "line", attach(), HAPPENED),
    Rule("support-ended", "line", end("ended"), HAPPENED),
    Rule("comment-made", "line", attach(), attach()),
    Rule("fact-superseded", "line", supersede, supersede),
    Rule("fact-corrected", "line", correct("corrected"), correct("corrected")),
    Rule("fact-amended", "line", correct("amended"), correct("amended"), removes="amended"),
    Rule("fact-retracted", "line", retract, retract, removes="retracted"),
    Rule("fact-confirmed", "line", attach(), attach()),
    Rule("contest-statement-placed", "line", attach(), place_beside),
    Rule("note-shared", "line", reclassify, reclassify),
    Rule("fact-reclassified", "line", reclassify, reclassify),
    Rule("goal-set", "goal", enter("goal", "open", by="goal"), HAPPENED),
    Rule("goal-revised", "goal", becomes("goal", "open"), HAPPENED),
    Rule("goal-progressed", "goal", becomes("goal", "open"), HAPPENED),
    Rule("goal-reached", "goal", becomes("goal", "reached"), HAPPENED),
    Rule("goal-set-aside", "goal", becomes("goal", "set-aside"), HAPPENED),
    Rule("consent-notice-sent", "notice", enter("notice", "sent", by="notice")),
    Rule("consent-granted", "consent", enter("consent", "granted", by="consent"), HAPPENED),
    Rule("consent-withdrawn", "consent", becomes("consent", "withdrawn"), HAPPENED),
    Rule("consent-voided", "consent", never("voided"), HAPPENED),
    Rule("assent-given", "consent", attach()),
    Rule("assent-declined", "consent", attach()),
    Rule("consent-confirmed", "consent"),
    Rule("directory-opt-out-set", "opt_out", enter("opt-out", "set", by="opt_out"), HAPPENED),
    Rule("directory-opt-out-lifted", "opt_out", becomes("opt-out", "lifted"), HAPPENED),
    Rule("survey-offered", "survey", enter("survey", "offered", by="survey")),
    Rule("survey-opted-out", "survey", becomes("survey", "opted-out"), HAPPENED),
    Rule("survey-notice-sent", "survey", enter("survey", "announced", by="survey")),
    Rule("survey-allowed", "survey", enter("survey", "allowed", by="survey"), HAPPENED),
    Rule("survey-refused", "survey", enter("survey", "opted-out", by="survey"), HAPPENED),
    Rule("survey-view-asked", "survey", enter("survey", "asked", by="survey")),
    Rule("survey-shown", "survey", becomes("survey", "shown")),
    Rule("parental-consent-verified", "online_consent", ONLINE),
    Rule("school-authorisation-recorded", "online_consent", ONLINE),
    Rule("third-party-disclosure-allowed", "online_consent", ONLINE),
    Rule("online-consent-withdrawn", "online_consent", becomes("online-consent", "withdrawn")),
    Rule("disclosure-recorded", "disclosure", None, told),
    Rule("disclosure-completed", "disclosure"),
    Rule("request-refused", "disclosure", None, told),
    Rule("legal-process-recorded", "paper"),
    Rule("placement-recorded", "paper"),
    Rule("enrolment-elsewhere-sought", "paper", None, told),
    Rule("family-told", "paper"),
    Rule("paper-ended", "paper"),
    Rule("emergency-opened", "opening"),
    Rule("emergency-opening-reviewed", "opening"),
    Rule("emergency-declared", "emergency"),
    Rule("emergency-ended", "emergency"),
    Rule("access-reviewed", "access"),
    Rule("line-withheld", "access"),
    Rule("survey-answer-reviewed", "fact"),
    Rule("line-released", "access"),
    Rule("review-scheduled", "review", enter("review", "scheduled", by="review")),
    Rule("review-held", "review", becomes("review", "held"), HAPPENED),
)
LINES = {rule.topic: rule.line for rule in RULES}
REMOVES = {rule.topic: rule.removes for rule in RULES if rule.removes}


@dataclass(frozen=True)
class Fold:
    """A projection's table of actions, and how the rows of a line settle among each other.

    `apart` takes off each row, before an event, what it has from the others.
    """

    actions: Mapping[str, Action]
    settle: Callable[[Sequence[Row]], list[Row]]
    apart: Callable[[Sequence[Row]], Sequence[Row]] | None = None

    def line(self, event: Event) -> Line | None:
        """The line to load before the event can be folded; None: the event is not for us."""
        return (event.originator_id, line_of(event)) if event.TOPIC in self.actions else None

    def __call__(self, line: Lines, event: Event) -> list[Row]:
        """The open rows of the line after the event."""
        own = self.apart(line) if self.apart else line
        return self.settle(self.actions[event.TOPIC](own, event))


profile = Fold({r.topic: r.profile for r in RULES if r.profile}, settle)
timeline = Fold({r.topic: r.timeline for r in RULES if r.timeline}, happened, beside)
membership = Fold({r.topic: r.membership for r in RULES if r.membership}, unsettled)


def removal(line: Lines, event: Event) -> Removed | None:
    """What of a line an event takes away for good; None where it takes nothing.

    It takes the assertion it names, wherever that was laid under others; what only followed it,
    or gave way to it, stands. A retraction takes the statements beside it along.
    """
    how = REMOVES.get(event.TOPIC)
    if how is None:
        return None
    if getattr(event, "wrong_learner", False):
        how = "wrong-learner"
    target = target_of(event)
    whole = event.TOPIC == "fact-retracted" and target == line_of(event)
    taken = [r for r in beside(line) if whole or concerns(r, target)]
    gone = {p for r in taken for p in r.own}
    if event.TOPIC == "fact-retracted":
        gone.update(p for r in taken for p in r.content)
    items = tuple(r.item for r in line)
    return Removed(how, event.originator_id, items, tuple(sorted(gone))) if gone else None
