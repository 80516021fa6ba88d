"""The audit log as a file of any length: for the officer, each piece noted before it leaves."""

import csv
import io
import json
import tracemalloc
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from api.audit_export import COLUMNS, exported, ndjson
from api.audit_reading import Narrow
from api.cursors import Cursors
from api.desk import desk_of
from api.sight import Sight, seeing
from api.viewing import persona_viewer
from api.who_saw_reading import People
from domain.access.words import Action, Assurance
from domain.application import Request
from domain.event import Context
from domain.facts import RecordObservation
from domain.people import district_id
from domain.reads import AccessRecorded, RecordAccess, noted
from domain.words import Area
from tests.integration.who_saw.conftest import District, learner_of, observe

MANY, PIECE = 6_000, 500  # lines
JSON = {"Accept": "application/json"}


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def sight_of(district: District, name: str) -> Sight:
    """What somebody's request sees, without a server."""
    system = district.system
    context = system.context()
    asker = desk_of(system).asker(persona_viewer(district.people[name]), context.now)
    return Sight(asker, Action.EXPORTED, "/v1/audit.ndjson", context, system.profiles)


def newest(district: District) -> AccessRecorded:
    """The line of the log that was written last."""
    system = district.system
    [event] = system.mapper.open(system.recorder.read_positions([system.reader.head()[0]]))
    assert isinstance(event, AccessRecorded)
    return event


@pytest.fixture(scope="module")
def busy(district: District) -> UUID:
    """A learner with a long record."""
    system, learner = district.system, learner_of(district.system, "Busy")
    said = [
        RecordObservation(fact=uuid4(), area=Area.NEEDS, text=f"Note {number} of a long record.")
        for number in range(MANY)
    ]
    for start in range(0, MANY, 1000):
        requests = [Request(learner, one, system.context()) for one in said[start : start + 1000]]
        system.profiles.do_many(requests)
    system.projector.catch_up()
    return learner


@pytest.mark.parametrize("name", ["teacher", "counselor", "parent"])
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_nobody_but_the_officer_exports_the_log_and_the_attempt_is_noted(
    district: District, name: str, form: str
) -> None:
    before = len(district.noted())
    answer = district.as_(name).get(f"/v1/audit.{form}", headers=JSON)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["rule"] == "FERPA-99.32-c-officer"
    [noted] = district.noted()[before:]
    assert (noted.entered_by, noted.allowed) == (district.people[name].id, False)
    assert noted.action is Action.EXPORTED
    assert noted.learner == district_id(district.system.settings.tenant)
    found = district.as_("officer").get("/v1/audit", params={"kind": "refusals"}, headers=JSON)
    refused = found.json()["entries"][0]
    assert (refused["provenance"]["entered_by"], refused["body"]["action"]) == (
        str(district.people[name].id),
        "exported",
    )


def test_both_forms_say_the_same_as_the_pages(district: District) -> None:
    learner = learner_of(district.system, "Sol")
    observe(district.system, learner, 'Said "no",\nthen Ω.')
    district.page("counselor", f"/learners/{learner}")
    client = district.as_("officer")
    params = {"kind": "changes", "type": "observation-recorded"}
    pages = client.get("/v1/audit", params={**params, "limit": 500}, headers=JSON).json()["entries"]
    found = client.get("/v1/audit.ndjson", params=params)
    assert found.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in found.text.splitlines()][: len(pages)] == pages
    table = client.get("/v1/audit.csv", params=params)
    assert table.headers["content-disposition"] == 'attachment; filename="audit-log.csv"'
    assert table.content.startswith("\ufeff".encode() + b"position,recorded_at,kind,type,")
    rows = rows_of(table.content.decode())
    assert tuple(rows[0]) == COLUMNS
    positions = [row["position"].removeprefix("'") for row in rows]  # one may begin with a minus
    assert positions[: len(pages)] == [p["provenance"]["position"] for p in pages]
    assert json.loads(rows[0]["body"])["text"] == 'Said "no",\nthen Ω.'
    assert (rows[0]["kind"], rows[0]["learner"]) == ("changes", str(learner))


def test_reads_are_rows_with_their_ground(district: District) -> None:
    learner = learner_of(district.system, "Tom")
    district.page("counselor", f"/learners/{learner}")
    person = str(district.people["counselor"].id)
    params = {"kind": "reads", "person": person}
    rows = rows_of(district.as_("officer").get("/v1/audit.csv", params=params).text)
    assert {row["person"] for row in rows} == {person}
    latest = rows[0]
    assert (latest["learner"], latest["kind"]) == (str(learner), "reads")
    assert (latest["allowed"], latest["action"]) == ("true", "opened")
    assert latest["code"] == "FERPA-99.31-a-1-i-A"
    assert "opened the profile" in latest["sentence"]


def test_no_cell_is_a_formula(district: District) -> None:
    system, learner = district.system, learner_of(district.system, "Uma")
    now = system.context()
    name = '=HYPERLINK("http://evil.example")'
    context = Context(
        today=now.today, zone=now.zone, now=now.now, entered_by=uuid4(), entered_by_name=name
    )
    access = RecordAccess(
        learner=learner, action=Action.OPENED, purpose="counseling", allowed=True,
        code="FERPA-99.31-a-1-i-A", how="session", assurance=Assurance.STRONG,
        place="/learners/{learner}",
    )  # fmt: skip
    system.profiles.note([noted(access, context)])
    params = {"kind": "all", "person": str(context.entered_by)}
    [row] = rows_of(district.as_("officer").get("/v1/audit.csv", params=params).text)
    assert row["name"] == f"'{name}"
    assert all(not cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_an_export_that_finds_nothing_is_a_table_without_rows(district: District) -> None:
    params = {"from": "2020-01-01", "until": "2020-01-02"}
    answer = district.as_("officer").get("/v1/audit.csv", params=params)
    assert (answer.status_code, rows_of(answer.text)) == (200, [])
    assert answer.text.removeprefix("\ufeff").startswith("position,")


def test_a_long_export_has_every_line_and_notes_them_as_exported(
    district: District, busy: UUID
) -> None:
    client, before = district.as_("officer"), len(district.noted())
    params = {"kind": "changes"}
    with client.stream("GET", "/v1/audit.csv", params=params) as answer:
        rows = rows_of("".join(answer.iter_text()))
    assert sum(row["learner"] == str(busy) for row in rows) == MANY + 3
    made = district.noted()[before:]
    assert {(e.action, e.allowed) for e in made} == {(Action.EXPORTED, True)}
    of_busy = [e for e in made if e.learner == busy]
    told = [position for e in of_busy for position in e.facts]
    assert len(of_busy) >= MANY // PIECE
    assert len(told) == len(set(told)) == MANY + 3


def test_each_piece_is_noted_before_it_leaves_and_memory_stays_bounded(
    district: District, busy: UUID
) -> None:
    system = district.system
    system.projector.catch_up()
    sight = sight_of(district, "officer")
    with seeing(sight):
        pieces = exported(
            system,
            People(system, sight.asker.desk),
            cursors=Cursors(lambda: b"0" * 32),
            sight=sight,
            asked=Narrow(types=frozenset({"observation-recorded"})),
            at=system.reader.standing(),
            write=ndjson,
        )
    sizes = [len(next(pieces))]
    tracemalloc.start()
    for piece in pieces:
        sizes.append(len(piece))
        assert newest(district).digest == sha256(piece).hexdigest()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(sizes) >= MANY // PIECE
    assert peak < 25 * max(sizes), f"{peak:,} bytes for pieces of {max(sizes):,}"
