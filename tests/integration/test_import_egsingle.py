"""Real input: 7,230 yearly mathematics scores of 1,721 pupils go in and come out equal."""

import csv
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from time import monotonic, sleep
from uuid import UUID

import pytest

from api.compose import System
from domain.event import Event
from domain.facts import AssessmentScored, ObservationRecorded
from domain.identity import LearnerEnrolled, LearnerRegistered
from exchange import csv_import
from exchange.csv_import import Report, import_csv
from exchange.mapping import read_mapping
from projections.entries import Entry
from projections.replay import Answer, Question, replay
from store.embedded import EmbeddedPostgres
from tests.installation import Installation
from tests.running import throughline
from tests.varied import one_district

ROOT = Path(__file__).parents[2]
SOURCE = ROOT.parent / "shared" / "data" / "egsingle.csv"
MAPPING = ROOT / "tests" / "samples" / "mappings" / "egsingle.yaml"
PUPILS, ROWS, RETAINED = 1721, 7230, 368
EVENTS = PUPILS + 2 * ROWS + RETAINED
pytestmark = pytest.mark.skipif(
    not SOURCE.exists(), reason="the table egsingle.csv is not beside this repository"
)


def bring_in(system: System, *, table: Path = SOURCE, dry_run: bool = False) -> Report:
    return import_csv(
        system.profiles,
        system.settings.tenant,
        table,
        read_mapping(MAPPING),
        system.context,
        dry_run=dry_run,
    )


def opened(system: System) -> list[Event]:
    """Everything recorded, read back from the database and unsealed."""
    return system.mapper.open(system.recorder.select_notifications(1, 100_000))


def source() -> list[dict[str, str]]:
    with SOURCE.open(newline="") as file:
        return list(csv.DictReader(file))


def school_year(event: Event) -> str:
    """The table's count of the school year, from the date that the mapping gave it."""
    assert event.effective is not None
    assert event.effective.start is not None
    first = event.effective.start
    began = first.year if first.month >= 8 else first.year - 1
    return str(began - 1974 - 2.5)


def assert_equal_to_the_source(events: list[Event]) -> None:
    """Each row of the table stands in the record once, cell by cell, and nothing else does."""
    number = {e.originator_id: e.local_id for e in events if isinstance(e, LearnerRegistered)}
    scores, enrolments, retained = (
        {(number[e.originator_id], school_year(e)): e for e in events if isinstance(e, kind)}
        for kind in (AssessmentScored, LearnerEnrolled, ObservationRecorded)
    )
    assert len(events) == len(number) + len(scores) + len(enrolments) + len(retained)
    assert (len(number), len(scores), len(enrolments)) == (PUPILS, ROWS, ROWS)
    assert {e.source for e in events} == {"egsingle"}
    for row in source():
        key = (row["childid"], row["year"])
        score, enrolment = scores.pop(key), enrolments.pop(key)
        assert isinstance(score, AssessmentScored)
        assert isinstance(enrolment, LearnerEnrolled)
        assert str(score.score) == row["math"]
        assert (enrolment.school, enrolment.grade) == (row["schoolid"], row["grade"])
        assert score.custodian == row["schoolid"]
        assert score.source_id == enrolment.source_id == "/".join(key)
        assert (key in retained) is (row["retained"] == "1")


def test_every_score_comes_out_as_it_went_in_cell_by_cell(installation: Installation) -> None:
    with installation.system() as system:
        report = bring_in(system)
        assert (report.rows, report.recorded, report.errors) == (ROWS, EVENTS, [])
        assert_equal_to_the_source(opened(system))


