"""What is on file about a learner, from the events of the person's records."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from domain.access.evidence import Ended
from domain.access.files_learners import LearnerFile, learner_file
from domain.access.named import kinds_named, word
from domain.access.rights import RightsEvidence, acts_as_parent, is_dependent, is_stopped
from domain.access.words import Capacity, Regime
from domain.consent import (
    GrantConsent,
    LiftDirectoryOptOut,
    SetDirectoryOptOut,
    VoidConsent,
    WithdrawConsent,
)
from domain.effective import Effective
from domain.event import Attachment, Part
from domain.identity import Capacity as Said
from domain.identity import (
    ChangeDetails,
    EndEnrolment,
    EnrolLearner,
    EvidenceKind,
    LinkResponsiblePerson,
    MergeRecords,
    RecordRightsEvidence,
    RestoreRights,
    RevokeRights,
    SplitRecords,
    UnlinkResponsiblePerson,
)
from domain.words import Precision
from tests.unit.access.filed import BORN, Entry, at, in_order, learner, on
from tests.unit.decider import ANA, BEN, CLEO, SINCE_NOBODY_KNOWS_WHEN, named
from tests.unit.plain import CONSENT, MOTHER, OPT_OUT, ORDER

TUTORING = "Bright Path Tutoring"


def file(*entries: Entry, **more: Any) -> LearnerFile:
    return learner_file(ANA, learner(*entries, **more))


def day(text: str) -> date:
    return date.fromisoformat(text)


def test_nothing_is_on_file_of_a_learner_nobody_knows() -> None:
    assert learner_file(ANA, []) == LearnerFile.empty()
    assert LearnerFile.empty().rights == RightsEvidence(born=None)


def test_the_date_of_birth_is_the_one_told_last() -> None:
    changed = file(
        (ChangeDetails(birth_date=day("2010-04-13")), "2025-01-10"),
        (ChangeDetails(preferred_name="Annie"), "2025-01-11"),
    )

    assert file().rights.born == BORN
    assert changed.rights.born == day("2010-04-13")
    assert file(born=None).rights.born is None


# -- school -----------------------------------------------------------------------------------


def enrol(start: str, until: str | None = None, school: str = "north-high") -> EnrolLearner:
    return EnrolLearner(
        enrolment=named(school + start), school=school, grade="09", classes=("9b", "choir"),
        effective=on(start, until),
    )  # fmt: skip


def test_an_enrolment_says_where_and_when() -> None:
    ends = EndEnrolment(enrolment=named("north-high2024-08-19"), effective=on("2025-06-14"))
    [found] = file((enrol("2024-08-19"), "2024-08-20"), (ends, "2025-06-20")).enrolled

    assert (found.school, sorted(found.classes)) == ("north-high", ["9b", "choir"])
    assert (found.effective, found.until) == (day("2024-08-19"), day("2025-06-14"))
    assert (found.recorded, found.until_recorded) == (at("2024-08-20"), at("2025-06-20"))


def test_who_is_enrolled_somewhere_has_not_left() -> None:
    past = (enrol("2024-08-19", "2025-06-14"), "2024-08-20")
    summer = (enrol("2025-07-01", "2025-08-01", "summer"), "2025-07-01")

    assert file().left_on is None
    assert file(past, (enrol("2025-08-18"), "2025-08-18")).left_on is None
    assert file(past).left_on == day("2025-06-14")
    assert file(past, summer).left_on == day("2025-08-01")
    assert file(past).rights.left_school == day("2025-06-14")


# -- rights -----------------------------------------------------------------------------------

LINK = LinkResponsiblePerson(
    person=MOTHER, name="Maria Lopez", relation="mother", capacity=Said.GUARDIAN,
    effective=on("2024-08-19"), received_how="birth certificate",
)  # fmt: skip
LINKED: Entry = (LINK, "2024-08-20")


def paper(kind: EvidenceKind, **fields: Any) -> RecordRightsEvidence:
    return RecordRightsEvidence(evidence=ORDER, kind=kind, text="As it says.", **fields)


def test_a_guardianship_has_capacity_evidence_and_an_end() -> None:
    gone = UnlinkResponsiblePerson(person=MOTHER, effective=on("2025-03-01"))
    again = LINK.model_copy(update={"effective": on("2025-05-01"), "capacity": Said.FOSTER})
    first, second = file(LINKED, (gone, "2025-03-02"), (again, "2025-05-02")).rights.guardianships

    assert (first.person, first.capacity, first.evidence) == (
        MOTHER,
        Capacity.GUARDIAN,
        "birth certificate",
    )
    assert (first.effective, first.until) == (day("2024-08-19"), day("2025-03-01"))
    assert (second.capacity, second.effective, second.until) == (
        Capacity.FOSTER,
        day("2025-05-01"),
        None,
    )


@pytest.mark.parametrize(
    ("shown", "evidence"),
    [
        ({"received_how": None}, None),
        ({"received_how": None, "source": "the county's court"}, "the county's court"),
        (
            {
                "attachments": (
                    Attachment(
                        id=named("scan"), name="order.pdf", media_type="application/pdf",
                        sha256="0" * 64,
                    ),
                )
            },
            "order.pdf",
        ),
    ],
)  # fmt: skip
def test_what_shows_a_guardianship_is_its_file_or_where_it_comes_from(
    shown: dict[str, Any], evidence: str | None
) -> None:
    [link] = file((LINK.model_copy(update=shown), "2024-08-20")).rights.guardianships

    assert link.evidence == evidence
    parent = acts_as_parent(
        RightsEvidence(born=BORN, guardianships=(link,)), MOTHER, Regime.FERPA, day("2025-01-01")
    )
    assert parent is (evidence is not None)


def test_an_order_of_1_march_received_on_4_march_stops_a_parent_from_4_march_on() -> None:
    order = paper(
        EvidenceKind.COURT_ORDER, person=MOTHER, effective=on("2025-03-01"),
        received_on=day("2025-03-04"),
    )  # fmt: skip
    revoke = RevokeRights(person=MOTHER, evidence=ORDER, effective=on("2025-03-01"))
    restore = RestoreRights(person=MOTHER, reason="Lifted.", effective=on("2025-06-01"))
    rights = file(
        LINKED, (order, "2025-03-10"), (revoke, "2025-03-10"), (restore, "2025-06-02")
    ).rights
    days = ("2025-03-03", "2025-03-04", "2025-05-31", "2025-06-01")

    assert [is_stopped(rights.stopped, MOTHER, day(d)) for d in days] == [False, True, True, False]
    assert not is_stopped(rights.stopped, named("Father"), day("2025-03-04"))


def test_a_new_link_does_not_lift_an_order() -> None:
    order = paper(EvidenceKind.COURT_ORDER, person=MOTHER, effective=on("2025-03-01"))
    rights = file(
        LINKED,
        (order, "2025-03-10"),
        (RevokeRights(person=MOTHER, evidence=ORDER, effective=on("2025-03-01")), "2025-03-10"),
        (UnlinkResponsiblePerson(person=MOTHER), "2025-03-11"),
        (LINK.model_copy(update={"effective": on("2025-03-12")}), "2025-03-12"),
    ).rights

    assert is_stopped(rights.stopped, MOTHER, day("2025-03-13"))


def test_evidence_of_dependency_is_for_the_year_in_which_it_began() -> None:
    shown = paper(EvidenceKind.DEPENDENCY, person=MOTHER, effective=on("2024-01-01"))
    rights = file(LINKED, (shown, "2025-03-01")).rights

    [found] = rights.dependencies
    assert (found.person, found.tax_year) == (MOTHER, 2024)
    assert is_dependent(rights, MOTHER, day("2025-03-02"), 1)


def test_evidence_of_dependency_for_nobody_or_of_no_year_is_none() -> None:
    nobody = paper(EvidenceKind.DEPENDENCY, effective=on("2024-01-01"))
    undated = paper(EvidenceKind.DEPENDENCY, person=MOTHER, effective=SINCE_NOBODY_KNOWS_WHEN)

    assert file(LINKED, (nobody, "2025-03-01")).rights.dependencies == ()
    assert file(LINKED, (undated, "2025-03-01")).rights.dependencies == ()


def test_who_attends_college_is_on_file_with_the_college() -> None:
    attends = paper(
        EvidenceKind.POSTSECONDARY_ATTENDANCE, custodian="rock-prairie", effective=on("2026-08-24")
    )
    [found] = file((attends, "2026-05-01")).rights.attendances

    assert (found.custodian, found.effective) == ("rock-prairie", day("2026-08-24"))


# -- days that nobody knows ---------------------------------------------------------------------


def test_a_beginning_nobody_knows_counts_against_who_would_see() -> None:
    unknown: dict[str, Any] = {"effective": SINCE_NOBODY_KNOWS_WHEN}
    order = paper(EvidenceKind.COURT_ORDER, person=MOTHER)
    rights = file(
        (LINK.model_copy(update=unknown), "2024-08-20"),
        (order, "2025-03-10"),
        (RevokeRights(person=MOTHER, evidence=ORDER, **unknown), "2025-03-10"),
    ).rights
    opted = file((SetDirectoryOptOut(opt_out=OPT_OUT, **unknown), "2025-09-01"))

    assert rights.guardianships[0].effective == day("2024-08-20")  # the day of entry
    assert is_stopped(rights.stopped, MOTHER, day("2000-01-01"))
    assert opted.opt_outs[0].holds(day("2000-01-01"))


# -- consents ---------------------------------------------------------------------------------


def grant(**fields: Any) -> GrantConsent:
    usual: dict[str, Any] = {
        "consent": CONSENT, "records": ("attendance",), "purpose": "Tutoring",
        "recipient": TUTORING, "signer": MOTHER, "signer_name": "Maria Lopez",
        "capacity": "mother", "method": "paper", "effective": on("2025-09-01"),
        "received_on": day("2025-09-03"),
    }  # fmt: skip
    return GrantConsent(**{**usual, **fields})


def test_a_consent_has_its_three_dates_and_its_words_as_codes() -> None:
    [found] = file((grant(expires=day("2026-07-01")), "2025-09-10")).consents

    assert (found.id, set(found.records), found.purpose) == (CONSENT, {"attendance"}, "tutoring")
    assert (found.recipient, found.recipient_class) == (None, "bright-path-tutoring")
    assert (found.signer, found.signed_on) == (MOTHER, day("2025-09-01"))
    assert (found.effective, found.received, found.recorded) == (
        day("2025-09-01"),
        day("2025-09-03"),
        at("2025-09-10"),
    )
    assert found.until == day("2026-07-01")
    assert (found.withdrawn, found.voided, found.scan) == (None, None, None)


def test_a_consent_to_somebody_by_id_names_that_party() -> None:
    [found] = file((grant(recipient=str(BEN)), "2025-09-10")).consents

    assert found.recipient == BEN


def test_the_earlier_of_two_ends_of_a_consent_counts() -> None:
    until = on("2025-09-01", "2026-01-01")
    [found] = file((grant(effective=until, expires=day("2026-07-01")), "2025-09-10")).consents

    assert found.until == day("2026-01-01")


def test_a_consent_was_signed_by_the_day_on_which_the_school_had_it() -> None:
    ahead = grant(effective=on("2026-01-12"), received_on=day("2025-09-03"))
    month = Effective(start=day("2025-09-01"), precision=Precision.MONTH)
    unknown = grant(effective=SINCE_NOBODY_KNOWS_WHEN)

    assert file((ahead, "2025-09-10")).consents[0].signed_on == day("2025-09-03")
    assert file((grant(effective=month), "2025-09-10")).consents[0].signed_on is None
    assert file((unknown, "2025-09-10")).consents[0].signed_on is None


def test_a_scan_is_known_by_its_digest() -> None:
    scan = Attachment(
        id=named("scan"), name="form.pdf", media_type="application/pdf", sha256="ab" * 32
    )
    [found] = file((grant(attachments=(scan,)), "2025-09-10")).consents

    assert found.scan == "ab" * 32


def test_a_withdrawal_and_a_voiding_have_their_own_dates() -> None:
    withdraw = WithdrawConsent(
        consent=CONSENT, effective=on("2025-10-03"), received_on=day("2025-10-02")
    )
    void = VoidConsent(consent=CONSENT, reason="No right to sign.", effective=on("2025-11-05"))
    [found] = file((grant(), "2025-09-10"), (withdraw, "2025-10-04"), (void, "2025-11-06")).consents

    assert found.withdrawn == Ended(
        effective=day("2025-10-03"), received=day("2025-10-02"), recorded=at("2025-10-04")
    )
    assert found.voided == Ended(effective=day("2025-11-05"), recorded=at("2025-11-06"))


def test_a_consent_whose_content_was_erased_covers_nothing() -> None:
    events = [e.model_copy(update={"erased": True}) for e in learner((grant(), "2025-09-10"))]

    assert learner_file(ANA, events).consents == ()


# -- words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("Attendance", {"attendance"}),
        ("observations", {"observation"}),
        ("Course results", {"course-result"}),
        ("transcript", {"course-result"}),
        ("special_ed", {"special_ed"}),
        ("Special education records", {"special_ed"}),
        ("goals", {"goal"}),
        ("reading scores", {"reading-scores"}),
        ("photographs of school events", {"photographs-of-school-events"}),
    ],
)
def test_words_name_kinds_of_records_and_never_more_than_they_say(
    said: str, kinds: set[str]
) -> None:
    assert kinds_named(said) == kinds


@pytest.mark.parametrize(
    ("said", "code"),
    [(TUTORING, "bright-path-tutoring"), (" Goal  review! ", "goal-review"), ("Élan", "élan")],
)
def test_words_become_a_code(said: str, code: str) -> None:
    assert word(said) == code


# -- directory information ----------------------------------------------------------------------


def test_an_opt_out_says_of_what_or_of_all_and_may_be_lifted() -> None:
    lift = LiftDirectoryOptOut(opt_out=OPT_OUT, effective=on("2025-12-01"))
    some = SetDirectoryOptOut(opt_out=OPT_OUT, scope="Photographs", effective=on("2025-09-01"))
    everything = SetDirectoryOptOut(effective=on("2025-09-01"))
    [lifted] = file((some, "2025-09-02"), (lift, "2025-12-02")).opt_outs
    [lasting] = file((everything, "2025-09-02")).opt_outs

    assert lifted.kinds == frozenset({"photographs", "photograph"})
    assert lifted.lifted == Ended(effective=day("2025-12-01"), recorded=at("2025-12-02"))
    assert (lasting.kinds, lasting.lifted) == (None, None)


# -- several records ----------------------------------------------------------------------------


def both(*more: Entry) -> list[Any]:
    """Ana's record, merged with one kept under another id that holds a consent."""
    merge = MergeRecords(other=BEN, reason="Same birth certificate.")
    other = learner((grant(), "2025-09-10"), owner=BEN, born=day("2010-03-15"))
    return in_order(learner((merge, "2025-01-10"), *more), other)


