"""The one decision: facts and a table of grounds in, allowed or not and why out.

The default is refusal. A refusal names the first condition missing in the ground that comes
closest: the one with the fewest missing among those for this purpose or for any. A ground for
another purpose is close only where the purpose is all that is missing, and an emergency that the
asker never opened only where nothing else is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.access.annual_notice import warnings_on
from domain.access.conditions import Condition
from domain.access.conditions.officials import opening_of
from domain.access.consents import weigh
from domain.access.facts import Facts, Records
from domain.access.ground import Ground, Keeping
from domain.access.notices import REDISCLOSURE, Notice
from domain.access.table import Row, Table
from domain.access.words import PartyKind, Role
from domain.words import DataClass

TO_PERSON = "route-to-person"
_TO_PERSON = (
    "No ground that this system knows covers this. Ask the privacy officer, who can decide and "
    "record the outcome."
)
# May this person open this record at all? A page asks it beside its entries, so that it opens
# though all are withheld; it is asked by itself where nothing but what is silent was asked for.
RECORD_ITSELF = Records(data_class=DataClass.EDUCATION)


@dataclass(frozen=True, slots=True)
class Part:
    """Records that are covered, and by which ground; each part is a line of its own in the log."""

    ground: Ground
    records: tuple[Records, ...]
    consents: tuple[UUID, ...]

    @property
    def notice(self) -> Notice | None:
        """The text to serve with these records, if one is due."""
        return REDISCLOSURE if self.ground.notice else None

    @property
    def idea_recorded(self) -> bool:
        """True where the record of access of IDEA 300.614 has a line for it."""
        special = any(r.data_class is DataClass.SPECIAL_ED for r in self.records)
        return special and not self.ground.idea_exempt


@dataclass(frozen=True, slots=True)
class Withheld:
    """Records that are not covered, with the true reason: for the log and the officer."""

    records: Records
    code: str
    section: str
    sentence: str
    to_person: bool
    ground: str | None = None  # the ground that comes closest
    consent: UUID | None = None  # the consent that comes closest, where that ground is consent


@dataclass(frozen=True, slots=True)
class Told:
    """What the asker may be told. It is the same whether or not there is something kept silent.

    Who is refused learns why, and not which records there would have been.
    """

    allowed: bool
    code: str
    sentence: str
    shown: tuple[Records, ...]
    withheld: tuple[tuple[Records, str], ...]
    to_person: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, and why. `code`: of the ground relied on, or of the condition missing."""

    allowed: bool
    code: str
    section: str
    sentence: str
    table: str
    parts: tuple[Part, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    shown_as_absent: tuple[Records, ...] = ()
    to_person: bool = False
    criteria: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def consents(self) -> tuple[UUID, ...]:
        """The consents relied on."""
        return tuple(dict.fromkeys(c for part in self.parts for c in part.consents))

    @property
    def notice(self) -> Notice | None:
        """The notice to serve with the answer, if any part of it needs one."""
        return next((part.notice for part in self.parts if part.notice), None)

    @property
    def exempt(self) -> bool:
        """True where no part has to go into the record of disclosures of 99.32."""
        return bool(self.parts) and all(p.ground.keeping is not Keeping.RECORD for p in self.parts)

    def told(self) -> Told:
        """The answer without what the asker must not learn the existence of."""
        shown = tuple(r for part in self.parts for r in part.records)
        silent = set(self.shown_as_absent)
        if not self.allowed:
            return Told(False, self.code, self.sentence, (), (), self.to_person)
        open_about = [w for w in self.withheld if w.records not in silent]
        withheld = tuple((w.records, w.code) for w in open_about)
        to_person = any(w.to_person for w in open_about)
        return Told(self.allowed, self.code, self.sentence, shown, withheld, to_person)


def decide(facts: Facts, table: Table) -> Decision:
    """Whether the request is allowed, on what ground, and what of it is withheld and why."""
    asked, silent = facts.request.asked, facts.law.silent
    gate = table.gate_failing(facts, RECORD_ITSELF)
    if gate is not None:
        return _refused(facts, table, tuple(_lacking(r, gate) for r in asked), gate)

    covered: dict[str, tuple[Ground, list[Records], list[UUID]]] = {}
    withheld: list[Withheld] = []
    open_row: Row | None = None
    kept_row: Row | None = None
    refusal: Withheld | None = None
    for records in asked:
        verdict = _judge(facts, records, table)
        if isinstance(verdict, Withheld):
            withheld.append(verdict)
            if records.in_law not in silent:
                refusal = refusal or verdict
            continue
        _cover(facts, covered, verdict.ground, records)
        if records.in_law not in silent:
            open_row = open_row or verdict
        else:
            kept_row = kept_row or verdict
    if open_row is None and refusal is None:
        # Nothing was asked for but what may be kept silent: the answer is that for no entry at all.
        verdict = _judge(facts, RECORD_ITSELF, table)
        if isinstance(verdict, Withheld):
            refusal = verdict
        else:
            open_row = verdict
    row = open_row or kept_row
    if row is None:
        return _refused(facts, table, tuple(withheld), refusal or _unknown(RECORD_ITSELF))
    return _allowed(facts, table, row.ground, covered, withheld)


def _allowed(
    facts: Facts,
    table: Table,
    ground: Ground,
    covered: dict[str, tuple[Ground, list[Records], list[UUID]]],
    withheld: list[Withheld],
) -> Decision:
    by_criteria = "criteria_published" in ground.conditions
    notice = facts.notice if by_criteria else None
    return Decision(
        allowed=True,
        code=ground.code,
        section=ground.section,
        sentence=ground.title,
        table=table.version,
        parts=tuple(
            Part(found, tuple(records), tuple(dict.fromkeys(consents)))
            for found, records, consents in covered.values()
        )
        or (Part(ground, (), ()),),
        withheld=tuple(withheld),
        shown_as_absent=_absent(facts, withheld, allowed=True),
        to_person=any(w.to_person for w in withheld),
        criteria=notice.criteria if notice else None,
        warnings=_warnings(facts) if by_criteria else (),
    )


def _refused(
    facts: Facts, table: Table, withheld: tuple[Withheld, ...], why: Condition | Withheld
) -> Decision:
    return Decision(
        allowed=False,
        code=why.code,
        section=why.section,
        sentence=why.sentence,
        table=table.version,
        withheld=withheld,
        shown_as_absent=_absent(facts, withheld, allowed=False),
        to_person=why.to_person,
    )


def _judge(facts: Facts, records: Records, table: Table) -> Row | Withheld:
    """The ground that covers these records, or what is missing in the one that comes closest."""
    rows = table.open_to(facts, records)
    for row in rows:
        for condition in row.conditions:
            if not condition.test(facts, records):
                break
        else:
            for veto in table.vetoes_for(records):
                if not veto.test(facts, records):
                    return _lacking(records, veto, row.ground)
            return row
    return _closest(facts, records, rows)


def _closest(facts: Facts, records: Records, rows: tuple[Row, ...]) -> Withheld:
    best: tuple[tuple[bool, bool, int, bool], Condition, Ground] | None = None
    for row in rows:
        lacking = [c for c in row.conditions if not c.test(facts, records)]
        other_purpose = lacking[0].name == "purpose_fits"
        if other_purpose and len(lacking) > 1:
            continue  # made for something else, and not nearly met: it would explain nothing
        # Of equals, a ground made for the purpose says more than one that is open to any.
        distance = (
            other_purpose,
            _never_opened(facts, row.ground),
            len(lacking),
            not row.ground.purposes,
        )
        if best is None or distance < best[0]:
            best = (distance, lacking[0], row.ground)
    if best is None:
        return _unknown(records)
    _, missing, ground = best
    consent = weigh(facts, records).consent if _relies_on_consent(ground) else None
    return _lacking(records, missing, ground, consent.id if consent else None)


def _lacking(
    records: Records,
    missing: Condition,
    ground: Ground | None = None,
    consent: UUID | None = None,
) -> Withheld:
    return Withheld(
        records,
        missing.code,
        missing.section,
        missing.sentence,
        missing.to_person,
        ground.code if ground else None,
        consent,
    )


def _unknown(records: Records) -> Withheld:
    return Withheld(records, TO_PERSON, "34 CFR 99.31(d)", _TO_PERSON, to_person=True)


def _relies_on_consent(ground: Ground) -> bool:
    return "consent_on_file" in ground.conditions


def _never_opened(facts: Facts, ground: Ground) -> bool:
    """True of an emergency that nobody declared: it lacks little, and yet it explains nothing."""
    return "opening_lasts" in ground.conditions and opening_of(facts) is None


def _cover(
    facts: Facts,
    covered: dict[str, tuple[Ground, list[Records], list[UUID]]],
    ground: Ground,
    records: Records,
) -> None:
    _, found, consents = covered.setdefault(ground.code, (ground, [], []))
    found.append(records)
    if _relies_on_consent(ground) or PartyKind.TRANSITION_AGENCY in facts.recipient.kinds:
        consent = weigh(facts, records)
        if consent.covers and consent.consent is not None:
            consents.append(consent.consent.id)


def _absent(facts: Facts, withheld: Iterable[Withheld], *, allowed: bool) -> tuple[Records, ...]:
    """What looks as if nothing were there; the officer, where admitted, sees the true reason."""
    if allowed and Role.COMPLIANCE_OFFICER in facts.on_duty_as:
        return ()
    return tuple(w.records for w in withheld if w.records.in_law in facts.law.silent)


def _warnings(facts: Facts) -> tuple[str, ...]:
    """What the privacy officer is told beside an answer that is allowed."""
    return warnings_on(facts.today, facts.file.annual_notices, facts.policy)