def test_every_timeline_and_every_profile_equals_the_source_cell_by_cell(
    installation: Installation,
) -> None:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in source():
        rows[row["childid"]].append(row)
    with installation.system() as system:
        bring_in(system)
        system.projector.catch_up()
        reader = system.reader
        pupils = {p.local_id: p.learner for p in reader.caseload(date(1980, 7, 31))}
        assert pupils.keys() == rows.keys()
        for number, own in rows.items():
            own.sort(key=lambda row: float(row["year"]))
            pupil = pupils[number]
            cells = [(row["year"], row["math"], row["schoolid"], row["grade"]) for row in own]
            happened = reader.timeline(pupil)
            assert told(happened, "assessment-scored", "learner-enrolled") == cells
            last = date(1977 + int(float(own[-1]["year"]) + 0.5), 7, 31)
            holds = reader.profile(pupil, last)
            scores = {
                (year_of(e), str(e.body["score"]))
                for e in holds
                if e.kind == "fact" and "score" in e.body
            }
            assert scores == {(row["year"], row["math"]) for row in own}
            [enrolled] = [e for e in holds if e.kind == "enrolment"]
            assert (enrolled.body["school"], enrolled.body["grade"]) == cells[-1][2:]


def year_of(entry: Entry) -> str:
    """The table's count of the school year that an entry's date lies in."""
    start = entry.effective[0].start
    assert start is not None
    return str((start.year if start.month >= 8 else start.year - 1) - 1974 - 2.5)


def told(entries: list[Entry], score: str, enrolment: str) -> list[tuple[str, str, str, str]]:
    """Year, score, school and grade of each year, as the timeline tells them."""
    scores = {year_of(e): str(e.body["score"]) for e in entries if e.type == score}
    places = {
        year_of(e): (e.body["school"], e.body["grade"]) for e in entries if e.type == enrolment
    }
    assert scores.keys() == places.keys()
    return [(year, scores[year], *places[year]) for year in sorted(scores, key=float)]


# -- replayed -----------------------------------------------------------------------------------

YEARS = {str(n - 2.5): date(1975 + n, 7, 31) for n in range(6)}  # the last day of each
Cells = dict[str, dict[str, str]]  # by pupil: score, school, grade, and whether kept in the grade


@pytest.fixture(scope="module")
def imported(postgres: EmbeddedPostgres) -> Iterator[System]:
    """A district with the whole table, and nothing else."""
    with one_district(postgres) as system:
        assert bring_in(system).errors == []
        system.projector.catch_up()
        yield system


@pytest.fixture(scope="module")
def pupils(imported: System) -> dict[str, UUID]:
    """The pupils' records by their numbers."""
    return {str(p.local_id): p.learner for p in imported.reader.caseload(date(1980, 7, 31))}


def cells_of(rows: list[dict[str, str]]) -> Cells:
    return {
        row["childid"]: {
            "math": row["math"],
            "schoolid": row["schoolid"],
            "grade": row["grade"],
            "retained": row["retained"],
        }
        for row in rows
    }


def of_the_year(entries: list[Entry], year: str) -> dict[str, str]:
    """What a profile says of one school year, in the table's words; empty where it is nothing."""
    mine = [e for e in entries if e.kind != "details" and year_of(e) == year]
    found: dict[str, str] = {}
    for entry in mine:
        match entry.type:
            case "assessment-scored":
                assert entry.provenance.source_id == f"{number_of(entries)}/{year}"
                told = {"math": str(entry.body["score"])}
            case "learner-enrolled":
                told = {"schoolid": entry.body["school"], "grade": entry.body["grade"]}
            case _:
                assert entry.body["text"] == "Kept in the same grade this school year."
                told = {"retained": "1"}
        assert not found.keys() & told.keys(), "told twice"
        found |= told
    return {**found, "retained": found.get("retained", "0")} if found else {}


def number_of(entries: list[Entry]) -> str:
    [details] = [e for e in entries if e.kind == "details"]
    return str(details.body["local_id"])


