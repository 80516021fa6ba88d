"""In whose name something can be sent: a family spoke as the counselor, over HTTP."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.access.words import Role
from tests.integration.access.conftest import District
from tests.people import appoint, make_guardian

NOTE = {"area": "strengths", "text": "Led the choir."}


@pytest.fixture(scope="module")
def spoken(district: District) -> District:
    """Ana's mother, beside the others."""
    mother = appoint(district.system, "Maria Lopez", Role.GUARDIAN, trained=False)
    make_guardian(district.system, district.learners["ana"], mother.id)
    district.people["mother"] = mother
    district.system.projector.catch_up()
    return district


def observe(spoken: District, who: str, **more: Any) -> httpx.Response:
    url = f"/v1/learners/{spoken.learners['ana']}/record-observation"
    return spoken.as_(who).post(url, json={**NOTE, **more})


def rule(answer: httpx.Response) -> tuple[int, str, str]:
    [error] = answer.json()["errors"]
    return answer.status_code, error["field"], error["rule"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("author", "counselor"),
        ("author_name", "Ms Rivera"),
        ("author_role", "school counselor"),
    ],
)
def test_a_family_cannot_write_in_anothers_name(spoken: District, field: str, value: str) -> None:
    given = str(spoken.people[value].id) if field == "author" else value
    answer = observe(spoken, "mother", **{field: given})
    assert rule(answer) == (422, field, "author-is-another")
    assert answer.json()["errors"][0]["detail"] == (
        f"You speak for yourself here, under the name that is on file. Leave {field} out."
    )


def test_a_family_cannot_do_so_by_a_line_among_many_either(spoken: District) -> None:
    line = {
        "learner": str(spoken.learners["ana"]), "command": "record-observation",
        "command_id": str(uuid4()), **NOTE, "author_name": "Ms Rivera",
    }  # fmt: skip
    headers = {"Content-Type": "application/x-ndjson"}
    answer = spoken.as_("mother").post("/v1/commands", content=json.dumps(line), headers=headers)
    [told] = answer.text.splitlines()
    assert "author-is-another" in told


def test_a_family_may_say_who_it_is(spoken: District) -> None:
    mother = spoken.people["mother"]
    own = {"author": str(mother.id), "author_name": mother.name, "author_role": "guardian"}
    assert observe(spoken, "mother", **own).status_code == 201


def test_the_schools_own_people_write_down_what_others_said(spoken: District) -> None:
    said = {"author": str(spoken.people["mother"].id), "author_name": "Maria Lopez"}
    assert observe(spoken, "counselor", **said).status_code == 201


def test_a_private_note_under_anothers_id_opened_to_that_person_alone(spoken: District) -> None:
    private = {"data_class": "sole_possession"}
    answer = observe(spoken, "counselor", **private, author=str(uuid4()))
    assert rule(answer) == (422, "author", "private-note-of-another")
    own: UUID = spoken.people["counselor"].id
    assert observe(spoken, "counselor", **private, author=str(own)).status_code == 201
    assert observe(spoken, "counselor", **private).status_code == 201


@pytest.mark.parametrize("who", ["elsewhere", "untrained"])
def test_nobody_keeps_private_notes_on_a_record_on_which_they_may_not_write(
    spoken: District, who: str
) -> None:
    """That it is one's own note opened it, whoever the learner is."""
    assert observe(spoken, who, data_class="sole_possession").status_code == 403
