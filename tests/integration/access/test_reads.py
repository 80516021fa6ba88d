"""Who may read what over HTTP, and that each read and each refusal is noted."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.cursors import Cursors
from api.seen import NOT_SHOWN
from domain.access.words import Action, AssignmentKind, Role, Term
from domain.changes import RetractFact
from domain.district import SignAgreement
from domain.effective import Effective
from domain.identity import (
    Capacity,
    ChangeDetails,
    EvidenceKind,
    LinkResponsiblePerson,
    MergeRecords,
    RecordRightsEvidence,
    RevokeRights,
)
from domain.people import EndRole, GrantRole, district_id
from domain.reviews import ScheduleReview
from tests.integration.access.conftest import CONFIDED, District, learner_of, observe
from tests.people import appoint, since, tell, years_ago


def tutor_of(district: District) -> None:
    """Somebody to whom the district's agreement opens Ana's observations."""
    if "tutor" in district.people:
        return
    system, ana = district.system, district.learners["ana"]
    tutor = appoint(
        system, "Bright Path", Role.OUTSIDE_PROVIDER, AssignmentKind.CASELOAD, learner=ana
    )
    district.people["tutor"] = tutor
    terms = (Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33)
    agreed = SignAgreement(
        party=tutor.id, terms=terms, purposes=("support",), records=("record", "observation"),
        effective=since(system),
    )  # fmt: skip
    tell(system, district_id(system.settings.tenant), agreed)


SHOWN = [
    "/v1/learners/{ana}",
    "/v1/learners/{ana}/profile",
    "/v1/learners/{ana}/goals",
    "/v1/learners/{ana}/consents",
    "/v1/learners/{ana}/timeline",
    "/v1/learners/{ana}/audit",
    "/v1/learners/{ana}/compare?on=2026-01-01",
    "/learners/{ana}",
    "/learners/{ana}/timeline",
    "/learners/{ana}/replay?on=2026-01-01",
    "/learners/{ana}/audit",
    "/learners/{ana}/observations/new",
]


@pytest.mark.parametrize("path", SHOWN)
def test_what_is_shown_of_a_learner_is_noted(district: District, path: str) -> None:
    client, ana = district.as_("counselor"), district.learners["ana"]
    before = len(district.noted())
    answer = client.get(path.format(ana=ana))
    assert answer.status_code == 200, answer.text
    [access] = district.noted()[before:]
    assert (access.learner, access.entered_by) == (ana, district.people["counselor"].id)
    assert (access.allowed, access.code) == (True, "FERPA-99.31-a-1-i-A")
    assert (access.purpose, access.action, access.how) == ("counseling", Action.OPENED, "demo")
    assert access.digest


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.law("FERPA-99.32", "denied")
def test_a_refusal_is_noted_and_names_what_is_missing(district: District, path: str) -> None:
    client, ana = district.as_("untrained"), district.learners["ana"]
    before = len(district.noted())
    answer = client.get(path.format(ana=ana))
    assert answer.status_code == 403
    assert "local-recertification" in answer.text
    assert "Lopez" not in answer.text
    [access] = district.noted()[before:]
    assert (access.learner, access.allowed) == (ana, False)
    assert access.code == "local-recertification"
    assert (access.facts, access.digest) == ((), None)


@pytest.mark.law("FERPA-99.32", "one-line-each")
def test_a_list_has_the_learners_of_ones_own_school_and_notes_each(district: District) -> None:
    before = len(district.noted())
    answer = district.as_("counselor").get("/v1/learners")
    listed = {one["learner"]: one["given_name"] for one in answer.json()["learners"]}
    assert ("Ana" in listed.values(), "Ben" in listed.values()) == (True, False)
    noted = district.noted()[before:]
    assert {str(access.learner) for access in noted} == set(listed)
    assert {access.action for access in noted} == {Action.LISTED}
    assert len(noted) == len(listed)
    page = district.as_("elsewhere").get("/")
    assert ("Ben Lopez" in page.text, "Ana Lopez" in page.text) == (True, False)
    found = district.as_("elsewhere").post("/v1/learners/search", json={"name": "ana"})
    assert found.json()["learners"] == []


def test_an_empty_caseload_did_not_say_that_the_yearly_training_is_missing(
    district: District,
) -> None:
    client, before = district.as_("untrained"), len(district.noted())
    page = client.get("/").text
    assert "Your yearly privacy training is missing or has run out." in page
    assert "0 learners as of" not in page
    assert "Lopez" not in page
    searched = {
        client.get(client.post("/search", data={"name": name}).headers["location"]).text
        for name in ("ana", "zzz")
    }
    assert {"Your yearly privacy training" in text for text in searched} == {True}
    assert len(searched) == 1, "it says whether somebody is called so"
    assert district.noted()[before:] == []


def test_an_empty_caseload_did_not_say_that_nobody_is_assigned(district: District) -> None:
    district.people["unassigned"] = appoint(district.system, "Ms New", Role.COUNSELOR)
    page = district.as_("unassigned").get("/").text
    assert "No class, caseload or school is assigned to you." in page


def test_a_class_without_learners_is_no_fault_of_its_teacher(district: District) -> None:
    district.people["empty"] = appoint(
        district.system, "Mr Empty", Role.TEACHER, AssignmentKind.CLASS, code="no-such-class"
    )
    page = district.as_("empty").get("/").text
    assert "No learner found." in page
    assert "is open to you" not in page


def test_a_teacher_without_training_was_told_to_open_again_what_was_never_opened(
    district: District,
) -> None:
    district.people["lapsed"] = appoint(
        district.system, "Mr Lapsed", Role.TEACHER, AssignmentKind.CLASS, code="9z", trained=False
    )
    answer = district.as_("lapsed").get(f"/learners/{district.learners['ana']}")
    assert answer.status_code == 403
    assert "FERPA-99.31-a-1-i-A-assigned" in answer.text
    assert "Open it again" not in answer.text


def test_the_address_of_a_search_opens_for_nobody_else(district: District) -> None:
    sent = district.as_("counselor").post("/search", data={"name": "ana"})
    address = sent.headers["location"]
    assert "Ana Lopez" in district.as_("counselor").get(address).text
    answer = district.as_("elsewhere").get(address)
    assert answer.status_code == 400
    assert "This search cannot be shown again" in answer.text


def test_a_cohort_leaves_out_whom_one_may_not_see(district: District) -> None:
    cohort = {"school": "north-high"}
    found = district.as_("counselor").post("/v1/cohorts/profile", json=cohort).json()
    assert str(district.learners["ana"]) in {one["learner"] for one in found["learners"]}
    before = len(district.noted())
    found = district.as_("elsewhere").post("/v1/cohorts/profile", json=cohort).json()
    assert found["learners"] == []
    assert district.noted()[before:] == []  # nobody asked for them one by one


def test_the_facts_that_were_shown_are_noted_by_position(district: District) -> None:
    client, ana = district.as_("counselor"), district.learners["ana"]
    client.get(f"/v1/learners/{ana}/profile")
    access = district.noted()[-1]
    stored = district.system.recorder.read_positions(access.facts)
    assert {one.originator_id for one in stored} == {ana}
    shown = {one.topic for one in stored}
    assert {"learner-registered", "observation-recorded", "comment-made"} <= shown


@pytest.mark.parametrize("path", SHOWN)
@pytest.mark.parametrize("who", ["counselor", "teacher", "officer"])
def test_what_was_told_in_confidence_is_shown_to_nobody_where_no_law_allows_it(
    district: District, who: str, path: str
) -> None:
    answer = district.as_(who).get(path.format(ana=district.learners["ana"]))
    assert CONFIDED not in answer.text
    access = district.noted()[-1]
    assert "counselor_confidential" not in access.classes


@pytest.mark.parametrize("path", SHOWN)
def test_a_stranger_is_told_the_same_whether_or_not_there_is_such_a_learner(
    district: District, path: str
) -> None:
    for who in ("stranger", "elsewhere"):
        client = district.as_(who)
        there = client.get(path.format(ana=district.learners["ana"]))
        nowhere = client.get(path.format(ana=uuid4()))
        assert (there.status_code, nowhere.status_code) == (403, 403)
        assert there.text == nowhere.text


def test_who_sees_everybody_is_told_that_a_learner_is_not_there(district: District) -> None:
    assert district.as_("officer").get(f"/v1/learners/{uuid4()}").status_code == 404


def test_a_write_needs_the_same_ground_and_its_refusal_is_noted(district: District) -> None:
    said = {"area": "strengths", "text": "Waits for others."}
    path = f"/v1/learners/{district.learners['ana']}/record-observation"
    assert district.as_("counselor").post(path, json=said).status_code == 201
    before, recorded = len(district.noted()), district.system.recorder.max_notification_id()
    answer = district.as_("elsewhere").post(path, json=said)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith(":not-allowed")
    [access] = district.noted()[before:]
    assert (access.action, access.allowed) == (Action.WRITTEN, False)
    assert district.system.recorder.max_notification_id() == (recorded or 0) + 1


def test_a_stranger_finds_nothing_on_lists_and_in_the_log(district: District) -> None:
    client = district.as_("stranger")
    assert client.get("/v1/audit").json()["entries"] == []
    assert client.get("/v1/learners").json()["learners"] == []
    for page in ("/", "/audit"):
        assert "Lopez" not in client.get(page).text


@pytest.mark.parametrize("path", ["/audit", "/v1/audit"])
def test_the_districts_log_notes_no_refusal_of_learners_nobody_asked_for(
    district: District, path: str
) -> None:
    """A mother's one click was told to every family as a refused look at their child."""
    before = len(district.noted())
    assert district.as_("counselor").get(path).status_code == 200
    noted = {access.learner: access.allowed for access in district.noted()[before:]}
    assert noted[district.learners["ana"]]
    assert district.learners["ben"] not in noted


