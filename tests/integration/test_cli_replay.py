"""`throughline replay`, `cohort` and `compare`, as a person and as a program see them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from domain.changes import CorrectFact, PlaceContestStatement
from domain.consent import GrantConsent
from domain.effective import Effective
from domain.facts import RecordObservation, ScoreAssessment
from domain.goals import SetGoal
from domain.identity import EnrolLearner, RegisterLearner
from domain.words import Area, GoalKind, Horizon
from tests.installation import Installation, database, record

JAN, FEB, MAY, JUN = (date(2025, month, 1) for month in (1, 2, 5, 6))
WORDS = "We do not agree with this."


def since(start: date) -> Effective:
    return Effective(start=start)


@dataclass(frozen=True)
class Told:
    """What was recorded of Ana, by position; the last is `last`."""

    ana: UUID
    fact: UUID
    observed: int
    corrected: int
    last: int


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def place(postgres: Any, home: Path) -> Iterator[Installation]:
    """One installation for all tests here; they only read."""
    with database(postgres) as found:
        yield Installation(home, found)


@pytest.fixture(scope="module")
def told(place: Installation) -> Told:
    with place.system() as system:
        ana, fact = uuid4(), uuid4()
        names = {"given_name": "Ana", "family_name": "Lopez", "birth_date": date(2011, 7, 1)}
        record(system, ana, RegisterLearner.model_validate(names))
        record(
            system,
            ana,
            EnrolLearner(school="north-high", grade="09", classes=("9b",), effective=since(JAN)),
        )
        observed = RecordObservation(
            fact=fact, area=Area.INTERESTS, text="Likes chess.", effective=since(JAN)
        )
        first = record(system, ana, observed).position
        record(system, ana, PlaceContestStatement(fact=fact, text=WORDS))
        change = CorrectFact(fact=fact, changes={"text": "Likes go."}, ground="Misheard.")
        corrected = record(system, ana, change).position
        for value, on in (("1.1", JAN), ("2.2", MAY)):
            score = {"measure": "Mathematics", "score": value, "scale": "RIT",
                     "standard_error": "0.3", "effective": since(on)}  # fmt: skip
            record(system, ana, ScoreAssessment.model_validate(score))
        goal = SetGoal(
            text="Read.", horizon=Horizon.SHORT_TERM, kind=GoalKind.ACADEMIC, effective=since(JAN)
        )
        record(system, ana, goal)
        consent = GrantConsent(
            records=("attendance",), purpose="tutoring", recipient="Bright Path",
            signer_name="Maria Lopez", capacity="mother", method="paper", effective=since(JAN),
        )  # fmt: skip
        last = record(system, ana, consent).position
        system.projector.catch_up()
    return Told(ana, fact, first, corrected, last)


Run = Callable[..., Result]


@pytest.fixture
def run(place: Installation, told: Told) -> Run:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(
            app,
            list(map(str, arguments)),
            env={**place.environment, "COLUMNS": "200"},
            catch_exceptions=False,
        )

    return run


def answer(result: Result) -> Any:
    """What was printed as JSON, and nothing else."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def refused(result: Result, *parts: str) -> None:
    """One sentence on standard error, and nothing on standard output."""
    assert (result.exit_code, result.stdout) == (2, "")
    said = " ".join(result.stderr.split())
    assert "Traceback" not in said
    for part in parts:
        assert part in said


def facts(found: Any) -> list[str]:
    return [e["body"]["text"] for e in found["entries"] if "text" in e["body"]]


# -- replay -------------------------------------------------------------------------------------


def test_a_profile_is_replayed_at_a_position_and_states_its_coordinates(
    run: Run, told: Told
) -> None:
    now = answer(run("replay", told.ana, "--on", "2025-02-01", "--json"))
    then = answer(
        run("replay", told.ana, "--on", "2025-02-01", "--known", told.observed, "--json")
    )  # fmt: skip
    assert "Likes go." in facts(now)
    assert facts(then) == ["Likes chess."]
    assert now["coordinates"]["known_at"]["position"] == told.last
    assert then["coordinates"]["effective_at"] == "2025-02-01"
    assert then["coordinates"]["known_at"]["position"] == told.observed
    assert then["coordinates"]["known_at"]["recorded_at"].endswith("Z")
    assert then["coordinates"]["zone"] == "America/Chicago"
    assert (then["answer"], then["version"]) == ("value", 3)


def test_an_instant_comes_to_its_position(run: Run, told: Told) -> None:
    place = ("--on", "2025-02-01", "--json")
    at = answer(run("replay", told.ana, "--known", told.observed, *place))
    instant = at["coordinates"]["known_at"]["recorded_at"]
    assert answer(run("replay", told.ana, "--known", instant, *place)) == at


