"""The ledger of a learner: every consent and opt-out there ever was, with what became of it.

It is read from the log, for a profile knows only what holds on a day: here stand those too that
have run out, were withdrawn or voided, or are still to come.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from api.compose import System
from api.desk import Asker
from api.pages import words
from domain.access.named import id_of, names_nothing
from domain.access.policy import AtTransfer
from domain.access.rights import Holder
from domain.access.signing import Signers, regimes_of
from domain.consent import (
    AssentDeclined,
    AssentGiven,
    ConsentConfirmed,
    ConsentGranted,
    ConsentVoided,
    ConsentWithdrawn,
    DirectoryOptOutLifted,
    DirectoryOptOutSet,
)
from domain.event import Attachment, Event
from projections.entries import Provenance, Stretch, provenance
from projections.standing import Standing

TOPICS = [
    cls.TOPIC
    for cls in (
        ConsentGranted,
        ConsentWithdrawn,
        ConsentVoided,
        ConsentConfirmed,
        AssentGiven,
        AssentDeclined,
    )
]
OPT_OUTS = [DirectoryOptOutSet.TOPIC, DirectoryOptOutLifted.TOPIC]
PAGE = 1000  # events of a reading
ERASED = "Its content was erased"


@dataclass(frozen=True)
class Scan:
    """A scan, and the entry on whose record it is kept."""

    entry: Event
    file: Attachment

    @property
    def address(self) -> str:
        return f"/learners/{self.entry.originator_id}/scans/{self.file.id}"


@dataclass
class Kept:
    """A consent of the ledger. `stands`: how it does today, in words; `live`: it covers.

    `ran_out`: its last day is over, and it was not withdrawn by then.
    """

    granted: ConsentGranted
    withdrawn: ConsentWithdrawn | None = None
    voided: ConsentVoided | None = None
    confirmed: ConsentConfirmed | None = None
    assents: list[AssentGiven | AssentDeclined] = field(default_factory=list)
    stands: str = ""
    live: bool = False
    ran_out: bool = False
    recipient: str = ""
    days_late: int = 0  # from the day it counts from to the day it was entered here

    @property
    def id(self) -> UUID:
        return self.granted.consent

    @property
    def open(self) -> bool:
        """True where it was neither withdrawn nor found never to have been valid."""
        return self.withdrawn is None and self.voided is None

    @property
    def records(self) -> str:
        return words.listed([str(one) for one in self.granted.records])

    @property
    def purpose(self) -> str:
        return self.granted.purpose.replace("-", " ")

    @property
    def signed(self) -> Stretch | None:
        when = self.granted.effective
        return Stretch(when.start, None) if when else None

    @property
    def counts_from(self) -> date | None:
        """The later of signed and received; null where it bears no day."""
        signed = self.signed.start if self.signed else None
        return max(signed, self.granted.received_on or signed) if signed else None

    @property
    def scans(self) -> list[Scan]:
        """The files of the signed paper, with the entry that each belongs to."""
        entries: list[Event] = [e for e in (self.granted, self.confirmed) if e and not e.erased]
        return [Scan(entry, file) for entry in entries for file in entry.attachments]

    @property
    def needs_second_person(self) -> bool:
        """True where a second person has to look at it before it covers an earlier access."""
        done = self.confirmed is not None or self.voided is not None or self.granted.erased
        return self.days_late > 0 and self.granted.signer is not None and not done

    @property
    def came(self) -> Provenance:
        """How the consent came here."""
        return provenance(self.granted)

    @property
    def unknown(self) -> list[str]:
        """The words for records that name nothing the records know, so that they cover nothing."""
        return [str(one) for one in self.granted.records if names_nothing(str(one))]

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, where it bears one."""
        when = self.granted.effective
        ends = [d for d in (self.granted.expires, when.until if when else None) if d]
        return min(ends) - timedelta(days=1) if ends else None


def ledger(system: System, asker: Asker, learner: UUID, at: Standing) -> list[Kept]:
    """Every consent on the records of this person, the last signed first.

    Raises `Denied` where one of the records may not be opened.
    """
    records = records_of(asker, learner)
    found: dict[tuple[UUID, UUID], Kept] = {}
    for record in records:
        for event in reversed(list(events_of(system, record, at))):
            if event.originator_id == record:
                take(found, event)
    today = system.context().today
    kept = sorted(
        found.values(),
        key=lambda one: (one.signed.start if one.signed else None) or date.min,
        reverse=True,
    )
    for one in kept:
        one.ran_out = ran_out(one, today)
        one.stands, one.live = standing_of(one, asker, learner, today)
        one.days_late = days_late(one, system)
        if not one.granted.erased:
            one.recipient = party(asker, one.granted.recipient)
    return kept


@dataclass
class KeptOptOut:
    """An opt-out of directory information in the ledger."""

    opted: DirectoryOptOutSet
    lifted: DirectoryOptOutLifted | None = None

    @property
    def id(self) -> UUID:
        return self.opted.opt_out

    @property
    def since(self) -> Stretch | None:
        when = self.opted.effective
        return Stretch(when.start, None) if when else None

    @property
    def scans(self) -> list[Scan]:
        return [] if self.opted.erased else [Scan(self.opted, f) for f in self.opted.attachments]

    @property
    def came(self) -> Provenance:
        return provenance(self.opted)