def test_who_is_asked_for_beside_somebody_closed_is_not_refused_for_their_reason(
    district: District,
) -> None:
    ana, ben = district.learners["ana"], district.learners["ben"]
    both = {"learners": [str(ana), str(ben)]}
    before = len(district.noted())
    assert district.as_("counselor").post("/v1/cohorts/profile", json=both).status_code == 403
    noted = {a.learner: (a.allowed, a.code) for a in district.noted()[before:]}
    assert noted.pop(ana) == (False, NOT_SHOWN)
    assert noted.keys() == {ben}
    allowed, code = noted[ben]
    assert not allowed
    assert code != NOT_SHOWN


@pytest.mark.parametrize("path", [
    "/v1/learners/{ana}/attachments/{nobody}", "/learners/{ana}/consents/{nobody}/receipt",
    "/learners/{ana}/access/999999",
])  # fmt: skip
def test_what_is_not_there_was_seen_by_nobody(district: District, path: str) -> None:
    """A family read that somebody opened what was not there."""
    before = len(district.noted())
    ana, nobody = district.learners["ana"], uuid4()
    answer = district.as_("officer").get(path.format(ana=ana, nobody=nobody))
    assert answer.status_code == 404, answer.text
    noted = [(a.learner, a.allowed, a.code) for a in district.noted()[before:]]
    assert noted == [(ana, False, NOT_SHOWN)]