@pytest.mark.parametrize("year", YEARS)
def test_what_we_know_about_the_end_of_a_school_year_is_the_table_cell_by_cell(
    imported: System, pupils: dict[str, UUID], year: str
) -> None:
    at = imported.reader.standing()
    found = imported.reader.profiles(list(pupils.values()), YEARS[year], at)
    assert len(found) == PUPILS
    told = {number: of_the_year(found[learner], year) for number, learner in pupils.items()}
    table = [row for row in source() if row["year"] == year]
    assert {n: cells for n, cells in told.items() if cells} == cells_of(table)
    # Of the years before, the scores and nothing else; of those after, nothing at all.
    earlier = [row for row in source() if float(row["year"]) < float(year)]
    scores = {
        (number, year_of(e), str(e.body["score"]))
        for number, learner in pupils.items()
        for e in found[learner]
        if e.type == "assessment-scored" and year_of(e) != year
    }
    assert scores == {(row["childid"], row["year"], row["math"]) for row in earlier}
    others = [
        e
        for entries in found.values()
        for e in entries
        if e.kind != "details" and year_of(e) != year
    ]
    assert {e.type for e in others} <= {"assessment-scored", "observation-recorded"}
    assert all(float(year_of(e)) < float(year) for e in others)


@pytest.mark.parametrize("year", YEARS)
def test_a_grade_at_the_end_of_a_school_year_is_the_table_s(
    imported: System, pupils: dict[str, UUID], year: str
) -> None:
    reader, at = imported.reader, imported.reader.standing()
    table = [row for row in source() if row["year"] == year]
    for grade in {row["grade"] for row in source()}:
        rows = [row for row in table if row["grade"] == grade]
        found = reader.cohort(YEARS[year], at, {"grade": [grade]}, limit=PUPILS)
        assert list(found) == sorted(pupils[row["childid"]] for row in rows)
        told = {number_of(entries): of_the_year(entries, year) for entries in found.values()}
        assert told == cells_of(rows)
    [(school, size)] = Counter(row["schoolid"] for row in table).most_common(1)
    assert len(reader.cohort(YEARS[year], at, {"school": school}, limit=PUPILS)) == size


@pytest.mark.parametrize("year", YEARS)
def test_our_file_had_not_begun_before_the_import_and_the_source_says_what_it_held(
    imported: System, pupils: dict[str, UUID], year: str
) -> None:
    reader, on = imported.reader, YEARS[year]
    instant = datetime.combine(on, time(23, 59), imported.zone)
    assert reader.position_at(instant) == 0
    nothing = reader.standing(known=0)
    assert set(map(len, reader.profiles(list(pupils.values()), on, nothing).values())) == {0}
    grades = {row["grade"] for row in source()}
    assert all(reader.cohort(on, nothing, {"grade": [grade]}) == {} for grade in grades)
    rows = [row for row in source() if float(row["year"]) <= float(year)]
    for number in Random(year).sample(sorted(pupils), 25):
        at = reader.standing(pupils[number], 0)
        found = replay(reader, Question(pupils[number], on, at, instant))
        assert (found.answer, found.entries) == (Answer.BEFORE_OUR_FILE, [])
        assert {e.provenance.source for e in found.source_says} <= {"egsingle"}
        said = {(year_of(e), str(e.body["score"])) for e in found.source_says if "score" in e.body}
        own = [row for row in rows if row["childid"] == number]
        assert said == {(row["year"], row["math"]) for row in own}
        kept = [year_of(e) for e in found.source_says if "score" not in e.body]
        assert sorted(kept) == sorted(row["year"] for row in own if row["retained"] == "1")


def test_our_file_begins_with_the_import_for_any_moment_before_it(
    imported: System, pupils: dict[str, UUID]
) -> None:
    reader, [first, *_] = imported.reader, sorted(pupils)
    began = reader.standing(pupils[first])
    assert began.began is not None
    assert began.began_at is not None
    for known, answer in ((began.began - 1, Answer.BEFORE_OUR_FILE), (began.began, Answer.VALUE)):
        at = reader.standing(pupils[first], known)
        assert replay(reader, Question(pupils[first], YEARS["2.5"], at)).answer is answer
    moment = timedelta(microseconds=1)
    assert reader.position_at(began.began_at - moment) < began.began
    assert reader.position_at(began.began_at) >= began.began


# -- again, in parts, and gone wrong --------------------------------------------------------------


def test_a_second_run_adds_nothing(installation: Installation) -> None:
    with installation.system() as system:
        bring_in(system)
        again = bring_in(system)
        head = system.recorder.max_notification_id()
    assert (again.recorded, again.repeated, again.errors) == (0, EVENTS, [])
    assert head == EVENTS


