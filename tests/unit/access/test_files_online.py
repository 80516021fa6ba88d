"""Consents given online as events: what a decision makes of them, day by day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from domain.access.decision import decide
from domain.access.facts import Facts, Party, Principal, Records, Request
from domain.access.filing import district_file, facts, known_at, learner_file, person_file
from domain.access.grounds import TABLE
from domain.access.words import Action, AssignmentKind, Assurance, CoppaMode, PartyKind, Role
from domain.consent import GrantConsent
from domain.event import Command, Event
from domain.identity import Capacity, EnrolLearner, LinkResponsiblePerson, MergeRecords
from domain.online import (
    AllowThirdPartyDisclosure,
    Method,
    RecordSchoolAuthorisation,
    VerifyParentalConsent,
    WithdrawOnlineConsent,
)
from domain.rules import SetPolicy
from domain.words import DataClass
from tests.unit.access.filed import ZONE, Entry, at, district, in_order, on
from tests.unit.access.filed import learner as record
from tests.unit.access.test_filing import CEDAR, staff
from tests.unit.decider import ANA, BEN, named
from tests.unit.plain import MOTHER, ONLINE
from tests.unit.plain_people import RIVERA, TUTOR

DAY, TWELVE, THIRTEEN = "2025-09-10", date(2012, 9, 11), date(2012, 9, 10)
PARENTS: dict[str, Any] = {
    "parent": MOTHER, "parent_name": "Maria Lopez", "evidence_digest": "0" * 64,
}  # fmt: skip
VERIFY = VerifyParentalConsent(online_consent=ONLINE, method=Method.PHONE, **PARENTS)
AUTHORISE = RecordSchoolAuthorisation(
    online_consent=ONLINE, official_name="Ms Park", use="reflections", evidence_digest="0" * 64
)
WITHDRAW = WithdrawOnlineConsent(online_consent=ONLINE)
REFUSED, ALLOWED = (False, "COPPA-312.5-a"), (True, "FERPA-99.31-a-12-student")
REFLECTION = Records(data_class=DataClass.EDUCATION, kind="reflection")


def child(*entries: Entry, born: date | None = TWELVE) -> list[Event]:
    """A child at North High, with a mother, whose record says more."""
    enrol = EnrolLearner(school="north-high", grade="07", effective=on("2025-08-18"))
    link = LinkResponsiblePerson(
        person=MOTHER,
        name="Maria Lopez",
        relation="mother",
        capacity=Capacity.GUARDIAN,
        effective=on("2024-08-19"),
        received_how="birth certificate",
    )
    return record((enrol, "2025-08-18"), (link, "2025-08-18"), *entries, born=born)


def chosen(mode: CoppaMode, start: str = "2025-08-01") -> Entry:
    """The district's choice how COPPA applies, with its reason."""
    why = "The board decided it on 12 August."
    policy = SetPolicy(
        version=f"p-{mode.replace('_', '-')}", jurisdiction="US", coppa=mode, reason=why,
        effective=on(start),
    )  # fmt: skip
    return policy, "2025-08-01"


def answer(events: list[Event], *papers: Entry, day: str = DAY) -> tuple[bool, str]:
    """Whether the child may write a reflection, signed in by itself, and the code."""
    request = Request(
        principal=Principal(
            id=ANA, roles=frozenset({Role.LEARNER}), district=CEDAR, assurance=Assurance.STRONG
        ),
        action=Action.WRITTEN,
        purpose="family",
        at=at(day),
        asked=(REFLECTION,),
    )
    decision = decide(of(request, events, *papers), TABLE)
    return decision.allowed, decision.code


def of(request: Request, events: list[Event], *papers: Entry, by: Sequence[Event] = ()) -> Facts:
    file, people = learner_file(ANA, events), [(RIVERA, person_file(RIVERA, by))]
    return facts(request, ANA, file, people, district_file(district(*papers)), ZONE, CEDAR)


@pytest.mark.law("COPPA", "under-13")
def test_a_child_of_twelve_answers_once_a_parents_consent_was_verified() -> None:
    assert answer(child()) == REFUSED
    assert answer(child((VERIFY, DAY))) == ALLOWED
    assert answer(child((VERIFY, DAY)), day="2025-09-09") == REFUSED
    assert answer(child(born=THIRTEEN)) == ALLOWED
    assert answer(child(born=None)) == REFUSED


@pytest.mark.law("COPPA", "gate-chosen")
def test_the_gate_is_the_districts_choice_of_that_day_and_stands_where_it_made_none() -> None:
    assert answer(child()) == REFUSED
    later = chosen(CoppaMode.NOT_APPLICABLE, "2025-09-11")
    assert answer(child(), later) == REFUSED
    assert answer(child(), later, day="2025-09-11") == ALLOWED


