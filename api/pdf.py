"""PDF files for people and screen readers alike (PDF/UA-1), made by Typst in a process of its own.

What is printed goes there as data and never as markup, so a name is shown as it is, whatever is in
it. Typst remembers what it has set, for the next time: that would be a learner's record, kept in
the server's memory, 120 MB for a thousand lines. A process that ends keeps nothing, cannot take
the server down with it, and can be stopped.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any
from unicodedata import combining

import structlog

from api.problems import Stopped

log = structlog.get_logger("throughline.pdf")

COMPILER = Path(__file__).with_name("pdf_compiler.py")
SECONDS = 60
REFUSED = 1
ATTEMPTS = 3  # each with fewer letters that Typst may have no font for, or even panic at
AT_ONCE = BoundedSemaphore(2)  # a long record takes half a gigabyte
LONG_WORD = re.compile(r"\S{25,}")
PIECE = 8  # characters of a long word that stay together
LEFT_TO_RIGHT, AS_ITS_FIRST, END_ISOLATE = "\u2066", "\u2068", "\u2069"
BREAK = "\u200b"


def typeset(template: Path, data: Mapping[str, Any], made: datetime) -> bytes:
    """The PDF that a template makes of some JSON. The same gives the same bytes.

    Raises `Stopped` where there is none; neither it nor the log says a word of the data.
    """
    asked = {
        "template": template.read_text(encoding="utf-8"),
        "data": data,
        "made": int(made.timestamp()),
    }
    why = ""
    with AT_ONCE:
        for attempt in range(ATTEMPTS):
            try:
                done = run({**asked, "attempt": attempt})
            except subprocess.TimeoutExpired:
                why = "time"
                break
            if done.returncode == 0:
                return done.stdout
            why = f"exit {done.returncode}"
            if done.returncode != REFUSED:
                break
    log.error("pdf not made", template=template.name, why=why)
    raise not_made()


def run(asked: Mapping[str, Any]) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-I", str(COMPILER)],
        input=json.dumps(asked).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # an error's text quotes the data
        env={"RAYON_NUM_THREADS": "1"},  # and none of the server's secrets
        timeout=SECONDS,
        check=False,
    )


def not_made() -> Stopped:
    return Stopped(
        500,
        "pdf-not-made",
        "The PDF could not be made, and the fault is ours. Nothing of the record is lost: open its "
        "page and use the browser’s print command.",
    )


def isolated(text: str, direction: str = AS_ITS_FIRST) -> str:
    """A text in whatever script, which turns nothing around it; a long word can break."""
    lines = LONG_WORD.sub(_breakable, text).replace("\t", " ").splitlines()
    return "\n".join(f"{direction}{line}{END_ISOLATE}" for line in lines)


def _breakable(found: re.Match[str]) -> str:
    """The word, with places to break it, none of them before an accent."""
    told, since = "", 0
    for character in found[0]:
        if since >= PIECE and not combining(character):
            told, since = told + BREAK, 0
        told, since = told + character, since + 1
    return told