def test_a_table_too_large_to_hold_in_memory_counts_the_same(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "BATCH", 700)
    monkeypatch.setattr(csv_import, "REMEMBERED", 1000)
    with installation.system() as system:
        report = bring_in(system)
    assert (report.recorded, report.repeated, report.errors) == (EVENTS, 0, [])


def test_a_dry_run_says_the_same_and_records_nothing(installation: Installation) -> None:
    with installation.system() as system:
        report = bring_in(system, dry_run=True)
        assert (report.recorded, report.errors) == (EVENTS, [])
        assert system.recorder.max_notification_id() is None


def test_a_killed_run_goes_on_where_it_stopped(installation: Installation) -> None:
    arguments = ("import", "csv", str(SOURCE), "--mapping", str(MAPPING), "--json")
    with throughline(*arguments, **installation.environment) as run:
        ends = monotonic() + 60
        while not installation.execute("SELECT 1 FROM event LIMIT 1"):
            assert monotonic() < ends, "nothing was recorded"
            sleep(0.005)
        run.tell(signal.SIGKILL)
    with installation.system() as system:
        # The server may still be committing what the killed client had asked for.
        before, last = system.recorder.max_notification_id(), None
        while before != last:
            sleep(1)
            before, last = system.recorder.max_notification_id(), before
        assert before is not None
        report = bring_in(system)
        assert (report.recorded, report.repeated) == (EVENTS - before, before)
        assert report.errors == []
        assert_equal_to_the_source(opened(system))
    assert 0 < before < EVENTS


def test_two_imports_of_one_table_at_a_time_record_it_once(installation: Installation) -> None:
    with (
        installation.system() as one,
        installation.system() as other,
        ThreadPoolExecutor(2) as pool,
    ):
        reports = list(pool.map(bring_in, (one, other)))
        assert_equal_to_the_source(opened(one))
    assert [report.errors for report in reports] == [[], []]
    assert sum(report.recorded for report in reports) == EVENTS


def test_a_row_that_was_changed_since_is_told_and_overwrites_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    lines = SOURCE.read_text().splitlines(keepends=True)[:200]
    table = tmp_path / "egsingle.csv"
    table.write_text("".join(lines))
    with installation.system() as system:
        first = bring_in(system, table=table)
        table.write_text("".join([lines[0], lines[1].replace("1.146", "9.9"), *lines[2:]]))
        again = bring_in(system, table=table)
        dry = bring_in(system, table=table, dry_run=True)
    assert first.errors == []
    for report in (again, dry):
        assert report.recorded == 0
        assert [(p.line, p.column, p.rule) for p in report.errors] == [
            (2, "childid, year", "source-changed")
        ]


def test_a_wrong_row_stops_nothing_and_can_be_mended(
    installation: Installation, tmp_path: Path
) -> None:
    good = SOURCE.read_text().splitlines(keepends=True)[:9]
    bad = [*good[:2], good[2].replace("1.134", "none"), '3,2020,"27,1.5\n', *good[4:]]
    table = tmp_path / "egsingle.csv"
    with installation.system() as system:
        table.write_text("".join(bad))
        report = bring_in(system, table=table)
        assert [(p.line, p.column, p.rule) for p in report.errors] == [
            (3, "math", "not-a-number"),
            (4, None, "quote-torn"),
        ]
        assert (report.rows, report.refused) == (8, 2)
        table.write_text("".join(good))
        mended = bring_in(system, table=table)
        assert (mended.recorded, mended.repeated, mended.errors) == (4, report.recorded, [])


def test_a_file_in_another_encoding_changes_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    table = tmp_path / "egsingle.csv"
    table.write_bytes(SOURCE.read_bytes() + b"7231,2020,Jos\xe9,0.5,2,1.1,0,,,,,,\n")
    with installation.system() as system:
        with pytest.raises(ValueError, match=r"line 7232: .* utf-8"):
            bring_in(system, table=table)
        assert system.recorder.max_notification_id() is None
