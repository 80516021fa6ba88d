"""A child under 13 and what is collected from it online: nothing, until a parent's consent is on
file (COPPA, 16 CFR 312.5).
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.access.words import Role
from domain.people import district_id
from domain.rules import SetPolicy
from tests.integration.access.conftest import District
from tests.people import SCHOOL, appoint, enrol, make_guardian, since, tell

ANSWER = {
    "instrument": "SEL-4", "question": "I ask for help.", "answer": "Often",
    "area": "social_emotional",
}  # fmt: skip
INPUT: dict[str, dict[str, Any]] = {
    "answer-survey": ANSWER,
    "write-reflection": {"area": "strengths", "text": "I like to read."},
    "add-work-sample": {"area": "portfolio", "title": "A drawing"},
    "record-observation": {"area": "interests", "text": "Dinosaurs."},
    "set-goal": {"text": "Read a book.", "horizon": "short_term", "kind": "personal"},
}
DIGEST = "0" * 64
RULE = "COPPA-312.5-a"


@dataclass
class Child:
    """A child of twelve who signs in, with a mother."""

    district: District
    learner: UUID
    mother: UUID
    who: str

    def give(self, who: str, command: str, **body: Any) -> httpx.Response:
        return self.district.as_(who).post(f"/v1/learners/{self.learner}/{command}", json=body)

    def answers(self, command: str = "answer-survey") -> tuple[int, str | None]:
        """What comes of an answer that the child itself gives: the status, and the rule."""
        answer = self.give(self.who, command, **INPUT[command])
        told = answer.json().get("errors") or [{"rule": None}]
        return answer.status_code, told[0]["rule"]

    def verify(self, who: str = "counselor", **more: Any) -> str:
        """The id of a parent's consent, verified by phone."""
        given = {
            "parent": str(self.mother), "parent_name": "Maria Lopez", "method": "phone",
            "evidence_digest": DIGEST, **more,
        }  # fmt: skip
        answer = self.give(who, "verify-parental-consent", **given)
        assert answer.status_code == 201, answer.text
        made: str = answer.json()["ids"]["online_consent"]
        return made


@pytest.fixture
def child(district: District) -> Child:
    name = f"Ida {uuid4()}"
    learner, mother = enrol(district.system, "Ida", age=12), uuid4()
    make_guardian(district.system, learner, mother)
    district.people[name] = appoint(district.system, "Ida", Role.LEARNER, own_record=learner)
    mothers = Role.GUARDIAN
    district.people[f"mother of {name}"] = appoint(
        district.system, "Maria Lopez", mothers, person=mother
    )
    return Child(district, learner, mother, name)


REFUSED, TAKEN = (403, RULE), (201, None)


@pytest.mark.law("COPPA", "under-13")
@pytest.mark.parametrize("command", INPUT)
def test_what_a_child_types_is_refused_until_a_parents_consent_is_on_file(
    child: Child, command: str
) -> None:
    assert child.answers(command) == REFUSED
    child.verify()
    assert child.answers(command) == TAKEN


@pytest.mark.law("COPPA", "nothing-kept")
@pytest.mark.parametrize("command", INPUT)
def test_nothing_is_kept_of_it_but_the_refusal(child: Child, command: str) -> None:
    system = child.district.system
    child.district.as_(child.who)
    before = system.recorder.max_notification_id() or 0
    assert child.answers(command) == REFUSED
    kept = system.recorder.select_notifications(before + 1, 100)
    assert [one.topic for one in kept] == ["access-recorded"]
    entry = child.district.noted(child.learner)[-1]
    assert (entry.allowed, entry.code, entry.action) == (False, RULE, "written")


@pytest.mark.law("COPPA", "nothing-kept")
def test_a_file_and_a_bulk_line_of_a_child_are_not_kept_either(child: Child) -> None:
    client, system = child.district.as_(child.who), child.district.system

    def files() -> int:
        with system.datastore.get_connection() as conn:
            return len(conn.execute("SELECT 1 FROM attachment").fetchall())

    before = files()
    place = f"/v1/learners/{child.learner}/attachments"
    assert client.post(place, content=b"A drawing.").status_code == 403
    assert files() == before
    told = {"command": "write-reflection", "command_id": "row-1", **INPUT["write-reflection"]}
    line = {"learner": str(child.learner), **told}
    bulk = client.post(
        "/v1/commands", content=json.dumps(line), headers={"Content-Type": "application/x-ndjson"}
    )
    assert (bulk.json()["status"], bulk.json()["problem"]["errors"][0]["rule"]) == REFUSED
    child.verify()
    assert client.post(place, content=b"A drawing.").status_code == 201
    assert files() > before


