"""A log line is one JSON object, and holds the kind of an error but never its text."""

import json
import logging

import pytest
import structlog

from api.logs import configure_logs

SPEAKERS = ("room", "uvicorn.error", "apscheduler.scheduler")  # a server of other tests may speak


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    found = map(json.loads, captured.err.splitlines())
    return [line for line in found if line["logger"] in SPEAKERS]


def test_a_line_says_what_when_and_from_where(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger("room").info("counted", learners=3)
    [line] = lines(capsys)
    assert line["event"] == "counted"
    assert line["learners"] == 3
    assert (line["level"], line["logger"]) == ("info", "room")
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize("logger", ["ours", "theirs"])
def test_the_text_of_an_error_stays_out(capsys: pytest.CaptureFixture[str], logger: str) -> None:
    configure_logs()
    try:
        raise ValueError("Ana Lopez")
    except ValueError:
        if logger == "ours":
            structlog.get_logger("room").exception("failed")
        else:
            logging.getLogger("uvicorn.error").exception("failed")
    [line] = lines(capsys)
    assert line["error"] == "builtins.ValueError"
    assert "test_logs.py" in str(line["at"])
    assert "Ana" not in json.dumps(line)


def test_libraries_speak_only_when_something_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs()
    logging.getLogger("apscheduler.scheduler").info("added a job")
    logging.getLogger("apscheduler.scheduler").warning("a job was late")
    assert [line["event"] for line in lines(capsys)] == ["a job was late"]
