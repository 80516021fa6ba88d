"""Consent to collect online: what shows it, how it was verified, its end."""

from typing import Any

import pytest

from domain.access.evidence import Guardianship, RightsStopped
from domain.access.files_learners import LearnerFile
from domain.access.giving import check_role
from domain.access.rights import RightsEvidence
from domain.access.signing import check_parent
from domain.access.words import Capacity, Role
from domain.consent import WithdrawConsent
from domain.errors import Denied, Refused
from domain.event import Attachment, Command, Part
from domain.online import (
    AllowThirdPartyDisclosure,
    Method,
    OnlineConsentWithdrawn,
    ParentalConsentVerified,
    RecordSchoolAuthorisation,
    SchoolAuthorisationRecorded,
    ThirdPartyDisclosureAllowed,
    VerifyParentalConsent,
    WithdrawOnlineConsent,
)
from tests.unit.decider import BEN, TODAY, TOMORROW, given, named, since
from tests.unit.plain import CONSENT, GRANT, MOTHER, ONLINE, ONLINE_CONSENTS, VERIFY, Plain

SCAN = Attachment(id=named("scan"), name="form.pdf", media_type="application/pdf", sha256="a" * 64)
AUTHORISE = RecordSchoolAuthorisation(
    online_consent=ONLINE, official_name="Ms Park", use="reflections", evidence_digest="0" * 64
)
PASS_ON = AllowThirdPartyDisclosure(
    online_consent=ONLINE,
    parent=MOTHER,
    parent_name="Maria Lopez",
    method=Method.SIGNED_FORM,
    evidence_digest="0" * 64,
    recipients=("Bright Path Tutoring",),
)
GIVEN = (VERIFY, AUTHORISE, PASS_ON)
WITHDRAW = WithdrawOnlineConsent(online_consent=ONLINE)

every_one = pytest.mark.parametrize("command", GIVEN, ids=lambda c: type(c).__name__)


def but(command: Command, **fields: Any) -> Command:
    return command.model_copy(update=fields)


@pytest.mark.parametrize("plain", ONLINE_CONSENTS, ids=lambda plain: plain.topic)
def test_it_is_recorded(plain: Plain) -> None:
    event = given(*plain.before).when(plain.command).then(plain.command.EVENT)
    assert plain.topic == event.TOPIC


@every_one
def test_a_consent_without_anything_that_shows_it_is_refused(command: Command) -> None:
    bare = but(command, evidence_digest=None)
    given().when(bare).refused("attachments", "evidence-missing")
    given().when(but(bare, attachments=(SCAN,))).then(command.EVENT, attachments=(SCAN,))


@every_one
def test_a_consent_is_about_one_child(command: Command) -> None:
    both = but(command, subjects=(BEN,), parts=(Part(learner=BEN, text="Him too."),))
    given().when(both).refused("subjects", "consent-for-one")


@every_one
def test_an_id_that_is_taken_is_refused(command: Command) -> None:
    given(VERIFY).when(command).refused("online_consent", "online-consent-exists")


@pytest.mark.parametrize("method", Method)
def test_passing_on_needs_a_surer_way_to_know_the_parent_than_collecting(method: Method) -> None:
    given().when(but(VERIFY, method=method)).then(ParentalConsentVerified, method=method)
    outcome = given().when(but(PASS_ON, method=method))
    if method in (Method.EMAIL_AND_MORE, Method.TEXT_AND_MORE):
        outcome.refused("method", "method-not-enough")
    else:
        outcome.then(ThirdPartyDisclosureAllowed, method=method)


@pytest.mark.law("COPPA", "kept-apart")
def test_a_schools_word_and_a_parents_are_events_of_their_own() -> None:
    said = given().when(AUTHORISE).then(SchoolAuthorisationRecorded)
    assert not isinstance(said, VerifyParentalConsent)
    assert not isinstance(given().when(PASS_ON).then(ThirdPartyDisclosureAllowed), type(VERIFY))