@pytest.mark.parametrize("kind", ["profile", "timeline", "goals", "consents"])
def test_every_kind_has_its_own_entries_with_the_names_of_the_api(
    run: Run, told: Told, kind: str
) -> None:
    found = answer(run("replay", told.ana, "--kind", kind, "--json"))
    kinds = {e["kind"] for e in found["entries"]}
    assert (
        kinds
        == {
            "profile": {"details", "enrolment", "fact", "goal", "consent"},
            "timeline": {"fact", "happening"},
            "goals": {"goal"},
            "consents": {"consent"},
        }[kind]
    )
    for entry in found["entries"]:
        assert all(e.keys() == {"from", "until"} for e in entry["effective"])
        assert isinstance(entry["provenance"]["position"], int)
    if kind == "timeline":
        assert found["coordinates"]["effective_at"] is None
        scores = [e["body"]["score"] for e in found["entries"] if "score" in e["body"]]
        assert scores == ["1.1", "2.2"]


def test_a_timeline_up_to_a_day_has_nothing_that_began_later(run: Run, told: Told) -> None:
    place = ("--kind", "timeline", "--on", "2025-02-01", "--json")
    found = answer(run("replay", told.ana, *place))
    assert [e["body"]["score"] for e in found["entries"] if "score" in e["body"]] == ["1.1"]


def test_a_person_reads_a_table_with_the_coordinates_and_the_statement(
    run: Run, told: Told
) -> None:
    result = run("replay", told.ana, "--on", "2025-02-01")
    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert said.startswith("1 February 2025, as known ")
    assert f"(position {told.last}), America/Chicago." in said
    for words in ("Likes go.", "Mathematics: 1.1", "tutoring", "The family’s statement"):
        assert words in said
    assert "Likes chess." not in said


def test_what_was_known_then_is_read_with_what_was_known_then(run: Run, told: Told) -> None:
    said = run("replay", told.ana, "--on", "2025-02-01", "--known", told.observed).stdout
    assert "Likes chess." in said
    assert "Likes go." not in said


def test_before_our_file_began_is_said_so(run: Run, told: Told) -> None:
    result = run("replay", told.ana, "--on", "2025-02-01", "--known", "2025-02-01")
    assert "Before our file began" in result.stdout
    found = answer(
        run("replay", told.ana, "--on", "2025-02-01", "--known", "2025-02-01", "--json")
    )  # fmt: skip
    assert (found["answer"], found["entries"]) == ("before-our-file-began", [])
    assert found["coordinates"]["known_at"] == {"position": 0, "recorded_at": None}


# -- cohort -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "groups",
    [
        ("--school", "north-high"),
        ("--school", "north-high", "--grade", "9"),
        ("--grade", "09", "--class", "9b"),
    ],
)
def test_a_cohort_is_named_by_school_grade_and_class(
    run: Run, told: Told, groups: tuple[str, ...]
) -> None:
    place = ("--on", "2025-02-01", "--known", told.observed)
    found = answer(run("cohort", *groups, *place, "--json"))
    [line] = found["learners"]
    assert line["learner"] == str(told.ana)
    assert facts(line) == ["Likes chess."]
    assert found["coordinates"]["known_at"]["position"] == told.observed
    result = run("cohort", *groups, *place)
    assert f"(position {told.observed})" in result.stdout
    assert "1 learner." in result.stdout


def test_a_cohort_is_named_by_a_file_of_ids(run: Run, told: Told, tmp_path: Path) -> None:
    listed = tmp_path / "caseload.txt"
    listed.write_text(f"\ufeff{told.ana}\n\n{told.ana}\n", encoding="utf-8")
    found = answer(run("cohort", "--learners", listed, "--on", "2025-02-01", "--json"))
    assert [line["learner"] for line in found["learners"]] == [str(told.ana)]


def test_a_cohort_did_not_say_of_whom_our_file_had_not_begun(
    run: Run, told: Told, tmp_path: Path
) -> None:
    listed, nobody = tmp_path / "caseload.txt", uuid4()
    listed.write_text(f"{told.ana}\n{nobody}\n", encoding="utf-8")
    asked = ("cohort", "--learners", listed, "--on", "2025-02-01")
    found = answer(run(*asked, "--known", "2025-02-01", "--json"))["learners"]
    assert {line["learner"]: line["answer"] for line in found} == {
        str(told.ana): "before-our-file-began", str(nobody): "never-existed",
    }  # fmt: skip
    said = run(*asked, "--known", "2025-02-01").stdout
    assert "Before our file began" in said
    assert "There is no learner with this id" in said
    # Once it had, it tells of every day, also of one on which nothing but the details held.
    found = answer(run("cohort", "--learners", listed, "--on", "2024-12-31", "--json"))["learners"]
    assert {line["answer"] for line in found} == {"value", "never-existed"}


def test_nobody_belonged_to_a_school_before_the_first(run: Run) -> None:
    found = answer(run("cohort", "--school", "north-high", "--on", "2024-12-31", "--json"))
    assert found["learners"] == []


# -- compare ------------------------------------------------------------------------------------


