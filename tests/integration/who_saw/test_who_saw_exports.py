"""The log as JSON, page by page, and as files of any length: each piece noted before it leaves."""

import csv
import io
import json
import tracemalloc
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from api.access_export import COLUMNS, exported, ndjson
from api.cursors import Cursors
from api.desk import desk_of
from api.sight import Sight, seeing
from api.viewing import persona_viewer
from api.who_saw_reading import BATCH, Asked, People
from domain.access.words import Action, Assurance
from domain.event import Context
from domain.reads import AccessRecorded, RecordAccess, noted
from tests.integration.who_saw.conftest import District, learner_of

MANY = 10_000
FORMULA = '=HYPERLINK("http://evil.example","Rivera")'
JSON = {"Accept": "application/json"}


def note_many(
    district: District, learner: UUID, number: int, name: str = "Ms Rivera", **more: object
) -> None:
    """Lines of the log, as requests of the counselor leave them."""
    now = district.system.context()
    context = Context(
        today=now.today,
        zone=now.zone,
        now=now.now,
        entered_by=district.people["counselor"].id if name == "Ms Rivera" else uuid4(),
        entered_by_name=name,
        correlation_id=uuid4(),
    )
    given: dict[str, object] = {
        "learner": learner,
        "action": Action.OPENED,
        "purpose": "counseling",
        "allowed": True,
        "code": "FERPA-99.31-a-1-i-A",
        "classes": ("education",),
        "table": "2026-1",
        "how": "session",
        "assurance": Assurance.STRONG,
        "place": "/learners/{learner}",
        "facts": tuple(range(1, 30)),
        "digest": "0" * 64,
        "consents": (uuid4(),),
    }
    access = RecordAccess(**{**given, **more})  # type: ignore[arg-type]
    for start in range(0, number, 1000):
        events = [noted(access, context) for _ in range(min(1000, number - start))]
        district.system.profiles.note(events)


@pytest.fixture(scope="module")
def busy(district: District) -> UUID:
    """A learner with a long log."""
    learner = learner_of(district.system, "Busy")
    note_many(district, learner, MANY)
    return learner


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_page_of_the_log_leads_to_the_next(district: District) -> None:
    learner = learner_of(district.system, "Pia")
    note_many(district, learner, 5)
    client, url = district.as_("officer"), f"/v1/learners/{learner}/accesses"
    first = client.get(url, params={"limit": 2}, headers=JSON).json()
    assert [len(first["accesses"]), first["next"] is not None] == [2, True]
    second = client.get(url, params={"limit": 2, "cursor": first["next"]}, headers=JSON).json()
    positions = [line["position"] for line in (*first["accesses"], *second["accesses"])]
    assert len(set(positions)) == 4
    line = first["accesses"][0]
    assert (line["name"], line["roles"], line["code"]) == (
        "Ms Rivera", ["counselor"], "FERPA-99.31-a-1-i-A",
    )  # fmt: skip
    assert line["section"] == "34 CFR 99.31(a)(1)(i)(A)"
    assert line["sentence"].startswith("Ms Rivera, counselor, opened the profile (29 entries, ")
    other = client.get(f"{url}/days", params={"cursor": first["next"]}, headers=JSON)
    assert other.status_code == 400


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({"kind": "refused"}, 1),
        ({"kind": "opened"}, 2),
        ({"until": "2001-01-01"}, 0),
        ({"from": "2001-01-01"}, 3),
        ({"person": "6f1f64c0-6f4e-4d9e-8f5e-2f4f3c1f9a01"}, 0),
    ],
)
def test_the_log_is_narrowed_over_http(
    district: District, asked: dict[str, str], number: int
) -> None:
    learner = learner_of(district.system, "Quin")
    note_many(district, learner, 2)
    note_many(district, learner, 1, allowed=False, code="local-recertification", facts=())
    url = f"/v1/learners/{learner}/accesses"
    found = district.as_("officer").get(url, params=asked, headers=JSON).json()
    assert len(found["accesses"]) == number


