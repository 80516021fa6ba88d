"""The fold: pure functions `(open rows of a line, event) → the rows after it`.

One table says what each event type does, for the profile and for the timeline. The same
functions serve the live projector, a rebuild and a replay.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from domain.event import Event
from domain.facts import FactEvent
from projections.rows import Row, Span, settle, unsettled

Lines = Sequence[Row]
Action = Callable[[Lines, Event], list[Row]]
ALWAYS: Span = (None, None)


def line_of(event: Event) -> UUID:
    """The line an event belongs to: the entry, goal, consent … that it says something about."""
    line: UUID = getattr(event, LINES[event.TOPIC])
    if event.TOPIC in ("records-merged", "records-split", "protected-contact-set"):
        # Ids of learners, who have lines of their own: their details.
        return uuid5(event.originator_id, f"{event.SPEC.group}:{line}")
    return line


def span(event: Event) -> Span:
    """What the event itself says about when."""
    if event.effective is None:
        return ALWAYS
    return (event.effective.start, event.effective.until or getattr(event, "expires", None))


# -- what an event may do to its line ---------------------------------------------------------


def enter(
    kind: str, status: str = "live", *, by: str | None = None, replaces: bool = True
) -> Action:
    """Put a new assertion into the line; `by` names the field that holds its id."""

    def act(line: Lines, event: Event) -> list[Row]:
        item = getattr(event, by) if by else event.event_id
        first = Row(
            learner=event.originator_id,
            line=line_of(event),
            item=item,
            kind=kind,
            status=status,
            said=span(event),
            own=(event.position,),
            area=str(event.area) if isinstance(event, FactEvent) else inherited(line, "area"),
            data_class=str(event.data_class),
            replaces=replaces,
        )
        others = [
            replace(first, learner=subject, item=uuid5(item, str(subject)))
            for subject in event.subjects
        ]
        return [*line, first, *others]

    return act


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


def correct(status: str) -> Action:
    """Change the assertion's content, and its span where the event gives one."""

    def act(line: Lines, event: Event) -> list[Row]:
        said = span(event) if event.effective else None
        return on_target(
            line,
            event,
            lambda r: replace(r.with_event(event.position), status=status, said=said or r.said),
        )

    return act


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
    """The assertion held until the event's effective date."""

    def act(line: Lines, event: Event) -> list[Row]:
        until = span(event)[0]
        return on_target(
            line,
            event,
            lambda r: replace(
                r.with_event(event.position), status=status, said=ended(r.said, until)
            ),
        )

    return act


def ended(said: Span, until: date | None) -> Span:
    """The span cut off at a date; nothing of it where that comes before its start."""
    start = said[0]
    if start is not None and until is not None and until <= start:
        return (start, start)
    return (start, until)


def never(status: str) -> Action:
    """The line's assertions stand, marked as never valid."""

    def act(line: Lines, event: Event) -> list[Row]:
        first = min(line, key=lambda r: r.own[0], default=None)
        if first is None:
            return []
        return [replace(first.with_event(event.position), status=status)]

    return act


def target_of(event: Event) -> UUID:
    """The assertion of its line that an event names."""
    named: UUID = getattr(event, "fact", line_of(event))
    return named


def concerns(row: Row, target: UUID) -> bool:
    return row.item == target or row.item == uuid5(target, str(row.learner))


def on_target(line: Lines, event: Event, change: Callable[[Row], Row]) -> list[Row]:
    target = target_of(event)
    return [change(r) if concerns(r, target) else r for r in line]


# -- what each event type does ----------------------------------------------------------------

FACT = enter("fact", by="fact")
HAPPENED = enter("happening", replaces=False)


def details(line: Lines, event: Event) -> list[Row]:
    """The learner's details are one assertion without dates: pages show the present name."""
    if line:
        return [r.with_event(event.position) for r in line]
    return [
        replace(r, said=ALWAYS, item=event.originator_id)
        for r in enter("details", "known")(line, event)
    ]


def protected_contact(line: Lines, event: Event) -> list[Row]:
    status = "protected" if getattr(event, "protected", False) else "open"
    return enter("protected-contact", status)(line, event)


