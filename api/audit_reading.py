"""Reading the audit log: what was recorded, and who looked, narrowed in any combination.

Who looked is told the privacy officer alone; the family has a view of its own. A filter that looks
into the lines would let the watched reader note lines that nobody was shown, so the log is read by
the reader beneath it, and what is shown of it goes through the sight.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from uuid import UUID

from api.compose import System
from api.seen import Seen
from api.sight import current
from api.who_saw_reading import OFFICER, event_of, need_officer
from domain.access.words import Action
from domain.errors import Denied
from domain.event import ACCESS, EVENTS, PERSON
from domain.people import district_id
from projections.reading import READS, AuditLine, InstantAhead, Reader
from projections.standing import Standing

BATCH = 500
MOST = 10_000  # lines, or numbers, looked through for one page; past that the page says so
KEPT_BY_OFFICER = (
    "Who looked, who was refused and what was exported is kept by the privacy officer, and so are "
    "files of the log. Ask the officer. What was recorded is open to you without a kind."
)


@dataclass(frozen=True, slots=True)
class Kind:
    """Some of the log. `groups`: of events. `wanted`: which lines of the reads."""

    name: str
    groups: frozenset[str]
    wanted: Callable[[AuditLine], bool] | None = None

    @property
    def topics(self) -> list[str]:
        return [topic for topic, event in EVENTS.items() if event.SPEC.group in self.groups]

    @property
    def reads(self) -> bool:
        """Whether it tells who looked."""
        return "access" in self.groups


def _exported(line: AuditLine) -> bool:
    event = event_of(line)
    return event.allowed and event.action is Action.EXPORTED


def _read(line: AuditLine) -> bool:
    return event_of(line).allowed and not _exported(line)


def _refused(line: AuditLine) -> bool:
    return not event_of(line).allowed


WITHOUT_READS = "everything that was recorded"
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "changes": Kind("changes to records", frozenset({"learner", "facts", "changes", "goals"})),
        "consents": Kind("consents and opt-outs", frozenset({"consent", "online"})),
        "reviews": Kind("reviews", frozenset({"reviews"})),
        "disclosures": Kind(
            "disclosures, emergencies and oversight",
            frozenset({"disclosures", "emergencies", "oversight"}),
        ),
        "roles": Kind("roles and rules", frozenset({"people", "district", "rules"})),
        "reads": Kind("reads", frozenset({"access"}), _read),
        "refusals": Kind("refusals", frozenset({"access"}), _refused),
        "exports": Kind("exports", frozenset({"access"}), _exported),
    }
)
ALL = "all"  # what was recorded, and who looked


def kind_of(line: AuditLine) -> str:
    """Which of `KINDS` a line is."""
    return next(
        code
        for code, kind in KINDS.items()
        if line.event.SPEC.group in kind.groups and (kind.wanted is None or kind.wanted(line))
    )


@dataclass(frozen=True, kw_only=True)
class Narrow:
    """Which lines of the log. `kind`: of `KINDS`, `ALL`, or empty for all but who looked.

    `types` are event types, none of them for all; days are those of recording, in the district's
    zone; `last` is included.
    """

    kind: str = ""
    person: UUID | None = None
    types: frozenset[str] = field(default=frozenset())
    first: date | None = None
    last: date | None = None
    learner: UUID | None = None

    @cached_property
    def topics(self) -> list[str] | None:
        """The event types to look for; null for what the log tells without being asked."""
        if not self.kind and not self.types:
            return None
        of_kind = KINDS[self.kind].topics if self.kind in KINDS else list(EVENTS)
        return sorted(set(of_kind) & self.types) if self.types else of_kind

    @property
    def reads(self) -> bool:
        """Whether it asks who looked."""
        return bool(set(self.topics or ()) & set(READS))

    def wants(self, line: AuditLine) -> bool:
        found = KINDS[self.kind].wanted if self.kind in KINDS else None
        return found is None or found(line)


@dataclass(frozen=True, slots=True)
class Found:
    """Some lines, the latest first, and the position before which to go on; null at the end."""

    lines: Sequence[AuditLine]
    next: int | None


# -- who may --------------------------------------------------------------------------------------


def keeps_log() -> bool:
    """Whether the asker keeps the district's log: the privacy officer, or who runs the server."""
    return current().asker.keeps_log


def need_keeper(system: System) -> None:
    """Raise `Denied`, noted on the district's own record, for anybody who does not keep the log."""
    if keeps_log():
        return
    sight, district = current(), district_id(system.settings.tenant)
    seen = sight.seen.setdefault(district, Seen(sight.action, False, OFFICER))
    seen.allowed, seen.code = False, OFFICER
    raise Denied(OFFICER, KEPT_BY_OFFICER)


def need_right(system: System, asked: Narrow) -> None:
    """Raise `Denied` where who looked is asked for by somebody who may not know."""
    if not asked.reads:
        return
    if asked.learner is None:
        need_keeper(system)
    else:
        need_officer(asked.learner)


