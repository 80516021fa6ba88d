"""Disclosures by hand, papers and emergencies: what is accepted, and what is refused."""

from dataclasses import replace
from typing import Any

import pytest

from domain.access.giving import GIVEN_BY, check_role
from domain.access.ground import Keeping
from domain.access.grounds import NOT_MODELLED, TABLE
from domain.access.words import STAFF, Action, PartyKind, Role
from domain.consent import ConfirmConsent, ConsentConfirmed
from domain.disclosures import (
    GROUNDS,
    CompleteDisclosure,
    DisclosureCompleted,
    DisclosureRecorded,
    RecordDisclosure,
    RecordRequestRefused,
    RequestRefused,
    for_officer,
)
from domain.emergencies import EmergencyOpened, EmergencyOpeningReviewed, ReviewEmergencyOpening
from domain.errors import Denied, Refused
from domain.event import EVENTS, Command
from domain.facts import ObservationRecorded
from domain.learner import open_record
from domain.online import RecordSchoolAuthorisation
from domain.vocabulary import GROUPS
from domain.words import DataClass, Retention
from projections import fold
from tests.unit.decider import (
    ANA,
    CONTEXT,
    NEXT_TERM,
    REGISTER,
    SINCE_NOBODY_KNOWS_WHEN,
    TOMORROW,
    given,
    named,
    since,
)
from tests.unit.plain import (
    CONSENT,
    DISCLOSE,
    DISCLOSURE,
    DISCLOSURES,
    GRANT,
    OBSERVE,
    OPEN,
    OPENING,
    OVERSIGHT,
    SERVE,
    Plain,
)

OTHER = replace(CONTEXT, entered_by=named("Mr Okafor"))
MAIL = DISCLOSE.model_copy(update={"ground": "FERPA-99.31-a-4", "kinds": (PartyKind.OTHER,)})
DECIDED = {"decided_by": "Mr Ellery", "reason": "The family applied for a grant."}
ON_CONSENT = DISCLOSE.model_copy(
    update={"ground": "FERPA-99.30", "kinds": (PartyKind.PROVIDER,), "consent": CONSENT}
)


def disclose(**changes: Any) -> RecordDisclosure:
    return DISCLOSE.model_copy(update=changes)


@pytest.mark.parametrize("plain", DISCLOSURES, ids=lambda plain: plain.topic)
def test_the_plain_case_is_accepted_and_kept_for_ever(plain: Plain) -> None:
    event = given(*plain.before).when(plain.command)
    event.then(EVENTS[plain.topic], retention=Retention.PERMANENT, data_class=DataClass.EDUCATION)


@pytest.mark.parametrize("code", GROUNDS)
def test_every_ground_of_the_table_is_for_giving_or_refused(code: str) -> None:
    ground = GROUNDS[code]
    kind = min(ground.to)
    command = disclose(ground=code, kinds=(kind,), consent=CONSENT)
    outcome = given(GRANT).when(command)
    if Action.DISCLOSED in ground.acts:
        outcome.then(DisclosureRecorded, ground=code)
    else:
        outcome.refused("ground", "ground-not-for-giving")


@pytest.mark.parametrize("code", NOT_MODELLED)
def test_a_ground_that_a_person_decides_on_needs_who_and_why(code: str) -> None:
    command = MAIL.model_copy(update={"ground": code})
    given().when(command.model_copy(update=DECIDED)).then(DisclosureRecorded, ground=code)
    for left_out in DECIDED:
        lacking = command.model_copy(update={**DECIDED, left_out: None})
        given().when(lacking).refused("reason", "decision-missing")


def test_what_was_given_without_a_ground_is_recorded_with_what_happened() -> None:
    given().when(disclose(ground=None)).refused("reason", "decision-missing")
    told = disclose(ground=None, reason="The envelope went to the wrong family.")
    given().when(told).then(DisclosureRecorded, ground=None)