def test_two_places_are_compared(run: Run, told: Told) -> None:
    places = ("--on", "2025-02-01", "--known", told.observed, "--other-on", "2025-06-01",
              "--other-known", told.last)  # fmt: skip
    found = answer(run("compare", told.ana, *places, "--json"))
    assert found["coordinates"]["known_at"]["position"] == told.observed
    assert found["other_coordinates"]["effective_at"] == "2025-06-01"
    by_kind = {(d["after"]["kind"], d["after"]["type"]): d["what"] for d in found["differences"]}
    assert by_kind["fact", "observation-recorded"] == "corrected"
    assert by_kind["goal", "goal-set"] == "learnt-late"
    [grown] = found["growth"]
    assert (grown["difference"], grown["standard_error"], grown["days"]) == ("1.1", "0.424264", 120)
    [corrected] = [d for d in found["differences"] if d["what"] == "corrected"]
    assert [r["text"] for r in corrected["remarks"]] == [WORDS]

    said = " ".join(run("compare", told.ana, *places).stdout.split())
    for words in ("From: 1 February 2025", "To: 1 June 2025", "corrected", "learnt late",
                  "Likes chess.", "Likes go.", "1.1 in 120 days, give or take 0.42"):  # fmt: skip
        assert words in said


def test_left_out_places_are_today_as_known_now(run: Run, told: Told) -> None:
    found = answer(run("compare", told.ana, "--on", "2025-02-01", "--json"))
    assert found["coordinates"]["known_at"] == found["other_coordinates"]["known_at"]
    assert [d["what"] for d in found["differences"]] == ["added"]


# -- what is wrong ------------------------------------------------------------------------------


def test_a_name_is_refused_and_not_repeated(run: Run) -> None:
    for command in ("replay", "compare"):
        result = run(command, "Ana Lopez")
        refused(result, "Give the learner's id", "history of this shell")
        assert "Lopez" not in result.stderr


def test_a_learner_of_another_district_is_unknown(run: Run) -> None:
    for command in ("replay", "compare"):
        refused(run(command, uuid4()), "There is no learner with this id in this district.")


TOMORROW = (date.today() + timedelta(days=2)).isoformat()  # noqa: DTZ011 - in any zone


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("on", "2025-02-30", "on must be a day of the calendar"),
        ("on", "yesterday", "on must be a day of the calendar"),
        ("on", TOMORROW, "on cannot lie after today"),
        ("on", "1899-12-31", "on cannot lie before 1900-01-01"),
        ("on", "2011-06-30", "on lies before the learner was born"),
        ("known", TOMORROW, "known cannot lie ahead"),
        ("known", "2026-03-08T02:30", "known names a time that the clocks skipped"),
        ("known", "2025-11-02T01:30", "known names a time that the clocks showed twice"),
        ("known", "soon", "known must be a position (a number)"),
        ("known", "-1", "known must be a position (a number)"),
        ("known", "9" * 30, "known must be a position (a number)"),
        ("known", "1000000", "there is no position 1000000 yet"),
    ],
)
def test_a_wrong_place_in_time_is_told_by_its_own_option(
    run: Run, told: Told, *, option: str, text: str, says: str
) -> None:
    refused(run("replay", told.ana, f"--{option}={text}"), f"--{option}", says)
    refused(run("compare", told.ana, f"--{option}={text}"), f"--{option}", says)
    other = ("--on=2011-05-01",) if "born" in says else ()
    if not other:
        refused(run("compare", told.ana, f"--other-{option}={text}"), f"--other-{option}", says)


def test_a_range_that_ends_before_it_starts_is_told(run: Run, told: Told) -> None:
    result = run("compare", told.ana, "--on", "2025-02-01", "--other-on", "2025-01-01")
    refused(result, "--other-on lies before --on")
    result = run("compare", told.ana, "--other-known", told.observed)
    refused(result, "--other-known lies before --known")


def test_a_cohort_that_is_not_clear_is_told(run: Run, told: Told, tmp_path: Path) -> None:
    refused(run("cohort"), "--school", "--learners")
    refused(run("cohort", "--school", "North High"), "--school must be a code")
    absent = tmp_path / "absent.txt"
    refused(run("cohort", "--learners", absent), "There is no file")
    listed = tmp_path / "caseload.txt"
    listed.write_bytes(f"{told.ana}\nAna Lopez\xff\n".encode("latin-1"))
    result = run("cohort", "--learners", listed)
    refused(result, "Line 2 of")
    assert "Lopez" not in result.stderr
    listed.write_text("\n")
    refused(run("cohort", "--learners", listed), "There is no id in")
    refused(run("cohort", "--learners", listed, "--grade", "9"), "")


def test_an_unknown_kind_is_met_with_those_there_are(run: Run, told: Told) -> None:
    refused(run("replay", told.ana, "--kind", "audit"), "profile", "timeline", "goals", "consents")