@pytest.mark.parametrize(("path", "code"), [
    ("/learners/{ana}/disclosures/new", "local-staff-only"),
    ("/learners/{ana}/consents/new", "local-staff-only"),
    ("/learners/{ana}/emergency", "local-staff-only"),
    ("/emergencies", "local-staff-only"),
    ("/people/{ana}/access", "FERPA-99.32-c-officer"),
    ("/v1/people/{ana}", "people-not-yours"),
])  # fmt: skip
def test_a_refusal_for_want_of_a_role_is_noted_as_one(
    district: District, path: str, code: str
) -> None:
    """It said “as every request is”, and was not; or was noted as if the form had been shown."""
    tutor_of(district)
    ana, before = district.learners["ana"], len(district.noted())
    answer = district.as_("tutor").get(path.format(ana=ana))
    assert answer.status_code == 403, answer.text
    about = ana if path.startswith("/learners/") else district_id(district.system.settings.tenant)
    noted = [(a.learner, a.allowed, a.code) for a in district.noted()[before:]]
    assert noted == [(about, False, code)]


def test_what_is_on_file_on_a_merged_record_closes_it_too(district: District) -> None:
    """Only the file of the record that was asked for was looked at."""
    system, mother = district.system, uuid4()
    one, other = (learner_of(system, name, "north-high") for name in ("Cleo", "Clea"))
    for learner in (one, other):
        tell(system, learner, LinkResponsiblePerson(
            person=mother, name="Maria Lopez", relation="mother", capacity=Capacity.GUARDIAN,
            received_how="birth certificate", effective=since(system),
        ))  # fmt: skip
    tell(system, other, MergeRecords(other=one, reason="Same birth certificate."))
    district.people["mother"] = appoint(system, "Maria Lopez", Role.GUARDIAN, person=mother)
    opened = district.as_("mother").get(f"/v1/learners/{one}/profile")
    assert opened.status_code == 200, opened.text
    assert "Clea led the group." in opened.text
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=mother, text="No contact.")
    tell(system, other, order)
    tell(system, other, RevokeRights(person=mother, evidence=order.evidence))
    closed = district.as_("mother").get(f"/v1/learners/{one}/profile")
    assert closed.status_code == 403
    assert "led the group" not in closed.text


