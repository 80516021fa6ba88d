"""The plain working day over HTTP: register, record, repeat, read back, page through."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from api.compose import System
from tests.served import serving
from tests.varied import changes_of

SAID = {"area": "strengths", "text": "Led the group.", "effective": "2025-03-14"}


def observe(client: httpx.Client, learner: str, **more: object) -> httpx.Response:
    headers = more.pop("headers", None)
    body = {**SAID, **more}
    url = f"/v1/learners/{learner}/record-observation"
    return client.post(url, json=body, headers=headers)  # type: ignore[arg-type]


def test_what_was_recorded_is_read_back(client: httpx.Client, district: System, ana: str) -> None:
    recorded = observe(client, ana)
    assert recorded.status_code == 201, recorded.text
    district.projector.catch_up()

    profile = client.get(f"/v1/learners/{ana}/profile").json()
    [entry] = [e for e in profile["entries"] if e["kind"] == "fact"]
    assert entry["id"] == recorded.json()["ids"]["fact"]
    assert entry["body"] == {"text": "Led the group."}
    assert entry["effective"] == [{"from": "2025-03-14", "until": None}]
    assert entry["provenance"]["entered_by_name"] == "Ms Rivera"
    [told] = client.get(f"/v1/learners/{ana}/timeline").json()["entries"]
    assert told == entry


def test_an_answer_states_its_coordinates(client: httpx.Client, district: System, ana: str) -> None:
    receipt = observe(client, ana).json()
    district.projector.catch_up()
    answer = client.get(f"/v1/learners/{ana}/profile", params={"on": "2025-04-01"}).json()
    assert answer["coordinates"] == {
        "effective_at": "2025-04-01",
        "known_at": {"position": receipt["position"], "recorded_at": receipt["recorded_at"]},
        "zone": "America/Chicago",
        "viewer": "custodian",
    }
    assert answer["version"] == receipt["version"] == 2


def test_the_profile_of_an_earlier_day_has_not_what_began_later(
    client: httpx.Client, district: System, ana: str
) -> None:
    observe(client, ana)
    district.projector.catch_up()
    url = f"/v1/learners/{ana}/profile"
    kinds = [
        [e["kind"] for e in client.get(url, params={"on": on}).json()["entries"]]
        for on in ("2025-03-13", "2025-03-14")
    ]
    assert kinds == [["details"], ["details", "fact"]]


def test_a_repeated_command_is_answered_as_at_first_and_recorded_once(
    client: httpx.Client, district: System, ana: str
) -> None:
    key = {"Idempotency-Key": "Friday's list, row 17"}
    before = changes_of(district)
    first, second = observe(client, ana, headers=key), observe(client, ana, headers=key)
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.content == first.content
    assert second.headers["ETag"] == first.headers["ETag"] == '"2"'
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert changes_of(district) == before + 1


def test_a_repeated_registration_gives_the_same_learner(client: httpx.Client) -> None:
    body, key = {"given_name": "Ana", "family_name": "Lopez"}, {"Idempotency-Key": "ana"}
    first, second = (client.post("/v1/learners", json=body, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


def test_a_learner_is_registered_under_an_id_of_the_clients_own(client: httpx.Client) -> None:
    mine = "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01"
    body = {"given_name": "Ana", "family_name": "Lopez"}
    url = f"/v1/learners/{mine}/register-learner"
    assert client.post(url, json=body).json()["learner"] == mine
    assert client.post(url, json=body).json()["type"].endswith(":learner-exists")


def test_what_commutes_goes_ahead_although_the_version_is_old(
    client: httpx.Client, ana: str
) -> None:
    seen = observe(client, ana).headers["ETag"]
    observe(client, ana, text="Helps others.")
    assert observe(client, ana, text="Asks.", headers={"If-Match": seen}).status_code == 201


def test_a_client_that_has_the_answer_is_told_so(
    client: httpx.Client, district: System, ana: str
) -> None:
    observe(client, ana)
    district.projector.catch_up()
    url = f"/v1/learners/{ana}/profile"
    etag = client.get(url).headers["ETag"]
    again = client.get(url, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    observe(client, ana)
    district.projector.catch_up()
    assert client.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_the_etag_of_a_read_serves_as_if_match(
    client: httpx.Client, district: System, ana: str
) -> None:
    fact = observe(client, ana).json()["ids"]["fact"]
    district.projector.catch_up()
    seen = {"If-Match": client.get(f"/v1/learners/{ana}/profile").headers["ETag"]}
    change = {"fact": fact, "ground": "Typing error.", "changes": {"text": "Led two groups."}}
    url = f"/v1/learners/{ana}/correct-fact"
    assert client.post(url, json=change, headers=seen).status_code == 201
    stale = client.post(url, json={**change, "changes": {"text": "Led."}}, headers=seen)
    assert stale.status_code == 412


def test_a_timeline_is_paged_through_in_the_order_in_which_it_was_true(
    client: httpx.Client, district: System, ana: str
) -> None:
    for day in (5, 2, 7, 1, 4, 6, 3):
        observe(client, ana, effective=f"2025-03-{day:02}")
    district.projector.catch_up()
    url = f"/v1/learners/{ana}/timeline"
    page = client.get(url, params={"limit": 3}).json()
    found = page["entries"]
    while page["next"] is not None:
        page = client.get(url, params={"limit": 3, "cursor": page["next"]}).json()
        found += page["entries"]
    assert [e["effective"][0]["from"] for e in found] == [f"2025-03-0{d}" for d in range(1, 8)]


def test_pages_of_a_timeline_keep_the_steps_of_one_day_in_their_order(
    client: httpx.Client, district: System, ana: str
) -> None:
    goal = {"text": "Read more.", "horizon": "short_term", "kind": "academic"}
    for _ in range(3):
        day = {"effective": "2025-03-05"}
        made = client.post(f"/v1/learners/{ana}/set-goal", json={**goal, **day}).json()
        done = {"goal": made["ids"]["goal"], "text": "She reads every day.", **day}
        assert client.post(f"/v1/learners/{ana}/reach-goal", json=done).status_code == 201
    district.projector.catch_up()
    url = f"/v1/learners/{ana}/timeline"
    page = client.get(url, params={"limit": 1}).json()
    found = page["entries"]
    while page["next"] is not None:
        page = client.get(url, params={"limit": 1, "cursor": page["next"]}).json()
        found += page["entries"]
    assert [e["type"] for e in found] == ["goal-set", "goal-reached"] * 3


def test_the_audit_log_has_every_event_the_latest_first(
    client: httpx.Client, district: System, ana: str
) -> None:
    observe(client, ana)
    client.post(
        f"/v1/learners/{ana}/set-goal",
        json={"text": "Read more.", "horizon": "short_term", "kind": "academic"},
    )
    district.projector.catch_up()
    first = client.get(f"/v1/learners/{ana}/audit", params={"limit": 2}).json()
    assert [e["type"] for e in first["entries"]] == ["goal-set", "observation-recorded"]
    rest = client.get(
        f"/v1/learners/{ana}/audit", params={"limit": 2, "cursor": first["next"]}
    ).json()
    assert [e["type"] for e in rest["entries"]] == ["learner-registered"]
    assert rest["next"] is None
    whole = client.get("/v1/audit", params={"type": ["goal-set", "learner-registered"]}).json()
    assert [e["type"] for e in whole["entries"]][:2] == ["goal-set", "learner-registered"]
    person = {"person": "22222222-2222-4222-8222-222222222222"}
    assert client.get("/v1/audit", params=person).json()["entries"] == []


def test_learners_are_listed_by_school_and_found_by_name(
    client: httpx.Client, district: System
) -> None:
    names = [("Zoë", "Ångström"), ("Ana", "Lopez"), ("José", "Lopez-Ruiz")]
    for given, family in names:
        body = {"given_name": given, "family_name": family}
        learner = client.post("/v1/learners", json=body).json()["learner"]
        place = {"school": "north-high", "grade": "09", "effective": "2025-08-18"}
        assert client.post(f"/v1/learners/{learner}/enrol-learner", json=place).is_success
    district.projector.catch_up()

    def found(answer: httpx.Response) -> list[str]:
        assert answer.status_code == 200, answer.text
        return [line["given_name"] for line in answer.json()["learners"]]

    page = client.get("/v1/learners", params={"school": "north-high", "limit": 2})
    assert found(page) == ["Zoë", "Ana"], "an Å is looked for where an A stands"
    rest = {"school": "north-high", "limit": 2, "cursor": page.json()["next"]}
    assert found(client.get("/v1/learners", params=rest)) == ["José"]
    assert found(client.get("/v1/learners", params={"school": "south"})) == []
    assert found(client.post("/v1/learners/search", json={"name": "lop jo"})) == ["José"]
    assert found(client.post("/v1/learners/search", json={"name": "angs"})) == ["Zoë"]
    assert found(client.post("/v1/learners/search", json={"name": "z å"})) == ["Zoë"]


def test_a_read_waits_for_what_its_client_wrote(
    client: httpx.Client, district: System, ana: str
) -> None:
    position = observe(client, ana).json()["position"]
    url = f"/v1/learners/{ana}/profile"
    late = client.get(url, params={"after": position})
    assert late.status_code == 503
    assert late.json()["type"].endswith(":projection-behind")
    district.projector.catch_up()
    assert len(client.get(url, params={"after": position}).json()["entries"]) == 2


def test_grade_4_found_nobody_of_grade_04(
    open_district: Callable[[], System],
) -> None:
    """Nor the other way round; and both are one list in the order of names."""
    district = open_district()
    with serving(district) as address, httpx.Client(base_url=address, timeout=30) as client:
        for name, grade in [("Abel", "4"), ("Bo", "04"), ("Cy", "4"), ("Dee", "14"), ("El", "k")]:
            names = {"given_name": name, "family_name": "Lopez"}
            learner = client.post("/v1/learners", json=names).json()["learner"]
            place = {"school": "north-high", "grade": grade, "effective": "2025-08-18"}
            client.post(f"/v1/learners/{learner}/enrol-learner", json=place)
        district.projector.catch_up()

        def found(grade: str) -> list[list[str]]:
            asked = {"name": "Lopez", "grade": grade}
            answers = [
                client.get("/v1/learners", params={"grade": grade}).json(),
                client.post("/v1/learners/search", json=asked).json(),
            ]
            return [[line["given_name"] for line in a["learners"]] for a in answers]

        for grade in ("4", "04", "004"):
            assert found(grade) == [["Abel", "Bo", "Cy"]] * 2
        assert found("14") == [["Dee"]] * 2
        assert found("k") == [["El"]] * 2
        assert found("0") == [[]] * 2


def test_many_commands_are_recorded_line_by_line(
    client: httpx.Client, district: System, ana: str
) -> None:
    def line(key: str, **more: object) -> str:
        command = {"learner": ana, "command": "record-observation", "command_id": key}
        return json.dumps({**command, **SAID, **more})

    other = "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01"
    body = "\n".join(
        [
            line("a"),
            "",
            line("b", area="nowhere"),
            "{torn",
            line("c", command="register-learner", learner=other, text=None),
            line("d", learner="77777777-7777-4777-8777-777777777777"),
            line("a"),
            line("a", text="Something else."),
            line("e"),
        ]
    )
    before = changes_of(district)
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/commands", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    answers = [json.loads(text) for text in answer.text.splitlines()]
    assert [(a["line"], a["status"]) for a in answers] == [
        (1, 201), (3, 422), (4, 400), (5, 422), (6, 404), (7, 200), (8, 422), (9, 201),
    ]  # fmt: skip
    assert answers[0]["receipt"] == answers[5]["receipt"]
    assert changes_of(district) == before + 2
    second = client.post("/v1/commands", content=body, headers=headers)
    again = [json.loads(text) for text in second.text.splitlines()]
    assert [a["status"] for a in again] == [200, 422, 400, 422, 404, 200, 422, 200]
    assert again[0]["receipt"] == answers[0]["receipt"]
    assert changes_of(district) == before + 2


def test_a_bulk_body_of_many_batches_is_answered_whole(
    client: httpx.Client, district: System, ana: str
) -> None:
    lines = (
        json.dumps(
            {"learner": ana, "command": "record-observation", "command_id": f"row {n}", **SAID}
        ).encode()
        + b"\n"
        for n in range(1200)
    )
    before = changes_of(district)
    headers = {"Content-Type": "application/x-ndjson"}
    answer = client.post("/v1/commands", content=lines, headers=headers)
    answers = [json.loads(text) for text in answer.text.splitlines()]
    assert [a["line"] for a in answers] == list(range(1, 1201))
    assert {a["status"] for a in answers} == {201}
    assert changes_of(district) == before + 1200


def test_many_clients_write_and_read_one_learner_at_once(
    client: httpx.Client, district: System, ana: str
) -> None:
    def write_and_read(n: int) -> int:
        recorded = observe(client, ana, text=f"Said by client {n}.")
        read = client.get(f"/v1/learners/{ana}/timeline")
        assert (recorded.status_code, read.status_code) == (201, 200)
        return int(recorded.json()["version"])

    district.projector.catch_up()
    with ThreadPoolExecutor(48) as clients:
        versions = list(clients.map(write_and_read, range(96)))
    assert sorted(versions) == list(range(2, 98))


def test_the_server_says_how_it_is(client: httpx.Client, district: System, ana: str) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    district.projector.catch_up()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["reasons"]) == (200, [])
    assert {p["projection"] for p in ready.json()["projections"]} == {
        "profile", "timeline", "membership", "audit", "caseload",
    }  # fmt: skip
    client.get(f"/v1/learners/{ana}/profile")
    district.projector.catch_up()
    metrics = client.get("/metrics").text
    assert 'route="/v1/learners/{learner}/profile",status="200"}' in metrics
    assert 'throughline_projection_lag_events{projection="profile"} 0.0' in metrics
    assert ana not in metrics
