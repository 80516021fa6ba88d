"""Bad input at the door: a command of the wrong form is refused by field and rule."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from domain.coding import from_json
from domain.effective import Effective
from domain.facts import ObservationRecorded, RecordObservation, ScoreAssessment
from domain.vocabulary import COMMANDS
from domain.words import Precision
from tests.unit.decider import given

OBSERVATION = {"area": "needs", "text": "Seemed tired."}
SCORE = {"measure": "Mathematics", "score": "1.5", "scale": "IRT logits"}
CONSENT = {
    "records": ["attendance"],
    "purpose": "tutoring",
    "recipient": "Bright Path Tutoring",
    "signer_name": "Maria Lopez",
    "capacity": "mother",
    "method": "paper",
}
DETAILS = {"given_name": "Ana", "family_name": "Lopez"}


def problems(command: str, body: dict[str, Any]) -> list[tuple[str, str]]:
    """Field and rule of everything wrong with a command's body; the form is all that is checked."""
    with pytest.raises(ValidationError) as refused:
        COMMANDS[command].model_validate(body)
    for typed in body.values():
        if isinstance(typed, str) and len(typed) > 4:
            assert typed not in str(refused.value), "an error does not repeat what was typed"
    return [(".".join(map(str, e["loc"])), e["msg"]) for e in refused.value.errors()]


def problem(command: str, body: dict[str, Any]) -> tuple[str, str]:
    ((field, rule),) = problems(command, body)
    return field, rule


# -- types and fields -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "body", "field", "rule"),
    [
        ("record-observation", {"text": 5}, "text", "Input should be a valid string"),
        ("record-observation", {"text": ["a"]}, "text", "Input should be a valid string"),
        ("record-observation", {"text": None}, "text", "Input should be a valid string"),
        ("record-observation", {"fact": "7"}, "fact", "Input should be a valid UUID"),
        ("record-observation", {"fact": 7}, "fact", "UUID input should be a string"),
        ("record-observation", {"area": "hobbies"}, "area", "Input should be 'knowledge', 'str"),
        ("record-observation", {"area": "Needs"}, "area", "Input should be 'knowledge', 'str"),
        ("record-observation", {"data_class": "secret"}, "data_class", "Input should be 'dir"),
        ("record-observation", {"gdpr_art9": "maybe"}, "gdpr_art9", "Input should be a valid bool"),
        ("record-observation", {"subjects": "Ben"}, "subjects", "Input should be a valid tuple"),
        ("record-observation", {"author": "me"}, "author", "Input should be a valid UUID"),
        ("record-observation", {"custodian": "North High"}, "custodian", "String should match"),
        ("record-observation", {"language": "English!"}, "language", "String should match"),
        ("score-assessment", {"score": "very good"}, "score", "Input should be a valid decimal"),
        ("score-assessment", {"score": [1]}, "score", "Decimal input should be an integer, fl"),
        ("score-assessment", {"score": "1" * 19}, "score", "Decimal input should have no more"),
        ("score-assessment", {"score": "0.0000000001"}, "score", "Decimal input should have no"),
        ("register-learner", DETAILS | {"given_name": ""}, "given_name", "String should have at"),
        ("register-learner", DETAILS | {"given_name": " \t\n"}, "given_name", "String should have"),
        ("grant-consent", {"records": []}, "records", "Tuple should have at least 1 item"),
        ("grant-consent", {"records": "attendance"}, "records", "Input should be a valid tuple"),
    ],
)
def test_a_wrong_type_or_value_is_refused(
    command: str, body: dict[str, Any], field: str, rule: str
) -> None:
    whole: dict[str, dict[str, Any]] = {
        "record-observation": OBSERVATION,
        "score-assessment": SCORE,
        "grant-consent": CONSENT,
    }

    at, says = problem(command, whole.get(command, {}) | body)
    assert at == field
    assert says.startswith(rule)


def test_a_missing_field_is_named() -> None:
    assert problems("record-observation", {}) == [
        ("area", "Field required"),
        ("text", "Field required"),
    ]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("extra", ["colour", "position", "recorded_at", "event_id", "entered_by"])
def test_a_field_that_a_command_does_not_have_is_refused(command: str, extra: str) -> None:
    assert (extra, "Extra inputs are not permitted") in problems(command, {extra: "x"})


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("body", [None, 5, "text", [], [["area", "needs"]]])
def test_a_command_is_an_object(command: str, body: Any) -> None:
    with pytest.raises(ValidationError, match="Input should be a valid dictionary"):
        COMMANDS[command].model_validate(body)