def test_to_whom_it_is_passed_on_is_named_and_no_wildcard() -> None:
    for recipients in ([], ["anyone"], ["*"]):
        with pytest.raises(ValueError, match="recipients"):
            AllowThirdPartyDisclosure.model_validate({**dict(PASS_ON), "recipients": recipients})


@every_one
def test_each_can_be_withdrawn_once(command: Command) -> None:
    given(command).when(WITHDRAW).then(OnlineConsentWithdrawn)
    again = given(command, WITHDRAW).when(WITHDRAW)
    again.refused("online_consent", "online-consent-withdrawn")


def test_a_withdrawal_counts_from_the_day_the_school_knew() -> None:
    early = but(WITHDRAW, effective=since(TODAY.replace(day=1)))
    given(VERIFY).when(early).refused("effective", "withdrawal-retroactive")
    told = but(early, received_on=TODAY.replace(day=1))
    given(VERIFY).when(told).then(OnlineConsentWithdrawn)
    ahead = but(WITHDRAW, effective=since(TOMORROW))
    given(VERIFY).when(ahead).refused("effective", "effective-in-future")


def test_another_kind_of_consent_is_not_withdrawn_by_it() -> None:
    other = WithdrawOnlineConsent(online_consent=CONSENT)
    given(GRANT).when(other).refused("online_consent", "online-consent-unknown")
    given(VERIFY).when(WithdrawConsent(consent=ONLINE)).refused("consent", "consent-never-granted")


# -- who, and which parent ------------------------------------------------------------------------


def rule(rights: RightsEvidence, **fields: Any) -> str | None:
    """The rule by which a parent's consent is refused; none where it is taken down."""
    command = VerifyParentalConsent.model_validate({**dict(VERIFY), **fields})
    try:
        check_parent(command, LearnerFile(rights=rights), TODAY)
    except Refused as refused:
        return f"{refused.field}: {refused.rule}"
    return None


def test_who_consents_is_on_file_as_a_parent_and_no_order_stands_against_it() -> None:
    linked = Guardianship(
        person=MOTHER,
        capacity=Capacity.GUARDIAN,
        evidence="birth certificate",
        effective=TODAY.replace(day=5),
    )
    family = RightsEvidence(born=None, guardianships=(linked,))
    assert rule(family) is None
    assert rule(family, parent=named("a stranger")) == "parent: not-a-parent"
    assert rule(family, effective=since(TODAY.replace(day=4))) == "parent: not-a-parent"
    order = RightsStopped(person=MOTHER, effective=TODAY)
    stopped = RightsEvidence(born=None, guardianships=(linked,), stopped=(order,))
    assert rule(stopped) == "parent: not-a-parent"
    assert rule(stopped, effective=since(TODAY.replace(day=9))) is None


@pytest.mark.parametrize(
    ("command", "may"),
    [
        (VerifyParentalConsent, {Role.TEACHER, Role.COUNSELOR, Role.ADMINISTRATOR}),
        (AllowThirdPartyDisclosure, {Role.TEACHER, Role.COUNSELOR, Role.ADMINISTRATOR}),
        (RecordSchoolAuthorisation, {Role.ADMINISTRATOR, Role.COMPLIANCE_OFFICER}),
        (WithdrawOnlineConsent, {Role.TEACHER, Role.COUNSELOR, Role.GUARDIAN}),
    ],
)
def test_a_parent_can_withdraw_and_a_child_cannot_allow_itself_anything(
    command: type[Command], may: set[Role]
) -> None:
    for role in may:
        check_role(command, frozenset({role}))
    for role in {Role.LEARNER, Role.OUTSIDE_PROVIDER, Role.GUARDIAN} - may:
        with pytest.raises(Denied):
            check_role(command, frozenset({role}))


def test_a_teacher_does_not_authorise_for_the_school() -> None:
    with pytest.raises(Denied):
        check_role(RecordSchoolAuthorisation, frozenset({Role.TEACHER}))
