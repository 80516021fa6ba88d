"""The record of disclosures of one learner on paper: what its page tells, and as of when."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi.responses import Response

from api.compose import System
from api.pages.disclosures_said import COLUMNS, LAW, TITLE, Line, Part, parts
from api.pages.learner import known_at
from api.pages.words import count, day, moment
from api.pdf import LEFT_TO_RIGHT, isolated, typeset
from api.problems import Stopped
from api.sight import current
from api.viewing import need_scope
from api.who_saw_reading import People, log_open_as_officer, silent_of
from api.who_saw_record import disclosures
from domain.access.words import Action
from domain.people import district_id
from projections.places import Place
from projections.standing import Standing

TEMPLATE = Path(__file__).parent / "templates" / "disclosures.typ"
SCHOOLS_COPY = (
    "This is the school’s own copy, which can hold what a family may not be told. It is not to be "
    "handed to the family, who prints its own."
)
SECTION = "34\N{NO-BREAK SPACE}CFR\N{NO-BREAK SPACE}"  # its number stays with it
MOST = 5_000  # lines; a thousand take 0.6 s and 100 MB


def as_export() -> None:
    """Let what is read from here on be noted as exported. Raises `Stopped` for a narrower token."""
    need_scope(current().asker.viewer, "export")
    current().action = Action.EXPORTED


def printed(
    system: System, people: People, place: Place, at: Standing, *, position: str
) -> Response:
    """The record as whoever asks may read it; after `as_export`.

    `position`: up to where everything recorded is in it, as the API names positions. Raises
    `Denied`, and `Stopped` where there are too many lines for a PDF.
    """
    learner, known = place.learner, known_at(system, at)
    silent = None if log_open_as_officer(learner) else silent_of(learner)
    told = parts(disclosures(system, people, learner, silent, at), whole=silent is None)
    if sum(len(part.lines) for part in told) > MOST:
        raise too_long()
    today = system.context().today
    district = district_id(system.settings.tenant)
    data = {
        "title": f"{TITLE} of {place.name}",
        "kind": TITLE,
        "name": isolated(place.name),
        "district": isolated(people.who(district, today, system.settings.tenant).name),
        "law": LAW,
        "day": day(today),
        "known": f"{moment(known, system.zone)}, {system.zone.key}",
        "position": position,
        "copy": SCHOOLS_COPY if silent is None else "",
        "columns": COLUMNS,
        "parts": [_part(part) for part in told],
    }
    pdf = typeset(TEMPLATE, data, known.replace(second=0, microsecond=0))
    headers = {"Content-Disposition": 'attachment; filename="record-of-disclosures.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _part(part: Part) -> dict[str, Any]:
    lines = [_cells(line) for line in part.lines]
    return {**asdict(part), "lines": lines, "count": count(len(lines), "line")}


def _cells(line: Line) -> Sequence[tuple[str, str]]:
    """The five columns, each with its quieter text."""
    through = f"from {isolated(line.through, LEFT_TO_RIGHT)}" if line.through else ""
    return (
        (line.day, ""),
        (isolated(line.party, LEFT_TO_RIGHT), through),  # after a name stands an English role
        (isolated(line.purpose), ""),
        (line.act, isolated(line.records)),
        (line.given.replace("34 CFR ", SECTION), isolated(line.note)),
    )


def too_long() -> Stopped:
    return Stopped(
        422,
        "pdf-too-long",
        f"This record has more than {MOST:,} lines, too many for a PDF. Open its page and use the "
        "browser’s print command.",
    )
