"""Who saw a learner, in plain words: events of the log in, lines out. Pure.

An officer sees every line. A family sees one line for each person and day, without what is sealed
by law and without a word of classes that nobody is to know of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from api.plain import count, listed
from api.seen import NOT_SHOWN
from api.who_saw_titles import CLASSES, GROUNDS, Title, did, title, wanted
from domain.access.evidence import Withheld
from domain.access.ground import Ground, Keeping
from domain.access.record import Line, for_family
from domain.access.words import STAFF, Action, Role
from domain.reads import AccessRecorded
from domain.words import DataClass

FOLDED = frozenset({Action.LISTED, Action.COUNTED, Action.SEARCHED})
KINDS = {
    "opened": "Opened",
    "listed": "Listed, searched or counted",
    "exported": "Exported",
    "refused": "Refused",
    "disclosed": "Given to somebody else",
}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody as told on a line. `roles`: those of the day."""

    id: UUID
    name: str
    roles: frozenset[Role] = frozenset()

    @property
    def told(self) -> str:
        """`Ms Rivera, counselor`."""
        roles = [role.replace("_", " ") for role in Role if role in self.roles]
        name = self.name or "Somebody"
        return f"{name}, {listed(roles)}" if roles else name


def to_whom(recipient: Who | None) -> str:
    """` to County Court`; empty where nobody else received it."""
    if recipient is None:
        return ""
    return f" to {recipient.told if recipient.name else 'somebody without a name on file'}"


@dataclass(frozen=True, slots=True)
class Access:
    """One event of the log, with the people it names."""

    position: int
    event: AccessRecorded
    who: Who
    recipient: Who | None = None
    withheld: Withheld | None = None  # from the family, by an officer

    def day(self, zone: ZoneInfo) -> date:
        """The school's local day."""
        return self.event.recorded_at.astimezone(zone).date()

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is; empty for what was written."""
        event = self.event
        if not event.allowed:
            return "refused"
        if event.action in FOLDED:
            return "listed"
        return event.action if event.action in KINDS else ""

    @property
    def withheld_by_law(self) -> bool:
        """Whether no family is told of it, whatever an officer does."""
        return not for_family(lines_of(self), frozenset())

    @property
    def grounds(self) -> tuple[str, ...]:
        """The codes relied on; none for what was refused."""
        return (self.event.code, *self.event.grounds) if self.event.allowed else ()


# -- the officer's lines ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One line: an access, or several listings of a day that differ in their time alone."""

    accesses: tuple[Access, ...]  # the latest first

    @property
    def latest(self) -> Access:
        return self.accesses[0]

    @property
    def event(self) -> AccessRecorded:
        return self.latest.event

    @property
    def who(self) -> Who:
        return self.latest.who

    @property
    def said(self) -> str:
        """What the person did: everything of the sentence that follows the name."""
        event, times = self.event, len(self.accesses)
        often = f" {times} times" if times > 1 else ""
        if not event.allowed:
            missing = title(event.code).cited
            return (
                f"tried to {wanted(event.action, event.place)}{often} and was refused: {missing}."
            )
        to = to_whom(self.latest.recipient)
        reason = listed([title(code).cited for code in self.latest.grounds])
        purpose = f", for {purpose_said(event.purpose)}" if event.purpose else ""
        done = did(event.action, event.place)
        return f"{done}{to}{often}{extent(event)} — allowed: {reason}{purpose}."

    @property
    def sentence(self) -> str:
        """The whole line."""
        return f"{self.who.told}, {self.said}" if self.who.roles else f"{self.who.told} {self.said}"

    @property
    def codes(self) -> tuple[tuple[str, Title], ...]:
        """Each code of the decision with its title."""
        return tuple((code, title(code)) for code in (self.event.code, *self.event.grounds))

    @property
    def withheld(self) -> tuple[tuple[str, Title], ...]:
        """Why a part was not shown, for the officer."""
        return tuple((code, title(code)) for code in self.event.withheld)

    @property
    def closest(self) -> Title | None:
        """Of a refusal, the ground that came closest."""
        return title(self.event.ground) if self.event.ground else None


def purpose_said(code: str) -> str:
    """`legal-process` → `legal process`; a code alone, and never what somebody typed."""
    return code.replace("-", " ")


def classes_said(classes: Iterable[DataClass]) -> str:
    """`directory information and education records`; empty for none."""
    found = [text for one, text in CLASSES.items() if one in set(classes)]
    return listed(found)


def extent(event: AccessRecorded) -> str:
    """` (14 entries, education records)`; empty where nothing of the record was shown."""
    if event.action in FOLDED:
        return ""
    shown = [count(len(event.facts), "entry", "entries")] if event.facts else []
    classes = classes_said(event.classes)
    told = ", ".join([*shown, classes] if classes else shown)
    return f" ({told})" if told else ""


def folded(accesses: Sequence[Access], zone: ZoneInfo) -> list[Told]:
    """The lines, in the order given; listings of one day that say the same are one line."""
    lines: dict[object, list[Access]] = {}
    for access in accesses:
        event = access.event
        alike: object = access.position
        if event.action in FOLDED:
            alike = (
                access.day(zone), access.who.id, event.learner, event.action, event.allowed,
                event.code, event.purpose, event.place,
            )  # fmt: skip
        lines.setdefault(alike, []).append(access)
    return [Told(tuple(found)) for found in lines.values()]


