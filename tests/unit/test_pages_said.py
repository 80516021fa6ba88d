"""What a line of the audit log says of an event, in a person's words."""

from dataclasses import replace
from typing import Any

import pytest

from api.pages.said import in_short
from tests.unit.decider import ANA
from tests.unit.samples import SAMPLES, Sample, read_samples

STORED = {sample.file.name: sample for sample in read_samples()}


def told(topic: str, **clear: Any) -> str | None:
    """The line of a stored sample, with other values among those that are never erased."""
    sample: Sample = STORED[(SAMPLES / f"{topic}-v1.json").name]
    event = replace(sample, clear={**sample.clear, **clear}).load()
    return in_short(event, ANA, {})


@pytest.mark.parametrize(
    ("topic", "outcome", "line"),
    [
        (
            "emergency-opening-reviewed",
            {"justified": True},
            "There was an emergency: The nurse was away; she needed the plan.",
        ),
        (
            "emergency-opening-reviewed",
            {"justified": False},
            "There was no emergency: The nurse was away; she needed the plan.",
        ),
        (
            "survey-answer-reviewed",
            {"outcome": "shown"},
            "It may be shown: It touches none of the protected areas.",
        ),
        (
            "survey-answer-reviewed",
            {"outcome": "kept_aside"},
            "It stays aside: It touches none of the protected areas.",
        ),
        (
            "access-reviewed",
            {"outcome": "to_be_reported"},
            "It is to be reported as an incident: They deleted the file.",
        ),
        (
            "line-withheld",
            {"code": "other_student"},
            "It would tell of another student (34 CFR 99.12(a)): The shelter asked us not to tell.",
        ),
    ],
)
def test_what_the_officer_decided_was_missing_where_the_log_told_of_it(
    topic: str, outcome: dict[str, object], line: str
) -> None:
    """It gave the words beside the decision alone: “FINDNO none” of an opening without cause."""
    assert told(topic, **outcome) == line


def test_an_outcome_without_words_beside_it_stands_alone() -> None:
    sample = STORED["access-reviewed-v1.json"]
    sealed = {name: value for name, value in sample.sealed.items() if name != "note"}
    event = replace(sample, sealed=sealed).load()
    assert in_short(event, ANA, {}) == "Whoever received it was told, and asked to use it no more"
