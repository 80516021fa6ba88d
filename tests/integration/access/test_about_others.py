"""What is entered on one record and is about another learner too has to be allowed on both."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.words import Action
from tests.integration.access.conftest import District, learner_of


def said_of(other: UUID) -> dict[str, dict[str, Any]]:
    """Commands that change who may see the other, or what stands on the other's record."""
    about = {"subjects": [str(other)], "parts": [{"learner": str(other), "text": "As well."}]}
    mother = {"person": str(uuid4()), "name": "Maria Lopez", "relation": "mother"}
    return {
        "merge-records": {"other": str(other), "reason": "Same birth certificate."},
        "enrol-learner": {"school": "north-high", "grade": "09", **about},
        "link-responsible-person": {**mother, "capacity": "guardian", **about},
        "record-observation": {"area": "strengths", "text": "Both sang.", **about},
    }


@pytest.mark.parametrize("command", said_of(uuid4()))
def test_nobody_comes_to_a_record_by_what_they_enter_on_another(
    district: District, command: str
) -> None:
    """By a merge, or by an enrolment of both, a school would have opened any record to itself."""
    here, there = (district.learners[name] for name in ("ana", "ben"))
    body = said_of(there)[command]
    before = district.system.recorder.latest([here])
    answer = district.as_("counselor").post(f"/v1/learners/{here}/{command}", json=body)
    assert answer.status_code == 403, answer.text
    assert district.system.recorder.latest([here]) == before
    refusal = district.noted()[-1]
    assert (refusal.learner, refusal.action, refusal.allowed) == (there, Action.WRITTEN, False)
    assert district.as_("counselor").get(f"/v1/learners/{there}").status_code == 403


@pytest.mark.parametrize("command", said_of(uuid4()))
def test_who_may_write_on_both_may_enter_what_is_about_both(
    district: District, command: str
) -> None:
    here, there = (learner_of(district.system, name, "north-high") for name in ("Ida", "Ivo"))
    body = said_of(there)[command]
    answer = district.as_("counselor").post(f"/v1/learners/{here}/{command}", json=body)
    assert answer.status_code == 201, answer.text


def test_a_split_is_refused_like_the_merge(district: District) -> None:
    """Who cannot see the other record cannot take it from whoever else relies on it."""
    here, there = learner_of(district.system, "Jo", "north-high"), uuid4()
    body = {"other": str(there), "reason": "Cousins."}
    path = f"/v1/learners/{here}/split-records"
    assert district.as_("counselor").post(path, json=body).status_code == 403
    assert district.as_("officer").post(path, json=body).status_code == 422
