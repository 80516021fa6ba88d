"""What differs between two places in time, told: what became of each entry, and where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from api import plain
from api.pages import words
from api.pages.difference_words import (
    NOUNS,
    STATUSES,
    WENT_ON,
    area,
    began,
    far,
    held_until,
    holds,
    kind,
    record_kind,
    removal,
    short,
    since,
    step,
)
from api.pages.said import Said, remark_line, said, whose
from projections.compare import Comparison, Difference, What
from projections.entries import Entry, Provenance


@dataclass(frozen=True)
class Change:
    """One thing of an entry that was one way and is another."""

    name: str
    was: str
    now: str


@dataclass(frozen=True)
class Line:
    """One difference. `sentence` says what became of the entry, `href` leads to it."""

    said: Said
    short: str | None
    sentence: str
    changes: Sequence[Change]
    href: str | None

    @property
    def noun(self) -> str:
        return NOUNS.get(self.said.entry.kind, self.said.noun)


@dataclass(frozen=True)
class Group:
    """The differences of one kind."""

    name: str
    about: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Note:
    """What stands at an entry because the two questions differ about it."""

    sentence: str
    href: str | None = None
    link: str = ""


@dataclass(frozen=True)
class Telling:
    """What differences are told with: whose page it is, and where each entry can be seen.

    `before` and `after` are the addresses of the two places' pages, empty for the page itself;
    `here` and `there` the entries that each of them shows.
    """

    learner: UUID
    zone: ZoneInfo
    schools: Mapping[str, str]
    removals: Mapping[int, datetime]
    before: str
    after: str
    shown_before: frozenset[UUID]
    shown_after: frozenset[UUID]
    # What held at the earlier place, by record and line, as known at the later one.
    ends: Mapping[tuple[UUID, UUID], Entry] = field(default_factory=dict)

    def day(self, moment: datetime) -> str:
        return words.day(moment.astimezone(self.zone).date())

    def groups(self, found: Comparison, named: Mapping[str, tuple[str, str]]) -> list[Group]:
        """The differences by kind, in the order of `named`."""
        kinds = [(kind(d), d) for d in found.differences]
        groups = []
        for wanted, (heading, about) in named.items():
            lines = [self.line(d, found) for k, d in kinds if k == wanted]
            if lines:
                groups.append(Group(heading, about, lines))
        return groups

    def line(self, difference: Difference, found: Comparison) -> Line:
        before, after = difference.before, difference.after
        gone = difference.what is What.TAKEN_BACK
        told = before if gone and before else difference.entry
        changes = []
        if before and after and kind(difference) in (What.CHANGED, What.CORRECTED):
            changes = self.changes(before, after)
        return Line(
            said(told, self.schools),
            short(told, self.schools),
            self.sentence(difference, found),
            changes,
            self.href(before if gone else after, before),
        )

    def href(self, after: Entry | None, before: Entry | None) -> str | None:
        """Where the entry can be seen: as it is at the later place, else as it was."""
        if after is not None and after.id in self.shown_after:
            return f"{self.after}#entry-{after.id}"
        if before is not None and before.id in self.shown_before:
            return f"{self.before}#entry-{before.id}"
        return None

    def changes(self, before: Entry, after: Entry) -> list[Change]:
        """What is not the same, one by one."""
        was, now = said(before, self.schools), said(after, self.schools)
        pairs = [("It was", STATUSES.get(before.status, ""), STATUSES.get(after.status, ""))]
        if was.noun == now.noun:  # a planned review that was held has all its words anew
            old, new = dict(was.facts), dict(now.facts)
            pairs += [
                ("It read", short(before, self.schools) or "", short(after, self.schools) or ""),
                *((name, old.get(name, ""), new.get(name, "")) for name in {**old, **new}),
                ("How far", far(before), far(after)),
                ("Latest step", step(before), step(after)),
            ]
        pairs += [
            ("Part of the profile", area(before), area(after)),
            ("Kind of record", record_kind(was), record_kind(now)),
        ]
        if before.kind != "goal":  # each of its steps has a date of its own
            pairs.append(("When", words.when(before), words.when(after)))
        return [Change(n, a or "not said", b or "not said") for n, a, b in pairs if a != b]

    # -- what became of it ----------------------------------------------------------------------

    def sentence(self, difference: Difference, found: Comparison) -> str:
        before, after = difference.before, difference.after
        match kind(difference):
            case "went-on" if after:
                return f"{held_until(after)} {self.when_changed(after, found)}".strip()
            case What.ADDED if after:
                return began(after)
            case What.ENDED if before:
                return self.ended(before, found)
            case What.LEARNT_LATE if after:
                return self.learnt(after, found)
            case What.TAKEN_BACK if before:
                return self.taken_back(before)
            case What.REMARKED:
                return " ".join(f"{remark_line(r)}." for r in difference.remarks)
            case What.CORRECTED if after is None:
                return f"It did not hold on {words.day(found.a.on)}: its dates were put right."
        if after is None:
            return ""
        return self.when_changed(after, found) or holds(after)

    def ended(self, before: Entry, found: Comparison) -> str:
        told = held_until(self.ends.get((before.record, before.line), before))
        return told or f"It no longer held on {words.day(found.b.on)}."

    def learnt(self, after: Entry, found: Comparison) -> str:
        source = after.provenance
        if source.position > found.a.position:
            return self.recorded(source)
        if after.learner != self.learner or after.record != after.learner:
            return "It came with another record, when the two were merged."
        return self.when_changed(after, found) or "Our file had other dates for it."

    def taken_back(self, before: Entry) -> str:
        if before.removed is None:
            return "It came from another record, which turned out to be somebody else’s."
        return removal(before.removed, self.removals[before.removed.position], self.zone)

    def when_changed(self, after: Entry, found: Comparison) -> str:
        """Who changed it last, after the earlier place, and why; empty where nobody did."""
        made = since(after, found.a.position)
        if made is None:
            return ""
        because = f" because: {made.reason}" if made.reason else ""
        said = f"{self.recorded(made).rstrip('.')}{',' + because if because else ''}"
        return said + plain.stop(because)

    def recorded(self, made: Provenance) -> str:
        """`Recorded here 10 April 2025 by Ms Rivera.`"""
        who = f" by {made.entered_by_name}" if made.entered_by_name else ""
        came = f"Brought in from {whose(made)}" if made.source_recorded_at else "Recorded here"
        return f"{came} {self.day(made.recorded_at)}{who}."

    # -- at the entries themselves --------------------------------------------------------------

    def notes(self, found: Comparison, *, then: bool) -> dict[UUID, list[Note]]:
        """What to say at the entries that are shown, on the page of either question."""
        notes: dict[UUID, list[Note]] = {}
        for difference in found.differences:
            entry = difference.before if then else difference.after
            if entry is not None and (told := self.note(difference, found, then=then)):
                notes.setdefault(entry.id, []).append(told)
        return notes

    def note(self, difference: Difference, found: Comparison, *, then: bool) -> Note | None:
        day, what = words.day(found.a.on), difference.what
        other = difference.after if then else difference.before
        shown = self.shown_after if then else self.shown_before
        page = self.after if then else self.before
        href = f"{page}#entry-{other.id}" if other is not None and other.id in shown else None
        link = "What we know today" if then else "What our file said then"
        if what is What.LEARNT_LATE:
            return Note(f"Learnt late: our file did not say this on {day}.")
        if kind(difference) == WENT_ON:
            return (
                Note(f"{held_until(difference.entry)} That was recorded since.") if then else None
            )
        if what in (What.CORRECTED, What.CHANGED):
            told = "Corrected since." if what is What.CORRECTED else "Changed since."
            return Note(told if then else f"Our file said something else on {day}.", href, link)
        return None  # of what was taken back its own mark tells
