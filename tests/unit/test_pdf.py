"""PDF files: what a text can do to them, and what is told where none can be made."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from api import pdf
from api.pages.disclosures_pdf import TEMPLATE
from api.problems import Stopped

SECRET = "Aurelia"


def test_a_name_that_turns_the_text_turns_no_more_than_its_own_line() -> None:
    told = pdf.isolated("one \u202e\r\ntwo\tthree\u2028four", pdf.LEFT_TO_RIGHT)
    assert told == "\u2066one \u202e\u2069\n\u2066two three\u2069\n\u2066four\u2069"


def test_a_long_word_can_break_and_never_before_an_accent() -> None:
    assert pdf.isolated("attendance") == "\u2068attendance\u2069"
    assert pdf.isolated("A" * 30).count("\u200b") == 3
    assert "\u200b\u0301" not in pdf.isolated("e\u0301" * 40)
    assert pdf.isolated("") == ""


def compiler(folder: Path, program: str) -> Path:
    """A program that stands in for the one that makes PDF files."""
    path = folder / "compiler.py"
    path.write_text(f"import json, os, sys, time\nasked = sys.stdin.read()\n{program}\n")
    return path


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("sys.exit(asked)", "exit 1"),
        ("os.abort()", "exit -6"),
        ("time.sleep(600)", "time"),
    ],
)
def test_a_pdf_that_cannot_be_made_is_told_without_a_word_of_the_record(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    program: str,
    why: str,
) -> None:
    monkeypatch.setattr(pdf, "COMPILER", compiler(tmp_path, program))
    if why == "time":
        monkeypatch.setattr(pdf, "SECONDS", 0.5)
    with capture_logs() as log, pytest.raises(Stopped) as raised:
        typeset({"title": SECRET})
    assert (raised.value.status, raised.value.rule) == (500, "pdf-not-made")
    assert [line["why"] for line in log] == [why]
    told = f"{log} {raised.value!r} {raised.value.__context__} {capfd.readouterr()}"
    assert SECRET not in told


def typeset(data: dict[str, Any], template: Path = TEMPLATE) -> bytes:
    return pdf.typeset(template, data, datetime.fromisoformat("2025-11-22T17:00:00+00:00"))


def test_what_typst_says_of_an_error_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stopped) as raised:
        typeset({"title": SECRET, "kind": SECRET, "name": 7, "columns": SECRET})
    assert SECRET not in f"{raised.value!r} {capfd.readouterr()}"


def test_the_process_gets_the_record_and_none_of_the_servers_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", SECRET)
    program = 'print(json.dumps(dict(os.environ)), sys.argv, json.loads(asked)["data"])'
    monkeypatch.setattr(pdf, "COMPILER", compiler(tmp_path, program))
    told = typeset({"title": "Ana"}).decode()
    assert SECRET not in told
    assert "{'title': 'Ana'}" in told


@pytest.mark.parametrize("reach", ['#read("/etc/passwd")', '#read("../../../etc/passwd")'])
def test_a_template_reads_no_file_of_the_machine(tmp_path: Path, reach: str) -> None:
    template = tmp_path / "reaching.typ"
    template.write_text(f'#set document(title: "x")\n{reach}')
    with pytest.raises(Stopped):
        typeset({}, template)
    template.write_text('#set document(title: "x")\nNothing is read.')
    assert typeset({}, template).startswith(b"%PDF-1.7")