def test_what_an_adult_observes_of_the_child_is_not_collected_from_it(child: Child) -> None:
    seen = {"area": "strengths", "text": "Helps others."}
    for who in ("counselor", f"mother of {child.who}"):
        assert child.give(who, "record-observation", **seen).status_code == 201
    said = child.give(f"mother of {child.who}", "give-family-input", text="Reads at night.",
                      area="interests")  # fmt: skip
    assert said.status_code == 201, said.text


@pytest.mark.law("COPPA", "withdrawn")
@pytest.mark.parametrize("by", ["mother", "counselor"])
def test_a_parent_ends_it_with_one_step_and_nothing_more_is_collected(
    child: Child, by: str
) -> None:
    consent = child.verify()
    assert child.answers() == TAKEN
    who = f"mother of {child.who}" if by == "mother" else by
    ended = child.give(who, "withdraw-online-consent", online_consent=consent)
    assert ended.status_code == 201, ended.text
    assert child.answers() == REFUSED


def test_a_child_neither_gives_nor_ends_a_consent_itself(child: Child) -> None:
    consent = child.verify()
    given = {"parent": str(child.mother), "parent_name": "Me", "method": "phone"}
    for command, body in (
        ("verify-parental-consent", {**given, "evidence_digest": DIGEST}),
        ("withdraw-online-consent", {"online_consent": consent}),
    ):
        answer = child.give(child.who, command, **body)
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (403, "local-staff-only")
    assert child.answers() == TAKEN


def test_whoever_is_no_parent_on_file_cannot_be_named_as_one(child: Child) -> None:
    told = {"parent": str(uuid4()), "parent_name": "Somebody", "method": "phone"}
    for command, more in (
        ("verify-parental-consent", {}),
        ("allow-third-party-disclosure", {"recipients": ["Bright Path"]}),
    ):
        answer = child.give("counselor", command, **told, **more, evidence_digest=DIGEST)
        assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (422, "not-a-parent")


def test_the_consents_of_a_learner_are_read_with_the_others(child: Child) -> None:
    consent = child.verify()
    answer = child.district.as_("counselor").get(f"/v1/learners/{child.learner}/consents")
    [entry] = answer.json()["entries"]
    assert (entry["id"], entry["kind"], entry["status"]) == (consent, "online-consent", "given")
    assert entry["body"]["method"] == "phone"


@pytest.mark.law("COPPA", "kept-apart", "gate-chosen")
def test_the_schools_word_counts_only_where_the_district_chose_it_with_a_reason(
    child: Child,
) -> None:
    system, district = child.district.system, child.district
    principal = appoint(system, "Ms Park", Role.ADMINISTRATOR, SCHOOL, code="north-high")
    name = f"principal {uuid4()}"
    district.people[name] = principal
    said = child.give(
        name, "record-school-authorisation", official_name="Ms Park", use="reflections",
        evidence_digest=DIGEST,
    )  # fmt: skip
    assert said.status_code == 201, said.text
    assert child.answers() == REFUSED
    place = f"/v1/people/{district_id(system.settings.tenant)}/set-policy"
    chosen = {"version": f"p-{uuid4().hex[:8]}", "jurisdiction": "US", "coppa": "school_authorised"}
    bare = district.as_("officer").post(place, json=chosen)
    assert (bare.status_code, bare.json()["errors"][0]["rule"]) == (422, "coppa-reason")
    told = district.as_("officer").post(place, json={**chosen, "reason": "The board, 12 August."})
    assert told.status_code == 201, told.text
    try:
        assert child.answers() == TAKEN
    finally:
        back = SetPolicy(
            version=f"p-{uuid4().hex[:8]}", jurisdiction="US", effective=since(system, 0)
        )
        tell(system, district_id(system.settings.tenant), back)
    assert child.answers() == REFUSED


def test_who_reads_which_record_is_a_childs_own_is_noted(child: Child) -> None:
    """A person's record named the learner's, and the log did not have it."""
    person = child.district.people[child.who].id
    answer = child.district.as_("officer").get(f"/v1/people/{person}")
    assert [one["own_record"] for one in answer.json()["roles"]] == [str(child.learner)]
    entry = child.district.noted(child.learner)[-1]
    assert (entry.entered_by, entry.action) == (child.district.people["officer"].id, "listed")