@pytest.mark.parametrize(
    ("command", "field", "rule"),
    [
        (disclose(party_name=None), "party_name", "party-missing"),
        (disclose(ground="FERPA-99.98"), "ground", "ground-unknown"),
        (disclose(ground="FERPA-99.31-a-2"), "kinds", "ground-for-others"),
        (ON_CONSENT.model_copy(update={"consent": None}), "consent", "consent-missing"),
        (ON_CONSENT, "consent", "consent-unknown"),
        (disclose(emergency=named("none")), "emergency", "emergency-unknown"),
        (disclose(effective=since(TOMORROW)), "effective", "effective-in-future"),
        (disclose(data_class=DataClass.SPECIAL_ED), "data_class", "data-class-not-allowed"),
        (CompleteDisclosure(disclosure=DISCLOSURE), "disclosure", "disclosure-unknown"),
        (
            SERVE.model_copy(update={"effective": SINCE_NOBODY_KNOWS_WHEN}),
            "effective",
            "start-unknown",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_names_what_is_missing(command: Command, field: str, rule: str) -> None:
    given().when(command).refused(field, rule)


@pytest.mark.parametrize("records", [[], ["*"], ["all"], [" Any "]])
def test_a_disclosure_names_its_records(records: list[str]) -> None:
    body = {**DISCLOSE.model_dump(), "records": records}
    with pytest.raises(ValueError, match=r"particular|at least 1"):
        RecordDisclosure.model_validate(body)


def test_a_disclosure_is_completed_with_something() -> None:
    given(DISCLOSE).when(CompleteDisclosure(disclosure=DISCLOSURE)).refused(
        "interest", "nothing-added"
    )
    more = CompleteDisclosure(disclosure=DISCLOSURE, interest="Treats her.")
    given(DISCLOSE).when(more).then(DisclosureCompleted)


def test_a_paper_may_hold_from_a_later_day_on() -> None:
    later = SERVE.model_copy(update={"effective": since(NEXT_TERM)})
    given().when(later).then(EVENTS["legal-process-recorded"], effective=since(NEXT_TERM))


# -- a second person ----------------------------------------------------------------------------

REVIEW = ReviewEmergencyOpening(opening=OPENING, justified=True, finding="It was urgent.")


@pytest.mark.parametrize(
    ("first", "second", "event", "field"),
    [
        (GRANT, ConfirmConsent(consent=CONSENT), ConsentConfirmed, "consent"),
        (OPEN, REVIEW, EmergencyOpeningReviewed, "opening"),
    ],
    ids=["consent", "opening"],
)
def test_somebody_else_confirms_and_reviews(
    first: Command, second: Command, event: type, field: str
) -> None:
    given(first).when(second).refused(field, "second-person-needed")
    learner = open_record(ANA, REGISTER, CONTEXT)
    learner.do(first, CONTEXT)
    assert type(learner.do(second, OTHER)) is event


def test_an_opening_is_reviewed_once_and_who_opened_it_is_who_entered_it() -> None:
    learner = open_record(ANA, REGISTER, CONTEXT)
    opened = learner.do(OPEN, CONTEXT)
    assert isinstance(opened, EmergencyOpened)
    assert learner.items[OPENING].by == opened.entered_by == CONTEXT.entered_by
    learner.do(REVIEW, OTHER)
    with pytest.raises(Refused) as refused:
        learner.do(REVIEW, OTHER)
    assert refused.value.rule == "opening-reviewed"


# -- who may give it, and who is told ------------------------------------------------------------


@pytest.mark.parametrize("command", GIVEN_BY, ids=lambda c: c.__name__)
@pytest.mark.parametrize("role", Role)
def test_only_those_of_the_list_give_such_a_command(command: type[Command], role: Role) -> None:
    assert GIVEN_BY[command] <= STAFF
    if role in GIVEN_BY[command]:
        check_role(command, frozenset({role}))
        return
    with pytest.raises(Denied) as denied:
        check_role(command, frozenset({role}))
    assert denied.value.code in ("local-staff-only", "local-officer-only")


def test_every_command_of_these_groups_says_who_may_give_it() -> None:
    groups = ("disclosures", "emergencies", "oversight")
    assert set(groups) <= set(GROUPS)
    of_them = {e.COMMAND for e in EVENTS.values() if e.SPEC.group in groups}
    assert of_them | {ConfirmConsent, RecordSchoolAuthorisation} == set(GIVEN_BY)


@pytest.mark.parametrize("plain", [*DISCLOSURES, *OVERSIGHT], ids=lambda plain: plain.topic)
def test_what_stays_with_the_officer_is_on_no_timeline(plain: Plain) -> None:
    event = given(*plain.before).when(plain.command).then(EVENTS[plain.topic])
    told = {"disclosure-recorded", "request-refused", "enrolment-elsewhere-sought"}
    assert for_officer(event) is (plain.topic not in told)
    rows = fold.timeline([], event) if fold.timeline.line(event) else []
    assert len(rows) == (0 if for_officer(event) else 1)
    assert fold.profile.line(event) is None


@pytest.mark.parametrize("code", [g.code for g in TABLE.grounds if Action.DISCLOSED in g.acts])
def test_sealed_and_child_welfare_disclosures_stay_with_the_officer(code: str) -> None:
    ground = GROUNDS[code]
    command = disclose(ground=code, kinds=(min(ground.to),), consent=CONSENT)
    event = given(GRANT).when(command).then(DisclosureRecorded)
    kept = ground.keeping is Keeping.SEALED or code == "USC-1232g-b-1-L"
    assert for_officer(event) is kept
    assert (fold.timeline([], event) == []) is kept


def test_a_refusal_of_which_nobody_may_tell_stays_with_the_officer() -> None:
    plain = next(p for p in DISCLOSURES if p.topic == "request-refused")
    assert isinstance(plain.command, RecordRequestRefused)
    command = plain.command.model_copy(update={"silence": True})
    event = given().when(command).then(RequestRefused)
    assert for_officer(event)
    assert fold.timeline([], event) == []


def test_an_entry_of_another_group_is_for_everybody() -> None:
    assert not for_officer(given().when(OBSERVE).then(ObservationRecorded))