def test_a_kind_that_is_none_is_refused_by_name(district: District) -> None:
    url = f"/v1/learners/{district.ana}/accesses"
    answer = district.as_("officer").get(url, params={"kind": "all"}, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["rule"] == "access-kind-unknown"


def test_the_family_reads_days_over_http(district: District) -> None:
    learner = learner_of(district.system, "Rio", district.people["parent"].id)
    note_many(district, learner, 3)
    url = f"/v1/learners/{learner}/accesses"
    found = district.as_("parent").get(f"{url}/days", headers=JSON).json()
    [line] = [day for day in found["days"] if day["name"] == "Ms Rivera"]
    assert line["sentence"].startswith("Ms Rivera, counselor, opened the profile. What was seen:")
    refused = district.as_("parent").get(url, headers=JSON)
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["rule"] == "FERPA-99.32-c-officer"


@pytest.mark.parametrize("path", ["", "/days", ".csv", ".ndjson"])
@pytest.mark.parametrize("name", ["teacher", "counselor"])
def test_a_teacher_exports_no_log_and_the_attempt_is_noted(
    district: District, name: str, path: str
) -> None:
    answer = district.as_(name).get(f"/v1/learners/{district.ana}/accesses{path}", headers=JSON)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["rule"] == "FERPA-99.32-c"
    last = district.noted()[-1]
    assert (last.entered_by, last.allowed) == (district.people[name].id, False)


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_a_learner_nobody_knows_has_no_export(district: District, kind: str) -> None:
    answer = district.as_("operator").get(f"/v1/learners/{uuid4()}/accesses.{kind}", headers=JSON)
    assert answer.status_code == 404


def test_both_exports_say_the_same_as_the_pages(district: District) -> None:
    learner = learner_of(district.system, "Sol")
    note_many(district, learner, 2)
    note_many(district, learner, 1, name='Zoë Ω, "the"\nsecond')
    client, url = district.as_("officer"), f"/v1/learners/{learner}/accesses"
    pages = client.get(url, headers=JSON).json()["accesses"]
    lines = [json.loads(x) for x in client.get(f"{url}.ndjson").text.splitlines()]
    table = client.get(f"{url}.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.headers["content-disposition"] == 'attachment; filename="who-saw-this-learner.csv"'
    assert table.content.startswith("\ufeff".encode() + b"position,learner,at,person,name,")
    rows = rows_of(table.content.decode())
    assert tuple(rows[0]) == COLUMNS
    assert lines[: len(pages)] == pages or lines == pages
    # A position may begin with a dash, which a spreadsheet would take for a formula.
    told = [row["position"].removeprefix("'") for row in rows]
    assert told == [line["position"] for line in lines]
    assert rows[0]["name"] == 'Zoë Ω, "the"\nsecond'
    assert rows[0]["allowed"] == "true"
    assert rows[0]["entries"].split() == lines[0]["entries"]
    assert rows[0]["at"].replace("+00:00", "Z") == lines[0]["at"]


def test_no_cell_of_a_table_is_a_formula(district: District) -> None:
    learner = learner_of(district.system, "Tom")
    note_many(district, learner, 1, name=FORMULA)
    client, url = district.as_("officer"), f"/v1/learners/{learner}/accesses"
    [row] = rows_of(client.get(f"{url}.csv").content.decode())
    assert row["name"] == f"'{FORMULA}"
    assert row["sentence"].startswith("'=")
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    assert json.loads(client.get(f"{url}.ndjson").text.splitlines()[-1])["name"] == FORMULA


def test_an_export_of_many_lines_has_them_all_and_notes_each_piece(
    district: District, busy: UUID
) -> None:
    client = district.as_("officer")
    before = len(district.noted())
    with client.stream("GET", f"/v1/learners/{busy}/accesses.csv") as answer:
        text = "".join(answer.iter_text())
    assert answer.status_code == 200
    assert len(rows_of(text)) >= MANY
    made = [e for e in district.noted()[before:] if e.learner == busy]
    assert len(made) >= MANY // BATCH
    assert {(e.action, e.allowed, e.entered_by) for e in made} == {
        (Action.EXPORTED, True, district.people["officer"].id)
    }
    told = {position for e in made for position in e.facts}
    assert len(told) == sum(len(e.facts) for e in made) >= MANY
    assert all(e.digest for e in made)


def test_each_piece_is_noted_before_it_leaves_and_memory_stays_bounded(
    district: District, busy: UUID
) -> None:
    system = district.system
    system.projector.catch_up()
    sight = officers_sight(district)
    with seeing(sight):
        pieces = exported(
            system,
            People(system, sight.asker.desk),
            cursors=Cursors(lambda: b"0" * 32),
            sight=sight,
            asked=Asked(learner=busy, kind="opened"),
            at=system.reader.standing(),
            write=ndjson,
        )
    first = next(pieces)
    sizes, lines = [len(first)], first.count(b"\n")
    tracemalloc.start()
    for piece in pieces:
        sizes.append(len(piece))
        assert piece.count(b"\n") <= BATCH
        lines += piece.count(b"\n")
        assert newest(district).digest == sha256(piece).hexdigest()
        assert len(newest(district).facts) == piece.count(b"\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Other tests may have looked at this record, too: then a piece or two more, less than full.
    assert lines >= MANY
    assert MANY // BATCH <= len(sizes) <= MANY // BATCH + 10
    assert peak < 15 * max(sizes) < sum(sizes), f"{peak:,} bytes for pieces of {max(sizes):,}"


def officers_sight(district: District) -> Sight:
    """What the officer's request sees, without a server."""
    system = district.system
    context = system.context()
    asker = desk_of(system).asker(persona_viewer(district.people["officer"]), context.now)
    place = "/v1/learners/{learner}/accesses.ndjson"
    return Sight(asker, Action.EXPORTED, place, context, system.profiles)


def newest(district: District) -> AccessRecorded:
    """The line of the log that was written last."""
    system = district.system
    stored = system.recorder.read_positions([system.reader.head()[0]])
    [event] = system.mapper.open(stored)
    assert isinstance(event, AccessRecorded)
    return event
