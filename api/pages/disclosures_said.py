"""The record of disclosures as it is read: the same words on its page and in its PDF."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.words import day
from api.who_saw_record import Record, Row

TITLE = "Record of requests and disclosures"
LAW = "34 CFR 99.32 and 300.614, kept with the record of this learner"
COLUMNS = (
    "Day",
    "Who asked or received",
    "Purpose, the legitimate interest",
    "What",
    "Given?",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its five columns, where a second text beside the first is the quieter one."""

    day: str
    party: str
    through: str
    purpose: str
    act: str
    records: str
    given: str
    note: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one of the two laws asks for. `nobody`: what is said where there is no line."""

    title: str
    left_out: str
    nobody: str
    lines: Sequence[Line]


def parts(record: Record, *, whole: bool) -> tuple[Part, Part]:
    """Both records in words. `whole`: with the reason of a refusal, which a family is not told."""
    return (
        Part(
            "Requests and disclosures (34 CFR 99.32)",
            "Not listed, because 99.32(d) asks for no line: the parent or eligible student who "
            "held the rights that day, also where they were refused; school officials; whoever was "
            "named in a written consent; and directory information. What was refused by phone, on "
            "paper, by mail or in person is listed whoever asked, because such an entry has a name "
            "and no proof of who it was.",
            "Nobody else asked for this record or received anything of it.",
            [_line(row, whole) for row in record.disclosures],
        ),
        Part(
            "Access to special education records (34 CFR 300.614)",
            "Not listed: parents and authorized employees.",
            "Nobody else had access to special education records.",
            [_line(row, whole) for row in record.special],
        ),
    )


def _line(row: Row, whole: bool) -> Line:
    given = "Yes" if row.given else "No, refused"
    return Line(
        day=day(row.day),
        party=row.party,
        through=row.through or "",
        purpose=row.interest or "not stated",
        act=row.act,
        records=row.records,
        given=f"{given}: {row.ground.cited}" if row.given or whole else given,
        note=row.note,
    )