@pytest.mark.parametrize("score", ["NaN", "nan", "Infinity", "-inf", "sNaN", float("nan"), 1e400])
@pytest.mark.parametrize("field", ["score", "standard_error"])
def test_a_score_is_a_finite_number(field: str, score: object) -> None:
    assert problem("score-assessment", SCORE | {field: score}) == (
        field,
        "Input should be a finite number",
    )


def test_a_score_is_kept_to_the_last_digit() -> None:
    as_text = ScoreAssessment.model_validate(SCORE | {"score": "1.100"})
    as_number = ScoreAssessment.model_validate_json(json.dumps(SCORE | {"score": 1.1}))

    assert str(as_text.score) == "1.100"
    assert as_number.score == Decimal("1.1")


@pytest.mark.parametrize("number", ["1_0", "\u0661\u0662", "\uff11", "1\u2009000"])
@pytest.mark.parametrize(
    ("command", "field"),
    [
        ("score-assessment", "score"),
        ("summarise-attendance", "days_enrolled"),
        ("summarise-attendance", "days_attended"),
        ("progress-goal", "percent"),
    ],
)
def test_a_number_was_taken_that_nobody_wrote(command: str, field: str, number: str) -> None:
    """1_0 was kept as ten, and so were the digits of other scripts."""
    days = {"days_enrolled": 20, "days_attended": 1}
    goal = {"goal": "6f2a8a9e-5d0f-4a64-9a0f-3c1b6a0d7e11", "text": "Nearer."}
    rest: dict[str, dict[str, Any]] = {
        "score-assessment": SCORE, "summarise-attendance": days, "progress-goal": goal
    }  # fmt: skip

    found, told = problem(command, rest[command] | {field: number})
    assert (found, "the digits 0 to 9" in told) == (field, True)


@pytest.mark.parametrize("days", [-1, 0, 1001, "many", 1.5, None])
def test_days_enrolled_are_a_number_of_school_days(days: object) -> None:
    field, _ = problem("summarise-attendance", {"days_enrolled": days, "days_attended": 0})

    assert field == "days_enrolled"


