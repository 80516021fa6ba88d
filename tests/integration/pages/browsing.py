"""What a browser does with the pages, and what is told the district beside them."""

import re
from html import unescape
from uuid import UUID, uuid4

import httpx

from api.compose import System
from domain.facts import RecordObservation
from domain.identity import EnrolLearner, RegisterLearner
from domain.words import Area
from tests.installation import record


def enrol(
    district: System, given: str, family: str, school: str = "north-high", grade: str = "09"
) -> UUID:
    learner = uuid4()
    today = district.context().today
    details = RegisterLearner(
        given_name=given, family_name=family, birth_date=today.replace(year=today.year - 14, day=1)
    )
    record(district, learner, details)
    wait(district, record(district, learner, EnrolLearner(school=school, grade=grade)).position)
    return learner


def observe(district: System, learner: UUID, text: str, **more: object) -> UUID:
    """An observation among the strengths; its entry id."""
    command = RecordObservation(area=Area.STRENGTHS, text=text, **more)  # type: ignore[arg-type]
    wait(district, record(district, learner, command).position)
    return command.fact


def wait(district: System, position: int) -> None:
    assert district.reader.wait_for(position, timeout=30)


def text_of(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def form(client: httpx.Client, learner: UUID) -> dict[str, str]:
    """A form as a browser gets it, filled in."""
    html = client.get(f"/learners/{learner}/observations/new").text
    found = re.search(r'name="command_id" value="([^"]+)"', html)
    day = re.search(r'name="date" type="date" value="([^"]+)"', html)
    assert found is not None
    assert day is not None
    return {
        "command_id": found[1],
        "area": "strengths",
        "text": "Explained the game to a newcomer.",
        "date": day[1],
    }


def send(client: httpx.Client, learner: UUID, fields: dict[str, str]) -> httpx.Response:
    return client.post(f"/learners/{learner}/observations", data=fields)