def by_day(lines: Sequence[Told], zone: ZoneInfo) -> list[tuple[date, list[Told]]]:
    """The lines in groups of a day."""
    grouped = groupby(lines, key=lambda line: line.latest.day(zone))
    return [(day, list(found)) for day, found in grouped]


# -- lines of the record of disclosures ------------------------------------------------------------


def lines_of(access: Access) -> tuple[Line, ...]:
    """The lines that an access has in the record of disclosures: one for each ground."""
    event = access.event
    line = Line(
        learner=event.learner,
        at=event.recorded_at,
        asked_by=event.entered_by,
        recipient=event.recipient or event.entered_by,
        action=event.action,
        purpose=event.purpose or "",
        interest=purpose_said(event.purpose or ""),
        allowed=event.allowed,
        code=event.code,
        classes=frozenset(event.classes),
        keeping=Keeping.RECORD,
        consents=event.consents,
    )
    if not event.allowed:
        closest = GROUNDS.get(event.ground or "")
        staff = event.action is not Action.DISCLOSED and not STAFF.isdisjoint(access.who.roles)
        # To ask for what is not there is no request that was refused.
        kept = not staff and event.code != NOT_SHOWN
        return (
            replace(
                line,
                keeping=Keeping.RECORD if kept else Keeping.EXEMPT,
                exemption="FERPA-99.32-d-2" if staff else None,
                # That a sealed paper was not enough must stay as unknown as the paper.
                family_sees=closest.family_sees if closest else True,
            ),
        )
    return tuple(_by_ground(line, code, GROUNDS.get(code)) for code in access.grounds)


def _by_ground(line: Line, code: str, ground: Ground | None) -> Line:
    if ground is None:  # who works at the server itself is the district's own
        return replace(line, code=code, keeping=Keeping.EXEMPT, exemption="FERPA-99.32-d-2")
    reached = line.classes & ground.reaches
    return replace(
        line,
        code=code,
        classes=reached,
        keeping=ground.keeping,
        exemption=ground.exemption,
        idea=DataClass.SPECIAL_ED in reached and not ground.idea_exempt,
        consents=line.consents if code.startswith("FERPA-99.30") else (),
        family_sees=ground.family_sees,
    )


# -- the family's lines ---------------------------------------------------------------------------


def family_lines(access: Access, silent: frozenset[DataClass]) -> tuple[Line, ...]:
    """Of the lines of an access, those that a family is told; what is withheld is not there."""
    return () if access.withheld else for_family(lines_of(access), silent)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a person did of a learner on one day, as the family is told."""

    day: date
    who: Who
    acts: tuple[str, ...]
    tried: tuple[str, ...]  # what was refused
    classes: frozenset[DataClass]
    reasons: tuple[str, ...]
    purposes: tuple[str, ...]
    positions: tuple[int, ...]  # of the lines of the log that it is told from

    @property
    def sentence(self) -> str:
        """`Ms Rivera, counselor, opened the profile. Why: …, for counseling.`"""
        comma = "," if self.who.roles else ""
        told = []
        if self.acts:
            seen = classes_said(self.classes)
            told.append(f"{self.who.told}{comma} {listed(self.acts)}.")
            told += [f"What was seen: {seen}."] if seen else []
            purpose = f", for {listed(self.purposes)}" if self.purposes else ""
            told.append(f"Why: {'; '.join(self.reasons)}{purpose}.")
        if self.tried:
            subject = "The same person" if self.acts else f"{self.who.told}{comma}"
            told.append(f"{subject} tried to {listed(self.tried)} and was refused.")
        return " ".join(told)


def visits(
    accesses: Iterable[Access], silent: frozenset[DataClass], zone: ZoneInfo
) -> Iterator[Visit]:
    """The family's lines, the latest day first: one for each person and day.

    The accesses come the latest first. Why somebody was refused is for the officer: it may tell
    of what the family is not to know of.
    """
    for day, found in groupby(accesses, key=lambda access: access.day(zone)):
        people: dict[UUID, list[tuple[Access, tuple[Line, ...]]]] = {}
        for access in found:
            if seen := family_lines(access, silent):
                people.setdefault(access.who.id, []).append((access, seen))
        for told in people.values():
            yield _visit(day, told[::-1])


def first_days(told: Iterable[Visit], limit: int) -> tuple[list[Visit], date | None]:
    """Lines of whole days until there are `limit` of them, and the day before which to go on.

    That day is null where no line is left: what is withheld makes no empty page after the last.
    """
    found: list[Visit] = []
    for _, day in groupby(told, key=lambda visit: visit.day):
        if len(found) >= limit:
            return found, found[-1].day
        found += day
    return found, None


def _visit(day: date, told: Sequence[tuple[Access, tuple[Line, ...]]]) -> Visit:
    allowed = [(access, line) for access, seen in told for line in seen if line.allowed]
    return Visit(
        day=day,
        who=told[-1][0].who,
        acts=_once(_given(access) for access, _ in allowed),
        tried=_once(
            wanted(access.event.action, access.event.place)
            for access, _ in told
            if not access.event.allowed
        ),
        classes=frozenset(one for _, line in allowed for one in line.classes),
        reasons=_once(title(line.code).cited for _, line in allowed),
        purposes=_once(line.interest for _, line in allowed if line.interest),
        positions=tuple(access.position for access, _ in told),
    )


def _given(access: Access) -> str:
    return did(access.event.action, access.event.place) + to_whom(access.recipient)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