def test_what_stands_on_a_merged_record_is_on_file() -> None:
    found = learner_file(ANA, both())

    assert found.merged == {BEN}
    assert [c.id for c in found.consents] == [CONSENT]


def test_what_stood_on_a_record_that_was_parted_again_is_not() -> None:
    split = SplitRecords(other=BEN, reason="Cousins.")
    found = learner_file(ANA, both((split, "2025-02-10")))

    assert (found.merged, found.consents) == (frozenset(), ())
    assert found.rights.born == BORN


@pytest.mark.parametrize("parted_on", [ANA, BEN])
def test_a_pair_merged_from_both_sides_did_not_come_apart_by_one_split(parted_on: UUID) -> None:
    day = iter(["2025-01-10", "2025-01-11", "2025-02-10"])
    said: dict[UUID, list[Entry]] = {ANA: [], BEN: []}
    for one, other in ((ANA, BEN), (BEN, ANA)):
        said[one].append((MergeRecords(other=other, reason="Same."), next(day)))
    merged = in_order(*(learner(*entries, owner=one) for one, entries in said.items()))
    other = BEN if parted_on == ANA else ANA
    said[parted_on].append((SplitRecords(other=other, reason="Cousins."), next(day)))
    parted = in_order(*(learner(*entries, owner=one) for one, entries in said.items()))

    for one, its_other in ((ANA, BEN), (BEN, ANA)):
        assert learner_file(one, merged).merged == {its_other}
        assert learner_file(one, parted).merged == frozenset()
        assert learner_file(one, merged).merges == {(ANA, BEN), (BEN, ANA)}