def test_what_was_taken_back_is_told_to_the_schools_own_people_alone(district: District) -> None:
    """A client could ask as the custodian whoever it was."""
    system, father = district.system, uuid4()
    learner = learner_of(system, "Dana", "north-high")
    link = LinkResponsiblePerson(
        person=father, name="Ed Lopez", relation="father", capacity=Capacity.GUARDIAN,
        received_how="birth certificate", effective=since(system),
    )  # fmt: skip
    wrong = observe("Was said of another child.")
    tell(system, learner, link)
    known = tell(system, learner, wrong)
    tell(system, learner, RetractFact(fact=wrong.fact, reason="Another child.", wrong_learner=True))
    district.people["father"] = appoint(system, "Ed Lopez", Role.GUARDIAN, person=father)
    position = Cursors(
        lambda: system.mapper.keys.secret(system.settings.tenant, "cursor")
    ).position(known)
    path = f"/v1/learners/{learner}/profile?known={position}&viewer=custodian"
    staff, family = (district.as_(who).get(path) for who in ("counselor", "father"))
    assert "Was said of another child." in staff.text
    assert (family.status_code, "Was said of another child." in family.text) == (200, False)
    assert family.json()["coordinates"]["viewer"] == "recipient"


def test_a_family_finds_its_own_children_on_the_list_and_nobody_elses(district: District) -> None:
    system, aunt = district.system, uuid4()
    learner = learner_of(system, "Eli", "north-high")
    tell(system, learner, LinkResponsiblePerson(
        person=aunt, name="Rosa Lopez", relation="aunt", capacity=Capacity.FOSTER,
        received_how="letter of placement", effective=since(system),
    ))  # fmt: skip
    district.people["aunt"] = appoint(system, "Rosa Lopez", Role.GUARDIAN, person=aunt)
    student = appoint(system, "Eli Lopez", Role.LEARNER, own_record=learner)
    district.people["eli"] = student
    for who in ("aunt", "eli"):
        found = district.as_(who).get("/v1/learners").json()["learners"]
        assert [one["given_name"] for one in found] == ["Eli"], who
    assert district.as_("aunt").get(f"/v1/learners/{learner}/profile").status_code == 200
    assert district.as_("aunt").get(f"/learners/{district.learners['ben']}").status_code == 403


def test_a_stranger_was_told_of_an_age_and_not_that_the_record_is_anothers(
    district: District,
) -> None:
    system = district.system
    own = learner_of(system, "Iris", "north-high")
    district.people["iris"] = appoint(system, "Iris", Role.LEARNER, own_record=own)
    for record in (district.learners["ana"], uuid4()):
        url = f"/v1/learners/{record}/write-reflection"
        answer = district.as_("iris").post(url, json={"area": "interests", "text": "I draw."})
        assert answer.status_code == 403
        read = district.as_("iris").get(f"/v1/learners/{record}/profile")
        assert answer.json()["detail"] == read.json()["detail"]


def test_a_mistaken_grant_that_was_ended_opens_nobodys_record(district: District) -> None:
    system, slip = district.system, uuid4()
    own, others = (learner_of(system, name, "north-high") for name in ("Ida", "Ivo"))
    ida = district.people["ida"] = appoint(system, "Ida", Role.LEARNER, own_record=own)
    before = Effective(start=since(system, 400).start, until=since(system).start)
    mistaken = GrantRole(grant=slip, role=Role.LEARNER, own_record=others, effective=before)
    tell(system, ida.id, mistaken)
    tell(system, ida.id, EndRole(grant=slip, effective=since(system, 400)))
    system.projector.catch_up()
    client = district.as_("ida")
    assert client.get(f"/v1/learners/{own}/profile").status_code == 200
    for path in (f"/v1/learners/{others}/profile", f"/learners/{others}"):
        assert client.get(path).status_code == 403
    listed = client.get("/v1/learners").json()["learners"]
    assert [one["learner"] for one in listed] == [str(own)]


def test_who_may_not_see_the_details_is_shown_a_name_and_no_date_of_birth(
    district: District,
) -> None:
    """The head of a page told a tutor the date of birth, whatever the agreement named."""
    system, ana = district.system, district.learners["ana"]
    tutor_of(district)
    page = district.as_("tutor").get(f"/learners/{ana}")
    assert page.status_code == 200, page.text
    assert "Ana led the group." in page.text
    line = district.as_("tutor").get(f"/v1/learners/{ana}").json()["learner"]
    assert (line["given_name"], line["birth_date"], line["local_id"]) == ("Ana", None, None)
    whole = district.as_("counselor").get(f"/v1/learners/{ana}").json()["learner"]
    assert whole["birth_date"] == years_ago(system, 14).isoformat()