# -- which lines ----------------------------------------------------------------------------------


def look(
    system: System, asked: Narrow, *, before: int | None = None, limit: int, at: Standing
) -> Found:
    """At most `limit` lines before a position. Raises `Denied`.

    A page may be short, where too many other lines lie between: `next` goes on.
    """
    need_right(system, asked)
    sight, shown, looked = current(), list[AuditLine](), 0
    before = position_before(system, asked.last, before)
    first, following = _part(system, asked, before, at)
    size = limit + 1 if asked.kind in ("", ALL) or not asked.reads else BATCH
    for batch in _batches(system, asked, before, at=at, size=size, largest=MOST, first=first):
        left = batch.wanted
        if len(left) > limit + 1 - len(shown):
            left = _open(left)
        while left and len(shown) <= limit:
            some = limit + 1 - len(shown)
            told, left = sight.lines(left[:some]), left[some:]
            # Whose a withheld line is, is not told by its being found under a person either.
            shown += [line for line in told if not (line.withheld and asked.person)]
        if len(shown) > limit:
            return Found(shown[:limit], shown[limit - 1].position)
        looked += batch.looked
        if keeps_log() and looked >= MOST and batch.next is not None:
            return Found(shown, batch.next)
    return Found(shown, following)


def _open(lines: Sequence[AuditLine]) -> list[AuditLine]:
    """Those that may be shown. They are decided on together, and none of them is noted yet."""
    return replace(current(), seen={}, denials={}).lines(lines)


def _part(
    system: System, asked: Narrow, before: int | None, at: Standing
) -> tuple[int, int | None]:
    """The first position that a page looks at, and that before which to go on; null at the end.

    It must not follow from lines that are hidden from the asker, so it is told by numbers and days
    alone, and leads on even where nothing is left. Of one learner a record is short, and who keeps
    the log is shown nearly all of it: nothing is cut off by numbers there.
    """
    if asked.learner is not None or keeps_log():
        return 0, None
    first = (at.position + 1 if before is None else min(before, at.position + 1)) - MOST
    begins = 1
    if asked.first is not None and asked.first > date.min:
        begins = position_before(system, asked.first - timedelta(days=1)) or first
    return max(first, begins), first if first > begins else None


def pieces(system: System, asked: Narrow, at: Standing) -> Iterator[list[AuditLine]]:
    """All lines asked for, the latest first, in pieces; none of them is noted yet."""
    before = position_before(system, asked.last)
    for batch in _batches(system, asked, before, at=at, size=BATCH, largest=BATCH):
        if batch.wanted:
            yield batch.wanted


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some of the log. `next`: the position before which it goes on, null at its end."""

    looked: int
    wanted: list[AuditLine]
    next: int | None


def _batches(
    system: System,
    asked: Narrow,
    before: int | None,
    *,
    at: Standing,
    size: int,
    largest: int,
    first: int = 0,
) -> Iterator[_Batch]:
    """The lines asked for, until the log or the days end, from position `first` on.

    More at once each time: a record that many lines are about is decided on once for all of them.
    """
    while True:
        top = at.position + 1 if before is None else before
        size = max(min(size, top - first), 1)
        found = Reader.audit(
            system.reader,
            learner=asked.learner,
            person=asked.person,
            topics=asked.topics,
            before=before,
            limit=size,
            at=at,
        )
        kept = [x for x in found if x.position >= first and not _too_early(x, system, asked.first)]
        before = found[-1].position if found and len(kept) == size else None
        if before is not None and before <= first:
            before = None
        yield _Batch(len(found), [line for line in kept if asked.wants(line)], before)
        if before is None:
            return
        size = min(4 * size, largest)


def position_before(system: System, last: date | None, before: int | None = None) -> int | None:
    """The position before which to begin, so that nothing is later than the end of a day."""
    if last is None or last >= system.context().today:
        return before
    ends = midnight(system, last + timedelta(days=1)) - timedelta(microseconds=1)
    try:
        end = system.reader.position_at(ends) + 1
    except InstantAhead:  # the database's clock is behind ours
        return before
    return end if before is None else min(before, end)


def _too_early(line: AuditLine, system: System, first: date | None) -> bool:
    return first is not None and day_of(line, system) < first


def day_of(line: AuditLine, system: System) -> date:
    """The district's day on which it was recorded."""
    return line.event.recorded_at.astimezone(system.zone).date()


def midnight(system: System, day: date) -> datetime:
    """The instant at which a day of the district begins."""
    return datetime.combine(day, time.min, system.zone).astimezone(UTC)


def is_read(line: AuditLine) -> bool:
    """Whether a line tells that somebody looked."""
    return line.event.SPEC.record == ACCESS


def is_learners(line: AuditLine) -> bool:
    """Whether a line is about a learner, and not about a person's or the district's record."""
    return line.event.SPEC.record != PERSON
