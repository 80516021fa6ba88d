"""What an entry, a remark or a line of the log is in law: how a decision is asked about them."""

from collections.abc import Iterator
from dataclasses import replace

from domain.access.decision import RECORD_ITSELF
from domain.access.facts import Records
from domain.event import ACCESS
from domain.words import DataClass
from projections.entries import Entry
from projections.reading import AuditLine

NAMES = Records(data_class=DataClass.DIRECTORY, kind="name")
# Who the learner is, with date of birth and number.
DETAILS = Records(data_class=DataClass.DIRECTORY, kind="learner")


ANSWER = "survey-answered"


def records_of(entry: Entry, *, set_aside: bool = False) -> Records:
    """What an entry is in law, as a decision asks. `set_aside`: an answer that waits for review."""
    first, private = entry.began.provenance, entry.data_class == DataClass.SOLE_POSSESSION
    return Records(
        data_class=DataClass(entry.data_class),
        kind=kind_of(entry.type),
        author=(first.author or first.entered_by) if private else None,
        shared=private and any(p.type == "note-shared" for p in entry.changed_by),
        quarantined=set_aside,
    )


def may_answer(entry: Entry) -> bool:
    """Whether an entry may be an answer to a survey, or what followed one or was said beside it."""
    return entry.type == ANSWER or entry.line != entry.id


def kinds_of(entry: Entry, own: Records | None = None) -> Iterator[Records]:
    """What an entry and each remark on it are in law. `own`: what is known of the entry already."""
    own = own or records_of(entry)
    yield own
    for remark in entry.remarks:
        if remark.data_class and remark.data_class != own.data_class:
            yield Records(data_class=DataClass(remark.data_class), kind=kind_of(remark.kind))


def opened(entry: Entry, open_to: set[Records]) -> Entry:
    """The entry with those remarks alone that may be shown."""
    own = entry.data_class
    kept = [
        r
        for r in entry.remarks
        if r.data_class in ("", own)
        or Records(data_class=DataClass(r.data_class), kind=kind_of(r.kind)) in open_to
    ]
    if len(kept) == len(entry.remarks):
        return entry
    told = replace(entry, remarks=kept)
    # It is known so from the last change that is told: that of a hidden remark would betray it.
    hidden = {r.provenance.position for r in entry.remarks} - {r.provenance.position for r in kept}
    return replace(told, known_from=max(positions_of(told))) if entry.known_from in hidden else told


def records_of_line(line: AuditLine, *, set_aside: bool = False) -> Records:
    """What a line of the audit log is in law. `set_aside` as for an entry."""
    event = line.event
    if event.SPEC.record == ACCESS:
        return RECORD_ITSELF
    private = event.data_class is DataClass.SOLE_POSSESSION
    return Records(
        data_class=event.data_class or event.SPEC.default,
        kind=kind_of(event.TOPIC),
        author=(event.author or event.entered_by) if private else None,
        quarantined=set_aside,
    )


def since(in_law: Records, becomes: DataClass | None) -> Records | None:
    """What became another kind of record is judged as that too, whatever day is asked about."""
    if becomes is None or becomes is in_law.data_class:
        return None
    return replace(in_law, data_class=becomes, author=None, shared=False)


def kind_of(topic: str) -> str:
    """The word a consent uses for what an event type records: `attendance-recorded`, attendance."""
    return topic.rsplit("-", 1)[0]


def positions_of(entry: Entry) -> Iterator[int]:
    """The positions of all events that an entry is told from."""
    yield entry.provenance.position
    yield entry.began.provenance.position
    yield from (p.position for p in entry.changed_by)
    yield from (r.provenance.position for r in entry.remarks)