@pytest.mark.parametrize("order", list(permutations([ANA, BEN, CLEO])))
def test_records_are_merged_by_way_of_another_too(order: tuple[UUID, UUID, UUID]) -> None:
    first, second, third = order
    one = learner((MergeRecords(other=second, reason="Same."), "2025-01-10"), owner=first)
    two = learner((MergeRecords(other=third, reason="Same."), "2025-01-11"), owner=second)

    assert learner_file(ANA, in_order(one, two)).merged == {BEN, CLEO}


def test_the_same_id_on_two_records_is_two_consents() -> None:
    merge = MergeRecords(other=BEN, reason="Same.")
    withdraw = WithdrawConsent(consent=CONSENT, effective=on("2025-10-03"))
    own = learner((merge, "2025-01-10"), (grant(), "2025-09-09"), (withdraw, "2025-10-03"))
    other = learner((grant(), "2025-09-10"), owner=BEN)
    found = learner_file(ANA, in_order(own, other)).consents

    assert [c.withdrawn is None for c in found] == [False, True]


def test_what_was_recorded_with_a_sibling_holds_for_both_and_ends_for_both() -> None:
    shared = grant(subjects=(ANA,), parts=(Part(learner=ANA, text="For both."),))
    withdraw = WithdrawConsent(consent=CONSENT, effective=on("2025-10-03"))
    bens = learner((shared, "2025-09-10"), owner=BEN, born=day("2012-01-01"))
    ended = learner(
        (shared, "2025-09-10"), (withdraw, "2025-10-03"), owner=BEN, born=day("2012-01-01")
    )
    found = learner_file(ANA, in_order(learner(), bens))

    assert [c.id for c in found.consents] == [CONSENT]
    assert found.rights.born == BORN
    [later] = learner_file(ANA, in_order(learner(), ended)).consents
    assert later.withdrawn is not None