def opt_outs(system: System, asker: Asker, learner: UUID, at: Standing) -> list[KeptOptOut]:
    """Every opt-out on the records of this person, the last entered first."""
    found: dict[tuple[UUID, UUID], KeptOptOut] = {}
    for record in records_of(asker, learner):
        for event in reversed(list(events_of(system, record, at, OPT_OUTS))):
            match event:
                case DirectoryOptOutSet() if event.originator_id == record:
                    found[record, event.opt_out] = KeptOptOut(event)
                case DirectoryOptOutLifted() if (record, event.opt_out) in found:
                    found[record, event.opt_out].lifted = event
                case _:
                    pass
    return sorted(found.values(), key=lambda one: one.opted.position, reverse=True)


def records_of(asker: Asker, learner: UUID) -> list[UUID]:
    """The records of this person, this one first."""
    return [learner, *sorted(asker.look([learner]).learners[learner].merged - {learner})]


def days_late(one: Kept, system: System) -> int:
    """How many days after it counts it was entered here; none of what an import brought."""
    if one.counts_from is None or one.granted.source_recorded_at is not None:
        return 0
    entered = one.granted.recorded_at.astimezone(system.zone).date()
    return max((entered - one.counts_from).days, 0)


def events_of(
    system: System, record: UUID, at: Standing, topics: Sequence[str] = TOPICS
) -> Iterator[Event]:
    """What was said about consents on a record, the latest first."""
    before = None
    while True:
        lines = system.reader.audit(learner=record, topics=topics, before=before, limit=PAGE, at=at)
        yield from (line.event for line in lines)
        if len(lines) < PAGE:
            return
        before = lines[-1].position


def take(found: dict[tuple[UUID, UUID], Kept], event: Event) -> None:
    """Add an event, in the order of their positions."""
    if isinstance(event, ConsentGranted):
        found[event.originator_id, event.consent] = Kept(event)
        return
    one = found.get((event.originator_id, getattr(event, "consent", event.originator_id)))
    if one is None:
        return
    match event:
        case ConsentWithdrawn():
            one.withdrawn = event
        case ConsentVoided():
            one.voided = event
        case ConsentConfirmed():
            one.confirmed = one.confirmed or event  # the first counts
        case AssentGiven() | AssentDeclined():
            one.assents.append(event)
        case _:
            pass


def ran_out(one: Kept, today: date) -> bool:
    """Whether a consent's last day is over, and it was not withdrawn by then."""
    last, ends = one.last_day, _start(one.withdrawn)
    return last is not None and last < today and (ends is None or last < ends)


def party(asker: Asker, named: str) -> str:
    """Who receives, by name where an id was given."""
    known = id_of(named)
    return (asker.desk.filed.person(known).name or named) if known else named


def standing_of(one: Kept, asker: Asker, learner: UUID, today: date) -> tuple[str, bool]:
    """How a consent stands today, and whether it covers anything."""
    granted, ends = one.granted, _start(one.withdrawn)
    start = max(d for d in (one.signed and one.signed.start, granted.received_on, date.min) if d)
    if granted.erased:
        return ERASED, False
    if one.voided is not None:
        return "Never valid", False
    if one.ran_out and one.last_day is not None:
        return f"Ran out after {words.day(one.last_day)}", False
    if ends is not None and ends <= today:
        return f"Withdrawn from {words.day(ends)}", False
    if start > today:
        return f"Holds from {words.day(start)} on", False
    nothing = covers_nothing(granted.signer, granted.records, asker, learner, today)
    if nothing:
        return nothing, False
    return (f"In force until it is withdrawn on {words.day(ends)}" if ends else "In force"), True


def covers_nothing(
    signer: UUID | None, records: Sequence[str], asker: Asker, learner: UUID, day: date
) -> str | None:
    """Why a consent that runs on a day covers nothing all the same; None where it covers."""
    if signer is None:
        return "Covers nothing: who signed is not known by an id"
    if all(names_nothing(str(one)) for one in records):
        return "Covers nothing: it names no kind of record that there is here"
    if suspended(signer, records, asker, learner, day):
        return "Suspended: a parent signed, and the rights are the learner’s own now"
    return None


def suspended(signer: UUID, records: Sequence[str], asker: Asker, learner: UUID, day: date) -> bool:
    """True where a parent signed and the rights have passed since, as the district chose it."""
    policy = asker.district.rules_on(day).policy
    if signer == learner or policy.parent_consent_at_transfer is AtTransfer.CONTINUES:
        return False
    signers = Signers(learner, asker.look([learner]).learners[learner], asker.district)
    regimes = regimes_of(records)
    return any(signers.holder(regime, day) is Holder.STUDENT for regime in regimes)


def _start(event: ConsentWithdrawn | None) -> date | None:
    """The day from which a withdrawal counts, where there is one."""
    if event is None:
        return None
    start = event.effective.start if event.effective else None
    days = [day for day in (start, event.received_on) if day]
    return max(days, default=None)


def of_id(kept: Iterable[Kept], consent: UUID) -> Kept | None:
    return next((one for one in kept if one.id == consent), None)