def test_a_list_shows_no_more_of_a_learner_than_the_learners_own_page(district: District) -> None:
    """Lists told a tutor the date of birth and the number, and found the child by the number."""
    system, ana = district.system, district.learners["ana"]
    tutor_of(district)
    details = ChangeDetails(local_id="A-204049")
    tell(system, ana, details)
    tell(system, ana, ScheduleReview(due=system.context().today))
    system.projector.catch_up()
    tutor, counselor = district.as_("tutor"), district.as_("counselor")

    def found(client: httpx.Client, name: str) -> list[dict[str, Any]]:
        learners = client.post("/v1/learners/search", json={"name": name}).json()["learners"]
        return [one for one in learners if one["learner"] == str(ana)]

    [line] = [x for x in tutor.get("/v1/learners").json()["learners"] if x["learner"] == str(ana)]
    for shown in (line, *found(tutor, "Ana")):
        told = [shown[x] for x in ("birth_date", "local_id", "review_due", "last_review")]
        assert (shown["given_name"], told) == ("Ana", [None] * 4)
    assert [len(found(tutor, name)) for name in ("Ana", "204049", "Ana 204049")] == [1, 0, 0]
    [whole] = found(counselor, "204049")
    assert whole["local_id"] == "A-204049"
    assert whole["review_due"]


def test_a_page_leads_only_where_one_may_go(district: District) -> None:
    ana = district.learners["ana"]
    page = district.as_("counselor").get(f"/learners/{ana}").text
    assert (f"/learners/{ana}/observations/new" in page, f"/{ana}/access" in page) == (True, False)
    page = district.as_("officer").get(f"/learners/{ana}").text
    assert f"/learners/{ana}/access" in page
    nobody = district.as_("untrained").get("/").text
    assert "Ana" not in nobody
    assert "1 learner" not in nobody


def test_a_page_is_as_known_now_though_its_own_look_is_not_told_yet(district: District) -> None:
    """It gave the time of the last event before the looks that nobody had projected."""
    client, ana = district.as_("counselor"), district.learners["ana"]
    for _ in range(2):  # the second sees the note of the first, which no projection has told
        assert client.get(f"/learners/{ana}").status_code == 200
    standing = district.system.reader.standing(ana)
    assert standing.reached < standing.head
    assert not district.system.reader.untold(standing)
    tell(district.system, ana, observe("Said just now."))
    assert district.system.reader.untold(district.system.reader.standing(ana))


def test_a_parent_does_not_decide_who_else_is_one(district: District) -> None:
    """Over JSON a guardian could record an order against the other parent, and void a consent."""
    system, parent = district.system, uuid4()
    learner = learner_of(system, "Fay", "north-high")
    tell(system, learner, LinkResponsiblePerson(
        person=parent, name="Jo Lopez", relation="mother", capacity=Capacity.GUARDIAN,
        received_how="birth certificate", effective=since(system),
    ))  # fmt: skip
    district.people["fays mother"] = appoint(system, "Jo Lopez", Role.GUARDIAN, person=parent)
    client, before = district.as_("fays mother"), len(district.noted())
    order = {"kind": "court_order", "person": str(parent), "text": "An order."}
    answer = client.post(f"/v1/learners/{learner}/record-rights-evidence", json=order)
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (403, "local-staff-only")
    [access] = district.noted()[before:]
    assert (access.learner, access.allowed, access.action) == (learner, False, Action.WRITTEN)
    said = {"area": "interests", "text": "Reads to her brother."}
    assert client.post(f"/v1/learners/{learner}/give-family-input", json=said).status_code == 201


def test_who_sees_a_part_is_not_told_that_there_is_no_more(district: District) -> None:
    """A tutor read that nobody was responsible for the child, and that no consent was in force."""
    tutor_of(district)
    ana = district.learners["ana"]
    untrue = ("No consent is in force", "Nobody is recorded", "none yet", "none planned",
              "No goal is open", "no accommodation is recorded", "Never existed")  # fmt: skip
    for path in (f"/learners/{ana}", f"/learners/{ana}/replay?on=2026-01-01"):
        page = district.as_("tutor").get(path).text
        assert [words for words in untrue if words in page] == [], path
        assert "that is open to you" in page
    # What is special education is closed to a teacher, who was told that there is no support.
    told = {who: district.as_(who).get(f"/learners/{ana}").text for who in ("teacher", "counselor")}
    assert "no accommodation is recorded" not in told["teacher"]
    assert "no accommodation is recorded" in told["counselor"]