@dataclass(frozen=True)
class Rule:
    """What an event type does: the field with its line's id, and to which projection what."""

    topic: str
    line: str
    profile: Action | None = None
    timeline: Action | None = None


RULES = (
    Rule("learner-registered", "originator_id", details),
    Rule("learner-details-changed", "originator_id", details),
    Rule("learner-enrolled", "enrolment", enter("enrolment", "enrolled", by="enrolment"), HAPPENED),
    Rule("enrolment-ended", "enrolment", end("ended"), HAPPENED),
    Rule("records-merged", "other", enter("merge", "merged")),
    Rule("records-split", "other", enter("merge", "split")),
    Rule("protected-contact-set", "originator_id", protected_contact),
    Rule("responsible-person-linked", "person", enter("person", "linked")),
    Rule("responsible-person-unlinked", "person", enter("person", "unlinked")),
    Rule("rights-revoked", "person", enter("person", "revoked")),
    Rule("rights-restored", "person", enter("person", "linked")),
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
    Rule("support-reviewed", "support", attach(), HAPPENED),
    Rule("support-ended", "support", end("ended"), HAPPENED),
    Rule("comment-made", "line", attach(), attach()),
    Rule("fact-superseded", "line", enter("fact", by="successor"), enter("fact", by="successor")),
    Rule("fact-corrected", "line", correct("corrected"), correct("corrected")),
    Rule("fact-amended", "line", correct("amended"), correct("amended")),
    Rule("fact-retracted", "line", retract, retract),
    Rule("fact-confirmed", "line", attach(), attach()),
    Rule("contest-statement-placed", "line", attach(), attach()),
    Rule("note-shared", "line", reclassify, reclassify),
    Rule("fact-reclassified", "line", reclassify, reclassify),
    Rule("goal-set", "goal", enter("goal", "open", by="goal"), HAPPENED),
    Rule("goal-revised", "goal", enter("goal", "open"), HAPPENED),
    Rule("goal-progressed", "goal", enter("goal", "open"), HAPPENED),
    Rule("goal-reached", "goal", enter("goal", "reached"), HAPPENED),
    Rule("goal-set-aside", "goal", enter("goal", "set-aside"), HAPPENED),
    Rule("consent-notice-sent", "notice", enter("notice", "sent", by="notice")),
    Rule("consent-granted", "consent", enter("consent", "granted", by="consent"), HAPPENED),
    Rule("consent-withdrawn", "consent", enter("consent", "withdrawn"), HAPPENED),
    Rule("consent-voided", "consent", never("voided"), HAPPENED),
    Rule("assent-given", "consent", attach()),
    Rule("assent-declined", "consent", attach()),
    Rule("directory-opt-out-set", "opt_out", enter("opt-out", "set", by="opt_out"), HAPPENED),
    Rule("directory-opt-out-lifted", "opt_out", enter("opt-out", "lifted"), HAPPENED),
    Rule("survey-offered", "survey", enter("survey", "offered", by="survey")),
    Rule("survey-opted-out", "survey", enter("survey", "opted-out"), HAPPENED),
    Rule("review-scheduled", "review", enter("review", "scheduled", by="review")),
    Rule("review-held", "review", enter("review", "held"), HAPPENED),
)
LINES = {rule.topic: rule.line for rule in RULES}


@dataclass(frozen=True)
class Fold:
    """A projection's table of actions, and how the rows of a line settle among each other."""

    actions: Mapping[str, Action]
    settle: Callable[[Sequence[Row]], list[Row]]

    def line(self, event: Event) -> UUID | None:
        """The line to load before the event can be folded; None: the event is not for us."""
        return line_of(event) if event.TOPIC in self.actions else None

    def __call__(self, line: Lines, event: Event) -> list[Row]:
        """The open rows of the line after the event."""
        return self.settle(self.actions[event.TOPIC](line, event))


profile = Fold({r.topic: r.profile for r in RULES if r.profile}, settle)
timeline = Fold({r.topic: r.timeline for r in RULES if r.timeline}, unsettled)