@pytest.mark.law("COPPA", "kept-apart")
def test_the_schools_word_counts_only_where_the_district_chose_so() -> None:
    school, parental = chosen(CoppaMode.SCHOOL_AUTHORISED), chosen(CoppaMode.PARENTAL)
    assert answer(child(), school) == REFUSED
    assert answer(child((AUTHORISE, DAY)), school) == ALLOWED
    assert answer(child((VERIFY, DAY)), school) == ALLOWED
    assert answer(child((AUTHORISE, DAY)), parental) == REFUSED


@pytest.mark.law("COPPA", "withdrawn")
def test_a_withdrawn_consent_allows_nothing_from_that_day_on() -> None:
    ended = child((VERIFY, "2025-09-01"), (WITHDRAW, DAY))
    assert answer(ended, day="2025-09-09") == ALLOWED
    assert answer(ended) == REFUSED
    again = VERIFY.model_copy(update={"online_consent": named("another")})
    assert answer(child((VERIFY, "2025-09-01"), (WITHDRAW, DAY), (again, "2025-09-12"))) == REFUSED
    found = child((VERIFY, "2025-09-01"), (WITHDRAW, DAY), (again, "2025-09-12"))
    assert answer(found, day="2025-09-12") == ALLOWED


def test_before_it_was_recorded_nobody_knew_of_it() -> None:
    events = child((VERIFY, DAY))
    assert answer(known_at(events, at("2025-09-09"))) == REFUSED


def test_a_consent_whose_content_was_erased_allows_nothing() -> None:
    kept = child((VERIFY, DAY))
    gone = [e.model_copy(update={"erased": e.TOPIC == "parental-consent-verified"}) for e in kept]
    assert answer(gone) == REFUSED


def test_a_consent_on_a_merged_record_counts_until_the_records_are_apart() -> None:
    merge = MergeRecords(other=BEN, reason="Same birth certificate.")
    other = record((VERIFY, "2025-09-01"), owner=BEN, born=TWELVE)
    assert answer(in_order(child((merge, "2025-09-02")), other)) == ALLOWED
    assert answer(in_order(child(), other)) == REFUSED


# -- third parties --------------------------------------------------------------------------------


def passed_on(*entries: Entry, classes: frozenset[str] = frozenset()) -> tuple[bool, str]:
    """Whether what the child gave online may go on to a tutor, to whom a consent shares it."""
    shared = GrantConsent(
        records=("attendance",), purpose="tutoring", recipient=str(TUTOR), signer=MOTHER,
        signer_name="Maria Lopez", capacity="mother", method="paper", effective=on("2025-09-01"),
    )  # fmt: skip
    by = staff(Role.COUNSELOR, AssignmentKind.SCHOOL, code="north-high")
    request = Request(
        principal=Principal(
            id=RIVERA, roles=frozenset({Role.COUNSELOR}), district=CEDAR, assurance=Assurance.STRONG
        ),
        action=Action.DISCLOSED,
        purpose="tutoring",
        at=at(DAY),
        asked=(Records(data_class=DataClass.EDUCATION, kind="attendance"),),
        recipient=Party(
            id=TUTOR, kinds=frozenset({PartyKind.PROVIDER}), classes=classes,
            assurance=Assurance.BASIC,
        ),
        online_sync=True,
    )  # fmt: skip
    decision = decide(of(request, child((shared, "2025-09-01"), *entries), by=by), TABLE)
    return decision.allowed, decision.code


def allow(*recipients: str, method: Method = Method.SIGNED_FORM) -> tuple[Command, str]:
    allowed = AllowThirdPartyDisclosure(
        online_consent=named("passing on"), method=method, recipients=recipients, **PARENTS
    )
    return allowed, DAY


@pytest.mark.law("COPPA", "third-party")
def test_passing_on_needs_a_consent_of_its_own_that_names_the_party() -> None:
    missing, covered = (False, "COPPA-312.5-a-2"), (True, "FERPA-99.30")
    assert passed_on() == missing
    assert passed_on((VERIFY, DAY)) == missing
    assert passed_on((AUTHORISE, DAY)) == missing
    assert passed_on((VERIFY, DAY), allow("Somebody Else")) == missing
    assert passed_on(allow(str(TUTOR))) == covered
    assert passed_on(allow("Reading tutors")) == missing
    assert passed_on(allow("Reading tutors"), classes=frozenset({"reading-tutors"})) == covered
    ended = WithdrawOnlineConsent(online_consent=named("passing on"))
    assert passed_on(allow(str(TUTOR)), (ended, DAY)) == missing


@pytest.mark.law("COPPA", "third-party")
def test_a_consent_to_passing_on_allows_to_collect_nothing() -> None:
    assert answer(child(allow(str(TUTOR)))) == REFUSED