# -- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("effective", "field", "rule"),
    [
        ("2025-02-30", "effective.from", "Input should be a valid date"),
        ("2025-02-29", "effective.from", "Input should be a valid date"),
        ("0000-01-01", "effective.from", "Input should be a valid date"),
        ("2025-13", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("2025-00", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("2025-\u00b2", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("yesterday", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("03/14/2025", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("86400", "effective.from", "Value error, must be written out like 2025-03-14"),
        ("2025-03-14T09:30:00", "effective.from", "Datetimes provided to dates should have zero"),
        ("0001-01-01", "effective", "Value error, effective.from must lie between 1900-01-01 and"),
        ("1899-12-31", "effective", "Value error, effective.from must lie between 1900-01-01 and"),
        ("9999-12-31", "effective", "Value error, effective.from must lie between 1900-01-01 and"),
        (0, "effective", "Input should be a valid dictionary or instance of Effective"),
        ({"from": 0}, "effective.from", "Value error, must be written out like 2025-03-14"),
        ({"from": True}, "effective.from", "Value error, must be written out like 2025-03-14"),
        (
            {"from": "2025-03-14", "until": "2025-03-13"},
            "effective",
            "Value error, effective.until must be later than effective.from",
        ),
        (
            {"from": "2025-03-14", "until": "2025-03-14"},
            "effective",
            "Value error, effective.until must be later than effective.from",
        ),
        (
            {"from": "2025-03-14", "until": "2200-01-01"},
            "effective",
            "Value error, effective.until must lie between 1900-01-01 and 2199-12-31",
        ),
        ({}, "effective", "Value error, effective.from is required unless effective.precision"),
        (
            {"until": "2025-03-14"},
            "effective",
            "Value error, effective.from is required unless effective.precision",
        ),
        (
            {"from": "2025-03-14", "precision": "unknown"},
            "effective",
            "Value error, effective.from is required unless effective.precision",
        ),
        ({"from": "2025-03-14", "precision": "hour"}, "effective.precision", "Input should be 'd"),
        ({"from": "2025-03-14", "to": "2025-03-15"}, "effective.to", "Extra inputs are not perm"),
    ],
)
def test_an_impossible_date_is_refused(effective: object, field: str, rule: str) -> None:
    at, says = problem("record-observation", OBSERVATION | {"effective": effective})

    assert at == field
    assert says.startswith(rule)


@pytest.mark.parametrize(
    ("command", "body", "field"),
    [
        ("record-observation", OBSERVATION, "received_on"),
        ("record-observation", OBSERVATION, "source_recorded_at"),
        ("register-learner", DETAILS, "birth_date"),
        ("grant-consent", CONSENT, "expires"),
        ("schedule-review", {}, "due"),
    ],
)
@pytest.mark.parametrize("value", [0, 86400.0, "0", "1700000000", True, "soon"])
def test_a_date_is_never_a_number_of_seconds(
    command: str, body: dict[str, Any], field: str, value: object
) -> None:
    assert problem(command, body | {field: value}) == (
        field,
        "Value error, must be written out like 2025-03-14",
    )


@pytest.mark.parametrize("value", ["2025-02-30", "2025-02-30T10:00:00Z", "2025-03-14T25:00:00Z"])
def test_an_impossible_instant_is_refused(value: str) -> None:
    field, rule = problem("record-observation", OBSERVATION | {"source_recorded_at": value})

    assert field == "source_recorded_at"
    assert rule.startswith("Input should be a valid datetime")


@pytest.mark.parametrize(
    ("written", "start", "precision"),
    [
        ("2024-02-29", date(2024, 2, 29), Precision.DAY),
        ("2025-03", date(2025, 3, 1), Precision.MONTH),
        (date(2025, 3, 14), date(2025, 3, 14), Precision.DAY),
        ({"from": "2025-01-01", "precision": "year"}, date(2025, 1, 1), Precision.YEAR),
        ({"precision": "unknown"}, None, Precision.UNKNOWN),
    ],
)
def test_a_date_may_be_written_short(
    written: object, start: date | None, precision: Precision
) -> None:
    command = RecordObservation.model_validate(OBSERVATION | {"effective": written})

    assert command.effective == Effective(start=start, precision=precision)


def test_the_time_of_a_source_is_kept_as_it_was_written() -> None:
    body = OBSERVATION | {"source_recorded_at": "2025-03-14T09:30:00-05:00"}

    command = RecordObservation.model_validate(body)
    assert command.source_recorded_at == datetime.fromisoformat("2025-03-14T09:30:00-05:00")


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("2025-04-15T10:20:00", "must say its offset from UTC, like 2025-03-14T09:30:00-05:00"),
        ("0001-01-01T00:00:00Z", "must lie between the years 1900 and 2199"),
        ("9999-12-31T23:59:59Z", "must lie between the years 1900 and 2199"),
    ],
)
def test_a_time_of_no_place_broke_every_later_question_about_a_past_day(
    value: str, rule: str
) -> None:
    assert problem("record-observation", OBSERVATION | {"source_recorded_at": value}) == (
        "source_recorded_at",
        f"Value error, {rule}",
    )


def test_a_stored_time_without_an_offset_is_read_as_utc() -> None:
    read = from_json(ObservationRecorded, {"source_recorded_at": "2025-04-15T10:20:00"})
    assert read["source_recorded_at"] == datetime(2025, 4, 15, 10, 20, tzinfo=UTC)


# -- text -----------------------------------------------------------------------------------


def test_a_mebibyte_of_text_is_refused() -> None:
    assert problem("record-observation", OBSERVATION | {"text": "a" * 2**20}) == (
        "text",
        "String should have at most 20000 characters",
    )


def test_a_long_text_is_kept_whole() -> None:
    text = "a" * 19_999 + "🦊"

    assert RecordObservation.model_validate(OBSERVATION | {"text": text}).text == text


def test_a_name_is_short() -> None:
    assert problem("record-observation", OBSERVATION | {"author_name": "a" * 301}) == (
        "author_name",
        "String should have at most 300 characters",
    )


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x9f"])
@pytest.mark.parametrize("field", ["text", "author_name", "source"])
def test_a_control_character_is_refused_by_its_number(field: str, control: str) -> None:
    assert problem("record-observation", OBSERVATION | {field: f"a{control}b"}) == (
        field,
        f"Value error, contains the control character U+{ord(control):04X}, which cannot be stored",
    )


BREAKS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("line_break", BREAKS, ids=ascii)
@pytest.mark.parametrize(
    ("command", "body", "field"),
    [
        ("record-observation", OBSERVATION, "author_name"),
        ("register-learner", {"given_name": "Ana"}, "family_name"),
        ("register-learner", {"given_name": "Ana", "family_name": "Lopez"}, "local_id"),
        ("start-support", {"area": "needs"}, "title"),
    ],
)
def test_a_name_swallowed_the_lines_of_other_children(
    command: str, body: dict[str, Any], field: str, line_break: str
) -> None:
    assert problem(command, body | {field: f"Torn;A{line_break}2002;Lopez"}) == (
        field,
        "Value error, must stand on one line, without a line break",
    )


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\u2028"], ids=ascii)
def test_a_long_text_keeps_its_lines(line_break: str) -> None:
    text = f"one{line_break}two"

    assert RecordObservation.model_validate(OBSERVATION | {"text": text}).text == text


@pytest.mark.parametrize("lone", [chr(0xD800), chr(0xDFFF), f"a{chr(0xDC80)}b"], ids=ascii)
def test_a_lone_surrogate_is_refused(lone: str) -> None:
    field, rule = problem("record-observation", OBSERVATION | {"text": lone})

    assert field == "text"
    assert "unicode" in rule


@pytest.mark.parametrize(
    "text",
    [
        "\u200fليلى تقرأ\u200e (Layla reads)",
        "\u202bשלום\u202c",
        "Reads 🦊\u200d🎓 to her brother 👨\u200d👩\u200d👧",
        "two\nlines\tand a tab\r\nand a third",
        "naïve, cafe\u0301, Ærøskøbing, 東京",
        "'; DROP TABLE event; -- <script>alert(1)</script> {{ 7 * 7 }} %s",
    ],
)
def test_every_ordinary_text_is_kept_as_it_was_written(text: str) -> None:
    name = " ".join(text.splitlines())
    command = RecordObservation.model_validate(OBSERVATION | {"text": text, "author_name": name})

    given().when(command).then(ObservationRecorded, text=text, author_name=name)


def test_space_around_a_text_is_not_part_of_it() -> None:
    command = RecordObservation.model_validate(OBSERVATION | {"text": "  Led the group. \n"})

    assert command.text == "Led the group."


# -- consent --------------------------------------------------------------------------------

WILDCARDS = ["*", "all", "All", " ANY ", "everything", "anyone", "Everyone", "anything.", "**", "-"]


@pytest.mark.parametrize("wildcard", WILDCARDS)
@pytest.mark.parametrize("field", ["records", "purpose", "recipient"])
def test_a_wildcard_is_not_a_consent(field: str, wildcard: str) -> None:
    value = ["attendance", wildcard] if field == "records" else wildcard

    at, rule = problem("grant-consent", CONSENT | {field: value})
    assert at == ("records.1" if field == "records" else field)
    assert rule == ("Value error, must name something in particular; a wildcard is not a consent")


# -- lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "body", "field"),
    [
        ("record-interview", {**OBSERVATION, "participants": ["x"] * 21}, "participants"),
        ("enrol-learner", {"school": "a", "grade": "9", "classes": ["9b"] * 31}, "classes"),
        ("grant-consent", {**CONSENT, "records": ["x"] * 51}, "records"),
        (
            "hold-review",
            {"agreed": "x", "participants": [{"name": "a", "role": "b"}] * 51},
            "participants",
        ),
    ],
)
def test_a_list_has_an_end(command: str, body: dict[str, Any], field: str) -> None:
    at, rule = problem(command, body)

    assert at == field
    assert rule.startswith("Tuple should have at most")


def test_a_wrong_value_deep_inside_is_named_by_its_place() -> None:
    body = {"agreed": "Two goals.", "participants": [{"name": "Ana", "role": "", "age": 7}]}

    assert problems("hold-review", body) == [
        ("participants.0.role", "String should have at least 1 character"),
        ("participants.0.age", "Extra inputs are not permitted"),
    ]


def test_a_change_names_at_least_one_field_or_a_correction_another_date() -> None:
    body = {"fact": "0b5d3a0e-6c1f-4a53-9d55-4f5a6a1c2e77", "changes": {}, "ground": "Wrong."}

    assert problem("correct-fact", body) == (
        "",
        "Value error, changes: name at least one field and its new value",
    )
    moved = COMMANDS["correct-fact"].model_validate({**body, "effective": "2026-03-01"})
    assert moved.effective == Effective(start=date(2026, 3, 1))