def test_what_was_recorded_with_a_sibling_of_their_mother_is_stopped_for_both() -> None:
    link = LINK.model_copy(
        update={"subjects": (ANA,), "parts": (Part(learner=ANA, text="Their mother."),)}
    )
    order = paper(EvidenceKind.COURT_ORDER, person=MOTHER)
    revoke = RevokeRights(person=MOTHER, evidence=ORDER, effective=on("2025-03-01"))
    bens = learner((link, "2024-08-20"), (order, "2025-03-10"), (revoke, "2025-03-10"), owner=BEN)
    rights = learner_file(ANA, in_order(learner(), bens)).rights

    assert [g.person for g in rights.guardianships] == [MOTHER]
    assert is_stopped(rights.stopped, MOTHER, day("2025-03-02"))


def test_what_stands_on_a_strangers_record_is_not_on_file() -> None:
    order = paper(EvidenceKind.COURT_ORDER, person=MOTHER)
    revoke = RevokeRights(person=MOTHER, evidence=ORDER)
    bens = learner(
        LINKED, (order, "2025-03-10"), (revoke, "2025-03-10"), (grant(), "2025-09-10"),
        (enrol("2024-08-19"), "2025-09-11"), owner=BEN,
    )  # fmt: skip

    assert learner_file(ANA, in_order(learner(), bens)) == learner_file(ANA, learner())
