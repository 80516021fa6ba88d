"""People, roles, assignments and the district's papers over HTTP."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import NOBODY, Persona, System, system
from domain.access.words import Role
from domain.people import EndRole, GrantRole, RegisterPerson, district_id, person_id
from domain.vocabulary import PEOPLE
from tests.installation import record
from tests.served import make_district, serving

ISSUER = "https://id.maple.example"


@pytest.fixture(scope="module")
def keeper(databases: Any, home: Any) -> Iterator[System]:
    """A district whose server is asked by whoever works at the machine itself."""
    settings = make_district(databases, home)
    with system(settings, databases, NOBODY) as built:
        yield built


@pytest.fixture(scope="module")
def desk(keeper: System) -> Iterator[httpx.Client]:
    with serving(keeper) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


@pytest.fixture
def rivera(desk: httpx.Client) -> str:
    answer = desk.post("/v1/people", json={"name": "Ms Rivera", "email": "rivera@maple.example"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["learner"])


def tell(desk: httpx.Client, person: Any, command: str, **body: Any) -> dict[str, Any]:
    answer = desk.post(f"/v1/people/{person}/{command}", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def rule(answer: httpx.Response) -> tuple[int, str, str]:
    problem = answer.json()
    [error] = problem["errors"]
    return answer.status_code, error["field"], error["rule"]


def test_a_person_is_registered_given_a_role_assigned_trained_and_read(
    desk: httpx.Client, rivera: str
) -> None:
    grant = tell(desk, rivera, "grant-role", role="counselor", effective="2025-08-01")
    ids = [grant["ids"]["grant"]]
    made = tell(
        desk,
        rivera,
        "assign",
        role="counselor",
        kind="school",
        code="north-high",
        effective={"from": "2025-08-01", "until": "2026-08-01"},
    )
    ids.append(made["ids"]["assignment"])
    tell(desk, rivera, "complete-training", course="Privacy 2025", effective="2025-08-04")
    tell(desk, rivera, "end-assignment", assignment=ids[1], effective="2026-01-12")
    answer = desk.get(f"/v1/people/{rivera}")
    found = answer.json()

    assert answer.headers["ETag"] == '"5"'
    assert (found["person"], found["name"], found["version"]) == (rivera, "Ms Rivera", 5)
    [role], [assignment], [training] = found["roles"], found["assignments"], found["trainings"]
    assert (role["id"], role["role"], role["from"], role["until"]) == (
        ids[0],
        "counselor",
        "2025-08-01",
        None,
    )
    assert role["positions"] == [grant["position"]]
    assert role["recorded_at"] == grant["recorded_at"]
    assert (assignment["code"], assignment["from"], assignment["until"]) == (
        "north-high",
        "2025-08-01",
        "2026-01-12",
    )
    assert len(assignment["positions"]) == 2
    assert (training["course"], training["from"]) == ("Privacy 2025", "2025-08-04")


def test_who_signs_in_has_the_same_id_every_time(desk: httpx.Client, keeper: System) -> None:
    body = {"name": "Mr Chen", "issuer": ISSUER, "subject": "a81f3c"}
    answer = desk.post("/v1/people", json=body)
    again = desk.post("/v1/people", json=body)

    assert UUID(answer.json()["learner"]) == person_id(keeper.settings.tenant, ISSUER, "a81f3c")
    assert rule(again) == (422, "person", "person-registered")


def test_a_repeat_finds_the_first_answer(desk: httpx.Client) -> None:
    body, key = {"name": "Ms Park"}, {"Idempotency-Key": "people/1"}
    first = desk.post("/v1/people", json=body, headers=key)
    again = desk.post("/v1/people", json=body, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()


@pytest.mark.parametrize(
    "named_by",
    [
        {"issuer": ISSUER},
        {"subject": "a81f3c"},
        {"id": str(uuid4()), "issuer": ISSUER, "subject": "a81f3c"},
    ],
)
def test_a_person_is_named_in_one_way(desk: httpx.Client, named_by: dict[str, str]) -> None:
    answer = desk.post("/v1/people", json={"name": "Ms Park", **named_by})

    assert rule(answer) == (422, "subject", "person-named-twice")


def test_a_stranger_and_a_learner_are_no_persons(desk: httpx.Client) -> None:
    learner = desk.post("/v1/learners", json={"given_name": "Ana", "family_name": "Lopez"})
    ana = learner.json()["learner"]
    unknown = (404, "person", "person-not-registered")

    assert rule(desk.get(f"/v1/people/{uuid4()}")) == unknown
    assert rule(desk.get(f"/v1/people/{ana}")) == unknown
    role = {"role": "teacher"}
    assert rule(desk.post(f"/v1/people/{uuid4()}/grant-role", json=role)) == unknown
    assert rule(desk.post(f"/v1/people/{ana}/grant-role", json=role)) == (
        422,
        "person",
        "record-of-another-kind",
    )
    assert rule(desk.post("/v1/people", json={"name": "Ana", "id": ana})) == (
        422,
        "person",
        "record-of-another-kind",
    )


def test_a_person_is_no_learner(desk: httpx.Client, rivera: str) -> None:
    names = {"given_name": "Ana", "family_name": "Lopez"}
    seen = {"area": "needs", "text": "Seemed tired."}
    wrong = (422, "learner", "record-of-another-kind")

    assert rule(desk.post(f"/v1/learners/{rivera}/register-learner", json=names)) == wrong
    assert rule(desk.post(f"/v1/learners/{rivera}/record-observation", json=seen)) == wrong
    assert desk.post(f"/v1/learners/{rivera}/grant-role", json={"role": "teacher"}).status_code == (
        404
    )


def test_papers_stand_on_the_districts_record_alone(
    desk: httpx.Client, keeper: System, rivera: str
) -> None:
    district = district_id(keeper.settings.tenant)
    notice = {"version": "notice-2025", "criteria": "officials-2025"}
    tell(desk, district, "register-person", name="Maple County Schools")
    tell(desk, district, "publish-annual-notice", **notice)

    assert rule(desk.post(f"/v1/people/{rivera}/publish-annual-notice", json=notice)) == (
        422,
        "person",
        "district-record-only",
    )
    assert rule(desk.post(f"/v1/people/{district}/grant-role", json={"role": "teacher"})) == (
        422,
        "person",
        "district-holds-no-role",
    )


def test_a_role_that_was_ended_meanwhile_is_not_ended_again(
    desk: httpx.Client, rivera: str
) -> None:
    grant = tell(desk, rivera, "grant-role", role="teacher")["ids"]["grant"]
    tell(desk, rivera, "end-role", grant=grant)
    answer = desk.post(
        f"/v1/people/{rivera}/end-role", json={"grant": grant}, headers={"If-Match": '"2"'}
    )

    assert rule(answer) == (412, "If-Match", "version-stale")


def test_only_who_keeps_the_districts_people_sees_or_changes_them(
    databases: Any, home: Any
) -> None:
    okafor = Persona(uuid4(), "Mr Okafor", "counselor")
    with (
        system(make_district(databases, home), databases, okafor) as district,
        serving(district) as address,
        httpx.Client(base_url=address, timeout=30) as client,
    ):

        def asked() -> set[tuple[int, str]]:
            answers = [
                client.post("/v1/people", json={"name": "Somebody"}),
                client.get(f"/v1/people/{okafor.id}"),
                client.get(f"/v1/people/{uuid4()}"),
                client.post(f"/v1/people/{okafor.id}/grant-role", json={"role": "administrator"}),
            ]
            return {(a.status_code, str(a.json().get("type")).rpartition(":")[2]) for a in answers}

        refused = {(403, "people-not-yours")}
        assert asked() == refused
        record(district, okafor.id, RegisterPerson(name="Mr Okafor"))
        record(district, okafor.id, GrantRole(role=Role.COUNSELOR))
        assert asked() == refused
        grant = uuid4()
        record(district, okafor.id, GrantRole(grant=grant, role=Role.ADMINISTRATOR))
        assert client.get(f"/v1/people/{okafor.id}").status_code == 200
        record(district, okafor.id, EndRole(grant=grant))
        assert asked() == refused


def test_every_command_has_its_route(desk: httpx.Client) -> None:
    paths = desk.get("/openapi.json").json()["paths"]
    for name in PEOPLE:
        [parameter] = [
            p
            for p in paths[f"/v1/people/{{person}}/{name}"]["post"]["parameters"]
            if p["in"] == "path"
        ]
        assert parameter["name"] == "person"
