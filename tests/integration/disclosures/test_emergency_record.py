"""What an emergency opening leaves on the record of disclosures; lists add nothing to it."""

from domain.access.words import AssignmentKind, Role, Term
from domain.district import SignAgreement
from domain.people import district_id
from tests.integration.disclosures.conftest import District
from tests.integration.disclosures.test_emergency_pages import WHY, fill
from tests.integration.disclosures.test_look_and_not_write import opened
from tests.integration.pages.browsing import text_of
from tests.people import appoint, since, tell


def test_an_opening_was_on_the_record_of_disclosures_for_instruction_and_without_its_words(
    district: District,
) -> None:
    learner = opened(district)
    assert district.as_("teacher").get(f"/learners/{learner}").status_code == 200
    assert district.noted(learner)[-1].purpose == "emergency"
    shown = text_of(district.as_("officer").get(f"/learners/{learner}/disclosures").text)
    assert f"Why it was opened: {WHY}" in shown
    assert "instruction" not in shown
    # The family is told that it was, and no words: they may be about the family itself.
    told = text_of(district.as_("parent").get(f"/learners/{learner}/disclosures").text)
    assert "emergency" in told
    assert WHY not in told
    assert "instruction" not in told


def test_the_words_beside_a_look_are_those_of_the_opening_it_rests_on(district: District) -> None:
    learner, teacher = opened(district), district.as_("teacher")
    assert teacher.get(f"/learners/{learner}").status_code == 200
    assert fill(teacher, learner, "Found; waits for her mother.").status_code == 303
    assert teacher.get(f"/learners/{learner}").status_code == 200
    shown = text_of(district.as_("officer").get(f"/learners/{learner}/disclosures").text)
    first, second = (shown.index(f"Why it was opened: {w}") for w in (WHY, "Found; waits"))
    assert first < second


def test_every_look_at_the_districts_log_disclosed_the_child_of_an_emergency(
    district: District,
) -> None:
    learner, teacher = opened(district), district.as_("teacher")
    before = len(district.noted(learner))
    assert teacher.get("/audit").status_code == 200
    lines = teacher.get("/v1/audit").json()["entries"]
    assert str(learner) not in {line["learner"] for line in lines}
    cohort = teacher.post("/v1/cohorts/profile", json={"school": "north-high"}).json()["learners"]
    assert str(learner) not in {line["learner"] for line in cohort}
    assert len(district.noted(learner)) == before
    # Its own pages are what was opened.
    own = teacher.get(f"/v1/learners/{learner}/audit").json()["entries"]
    assert str(learner) in {line["learner"] for line in own}
    named = teacher.post("/v1/cohorts/profile", json={"learners": [str(learner)]})
    assert [line["learner"] for line in named.json()["learners"]] == [str(learner)]


def test_a_provider_was_led_to_a_form_that_was_always_refused_and_noted(
    district: District,
) -> None:
    system, learner = district.system, district.learner("Ana")
    for name, records in (("reads", ("record", "goal")), ("writes", ("record", "observation"))):
        party = appoint(
            system, name, Role.OUTSIDE_PROVIDER, AssignmentKind.CASELOAD, learner=learner
        )
        terms = (Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33)
        agreed = SignAgreement(
            party=party.id, terms=terms, purposes=("support",), records=records,
            effective=since(system),
        )  # fmt: skip
        tell(system, district_id(system.settings.tenant), agreed)
        district.people[name] = party
    system.projector.catch_up()
    leads = {
        name: "observations/new" in district.as_(name).get(f"/learners/{learner}").text
        for name in ("reads", "writes", "parent")
    }
    assert leads == {"reads": False, "writes": True, "parent": True}
