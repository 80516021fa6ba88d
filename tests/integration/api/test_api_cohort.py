"""A cohort on a past date: who belonged to it then, as known then, and what held of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from api.compose import System
from tests.integration.api.desk import Answer, Desk, texts
from tests.integration.api.test_api_bad_input import problem


@pytest.fixture
def desk(client: httpx.Client, district: System) -> Desk:
    return Desk(client, district)


@pytest.fixture
def school() -> str:
    """A school of the test's own."""
    return f"school-{uuid4().hex[:8]}"


def enrol(desk: Desk, school: str, grade: str = "09", **more: Any) -> Answer:
    """A new learner with one observation, enrolled since August 2024; the last receipt."""
    learner = desk.register()["learner"]
    desk.observe(learner, text=f"In {grade}.")
    place = {"school": school, "grade": grade, "effective": "2024-08-19", **more}
    return desk.tell(learner, "enrol-learner", **place)


def members(found: Answer) -> set[str]:
    return {line["learner"] for line in found["learners"]}


def test_a_cohort_is_who_belonged_to_the_school_grade_and_class_on_the_day(
    desk: Desk, school: str
) -> None:
    nine_a = enrol(desk, school, classes=["9a", "choir"])["learner"]
    nine_b = enrol(desk, school, classes=["9b", "choir"])["learner"]
    ten = enrol(desk, school, "10")
    enrol(desk, f"{school}-south")
    end = {"enrolment": ten["ids"]["enrolment"], "effective": "2025-03-01"}
    desk.tell(ten["learner"], "end-enrolment", **end)

    def found(on: str = "2025-02-01", **asked: Any) -> set[str]:
        return members(desk.cohort(on=on, school=school, **asked))

    assert found() == {nine_a, nine_b, ten["learner"]}
    assert found("2025-03-01") == {nine_a, nine_b}
    assert found("2024-08-18") == set()
    assert found(grade="10") == {ten["learner"]}
    assert found(grade="09") == {nine_a, nine_b}
    assert found(**{"class": "9b"}) == {nine_b}
    assert found(grade="09", **{"class": "choir"}) == {nine_a, nine_b}
    assert found(grade="10", **{"class": "choir"}) == set()


def test_a_cohort_over_http_did_not_say_of_whom_our_file_had_not_begun(desk: Desk) -> None:
    before = desk.register()["position"]
    ana, nobody = desk.register()["learner"], str(uuid4())

    def told(**asked: Any) -> dict[str, tuple[str, int]]:
        found = desk.cohort(learners=[ana, nobody], on="2025-02-01", **asked)["learners"]
        return {line["learner"]: (line["answer"], len(line["entries"])) for line in found}

    assert told(known=before) == {ana: ("before-our-file-began", 0), nobody: ("never-existed", 0)}
    assert told() == {ana: ("value", 1), nobody: ("never-existed", 0)}
    # Nothing of the kinds asked for is a value too: the file had begun.
    assert told(kinds=["goal"])[ana] == ("value", 0)


def test_what_holds_of_each_is_what_the_learner_s_own_answer_says(desk: Desk, school: str) -> None:
    *_, last = [enrol(desk, school, grade) for grade in ("09", "10")]
    place = {"on": "2025-02-01", "known": last["position"]}
    found = desk.cohort(school=school, **place)
    assert len(found["learners"]) == 2
    for line in found["learners"]:
        own = desk.read(line["learner"], **place)
        assert own["entries"] == line["entries"]
        assert own["coordinates"] == found["coordinates"]


def test_who_belonged_to_a_school_is_told_as_it_was_known(desk: Desk, school: str) -> None:
    first = enrol(desk, school)
    late = enrol(desk, school)
    gone = desk.tell(
        first["learner"], "end-enrolment", enrolment=first["ids"]["enrolment"],
        effective="2024-09-01",
    )  # fmt: skip

    def found(known: str) -> set[str]:
        return members(desk.cohort(school=school, on="2025-02-01", known=known))

    assert found(first["position"]) == {first["learner"]}
    assert found(late["position"]) == {first["learner"], late["learner"]}
    assert found(gone["position"]) == {late["learner"]}


def test_grade_9_of_a_cohort_is_grade_09_too(desk: Desk, school: str) -> None:
    one, two = enrol(desk, school, "9")["learner"], enrol(desk, school, "09")["learner"]
    enrol(desk, school, "19")
    for grade in ("9", "09"):
        assert members(desk.cohort(school=school, grade=grade)) == {one, two}


def test_some_learners_are_asked_for_by_their_ids(desk: Desk, school: str) -> None:
    told = [enrol(desk, school) for _ in range(3)]
    wanted = sorted(t["learner"] for t in told[:2])
    found = desk.cohort(learners=[*wanted, wanted[0]], on="2025-02-01", kinds=["fact"])
    assert [line["learner"] for line in found["learners"]] == wanted
    assert [texts(line["entries"]) for line in found["learners"]] == [["In 09."]] * 2


