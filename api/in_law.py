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


def records_of(entry: Entry) -> Records:
    """What an entry is in law, as a decision asks."""
    first, private = entry.began.provenance, entry.data_class == DataClass.SOLE_POSSESSION
    return Records(
        data_class=DataClass(entry.data_class),
        kind=kind_of(entry.type),
        author=(first.author or first.entered_by) if private else None,
        shared=private and any(p.type == "note-shared" for p in entry.changed_by),
    )


def kinds_of(entry: Entry) -> Iterator[Records]:
    """What an entry and each remark on it are in law."""
    own = records_of(entry)
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
    return entry if len(kept) == len(entry.remarks) else replace(entry, remarks=kept)


def records_of_line(line: AuditLine) -> Records:
    """What a line of the audit log is in law."""
    event = line.event
    if event.SPEC.record == ACCESS:
        return RECORD_ITSELF
    private = event.data_class is DataClass.SOLE_POSSESSION
    return Records(
        data_class=event.data_class or event.SPEC.default,
        kind=kind_of(event.TOPIC),
        author=(event.author or event.entered_by) if private else None,
    )


def kind_of(topic: str) -> str:
    """The word a consent uses for what an event type records: `attendance-recorded`, attendance."""
    return topic.rsplit("-", 1)[0]


def positions_of(entry: Entry) -> Iterator[int]:
    """The positions of all events that an entry is told from."""
    yield entry.provenance.position
    yield entry.began.provenance.position
    yield from (p.position for p in entry.changed_by)
    yield from (r.provenance.position for r in entry.remarks)