def test_a_member_without_entries_of_the_kinds_asked_for_is_told_with_none(
    desk: Desk, school: str
) -> None:
    """A class shrank by a filter, and was empty for a word that is no kind."""
    told = [enrol(desk, school) for _ in range(3)]
    goal = {"text": "Read aloud.", "horizon": "short_term", "kind": "academic"}
    desk.tell(told[0]["learner"], "set-goal", **goal, effective="2025-01-01")
    found = desk.cohort(school=school, on="2025-02-01", kinds=["goal"])
    counted = {line["learner"]: len(line["entries"]) for line in found["learners"]}
    assert counted == {one["learner"]: int(one is told[0]) for one in told}
    wrong = desk.client.post("/v1/cohorts/profile", json={"school": school, "kinds": ["goals"]})
    [error] = wrong.json()["errors"]
    assert (wrong.status_code, error["field"], error["rule"]) == (422, "kinds[0]", "not-in-list")


@pytest.mark.parametrize("by", ["school", "learners"])
def test_pages_of_a_cohort_have_each_learner_once_at_one_position(
    desk: Desk, school: str, by: str
) -> None:
    told = [enrol(desk, school) for _ in range(5)]
    # Enrolled twice, as when two systems were imported: still one learner.
    place = {"school": school, "grade": "09", "effective": "2024-08-19"}
    *_, last = [desk.tell(one["learner"], "enrol-learner", **place) for one in told]
    asked: dict[str, Any] = {"limit": 2, "on": "2025-02-01"}
    asked[by] = school if by == "school" else [t["learner"] for t in told]
    page = desk.cohort(**asked)
    pages = [page]
    while page["next"] is not None:
        enrol(desk, school)
        desk.observe(told[4]["learner"], text="It came in between.")
        page = desk.cohort(**asked, cursor=page["next"])
        pages.append(page)
    found = [line for p in pages for line in p["learners"]]
    assert [line["learner"] for line in found] == sorted(t["learner"] for t in told)
    assert [len(p["learners"]) for p in pages] == [2, 2, 1]
    assert {p["coordinates"]["known_at"]["position"] for p in pages} == {last["position"]}
    assert "in between" not in repr(found)


def test_a_cohort_is_named_by_a_group_or_by_ids_and_not_by_both(desk: Desk) -> None:
    unclear: list[dict[str, Any]] = [{}, {"school": "north-high", "learners": [str(uuid4())]}]
    for asked in unclear:
        answer = desk.client.post("/v1/cohorts/profile", json=asked)
        problem(answer, 422, "cohort-unclear", "school")
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"on": "2100-01-01"}, "on-after-today", "on"),
        ({"known": "2100-01-01"}, "known-in-future", "known"),
        ({"known": "2026-03-08T02:30"}, "known-skipped", "known"),
        ({"learners": []}, "too-few", "learners"),
        ({"school": "North High"}, "not-a-code", "school"),
    ]
    for asked, rule, field in wrong:
        answer = desk.client.post("/v1/cohorts/profile", json={"school": "north-high", **asked})
        problem(answer, 422, rule, field)


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[list[str]]:
    """What is asked of the desk's database meanwhile, flushes left out.

    In the same process, districts of other tests may be at work on databases of their own.
    """
    asked: list[str] = []
    execute = psycopg.Cursor.execute
    own = conninfo_to_dict(desk.district.databases.app)["dbname"]

    def counted(cursor: Any, query: Any, *more: Any, **options: Any) -> Any:
        text = query.decode() if isinstance(query, bytes) else str(query)
        if cursor.connection.info.dbname == own and "pg_logical_emit_message" not in text:
            asked.append(text)
        return execute(cursor, query, *more, **options)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.Cursor, "execute", counted)
        yield asked


@pytest.mark.parametrize("by", ["school", "learners"])
def test_a_cohort_of_any_size_takes_three_queries(
    desk: Desk, school: str, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [enrol(desk, school) for _ in range(12)]
    known = told[-1]["position"]
    desk.district.projector.catch_up()
    for size in (1, 12):
        ids = [t["learner"] for t in told[:size]]
        asked: dict[str, Any] = {"known": known, "on": "2025-02-01", "limit": size}
        asked[by] = school if by == "school" else ids
        with statements(monkeypatch, desk) as seen:
            answer = desk.client.post("/v1/cohorts/profile", json=asked)
        assert len(answer.json()["learners"]) == size
        assert len(seen) <= 3, seen


def test_the_reader_asks_three_queries_for_a_cohort(
    desk: Desk, school: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = [enrol(desk, school) for _ in range(3)]
    desk.district.projector.catch_up()
    reader, on = desk.district.reader, desk.district.context().today
    with statements(monkeypatch, desk) as seen:
        found = reader.cohort(on, reader.standing(), {"school": school})
    assert set(found) == {UUID(t["learner"]) for t in told}
    assert len(seen) == 3, seen
