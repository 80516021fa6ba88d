"""docs/time.md is run: what its first tables enter, its second tables ask about.

Positions order what was entered; nothing sets the time at which it was recorded. "On 5 September"
is the position after the last step that the page enters on that day or before.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest

from api.compose import System
from api.moments import MomentWrong, instant_asked
from api.pages.words import day as written
from domain.changes import (
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    RetractFact,
    SupersedeFact,
)
from domain.consent import GrantConsent
from domain.effective import Effective
from domain.event import Command
from domain.facts import RecordObservation, ScoreAssessment
from domain.identity import EndEnrolment, EnrolLearner, RegisterLearner
from domain.words import Retention
from projections.entries import Entry
from projections.replay import Answer, Question, replay, what_of
from store.embedded import EmbeddedPostgres
from store.keys import KeyId
from store.migrate import change_zone
from tests.installation import Installation
from tests.served import serving
from tests.unit.decider import TODAY
from tests.varied import one_district, tell

PAGE = (Path(__file__).parents[2] / "docs" / "time.md").read_text(encoding="utf-8")
CHICAGO = ZoneInfo("America/Chicago")
LATER = datetime(2030, 1, 1, tzinfo=UTC)
ENTERED, ASKED = ["entered on", "what was entered"], ["question", "answer"]

Row = dict[str, str]
Table = list[Row]


# -- the page -----------------------------------------------------------------------------------


def tables(text: str) -> Iterator[Table]:
    """The tables of a text, each row by the names of its columns."""
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, _, *rows = [[c.strip() for c in line.split("|")[1:-1]] for line in block.splitlines()]
        yield [dict(zip(head, row, strict=True)) for row in rows]


SECTIONS = {
    heading: list(tables(text))
    for heading, text in re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", PAGE, re.MULTILINE)
}
EXAMPLES = {name: found for name, found in SECTIONS.items() if list(found[0][0])[:2] == ENTERED}


def day_of(text: str) -> date:
    """`5 September 2025`. Raises ValueError where there is no such day."""
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone


def test_the_page_has_every_example_and_each_has_its_questions() -> None:
    assert len(EXAMPLES) == 9
    assert SECTIONS.keys() - EXAMPLES.keys() == {
        "The days on which the clocks change", "A district that changes its zone",
    }  # fmt: skip
    for entered, asked in EXAMPLES.values():
        assert len(entered) > 1
        assert len(asked) > 2
        assert list(asked[0]) == ASKED
        days = [day_of(row["entered on"]) for row in entered]
        assert days == sorted(days)


# -- what is entered ----------------------------------------------------------------------------


@dataclass
class Story:
    """One example as it is entered; `ends` has the day and the position of each step."""

    system: System
    learners: dict[str, UUID] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    ends: list[tuple[date, int]] = field(default_factory=list)
    today: date = TODAY

    def enter(self, row: Row) -> None:
        self.today = day_of(row["entered on"])
        whose, what = re.fullmatch(
            r"(?:on (\w+)’s record: )?(.+)", row["what was entered"]
        ).groups()  # type: ignore[union-attr]
        for pattern, make in STEPS.items():
            found = re.fullmatch(pattern, what)
            if found is not None:
                made = make(self, *found.groups())
                break
        else:
            pytest.fail(f"nothing is known of entering {what}")
        if made is not None:
            learner = self.learners[whose or next(iter(self.learners))]
            given = {**made.model_dump(exclude_unset=True), **dates(row)}
            self.tell(learner, type(made).model_validate(given))

    def tell(self, learner: UUID, command: Command) -> None:
        position = tell(self.system, learner, command, self.today).position
        self.ends.append((self.today, position))

    def new(self, name: str) -> UUID:
        self.ids[name] = uuid4()
        return self.ids[name]

    def known_on(self, on: date) -> int:
        """The position of the last step that was entered by then."""
        return max((position for day, position in self.ends if day <= on), default=0)

    def entered_on(self, position: int) -> date:
        return next(day for day, at in self.ends if at == position)


def dates(row: Row) -> dict[str, Any]:
    """The dates of a row as a command has them."""
    start, until, received = (
        day_of(row[name]) if row[name] else None for name in ("true from", "until", "received")
    )
    found: dict[str, Any] = {"received_on": received} if received else {}
    return {**found, "effective": Effective(start=start, until=until)} if start else found


def opened(story: Story, name: str) -> None:
    story.learners[name] = uuid4()
    story.tell(story.learners[name], RegisterLearner(given_name=name, family_name="Lopez"))


def score(story: Story, measure: str, value: str, source: str | None, there: str | None) -> Command:
    came = {}
    if source and there:
        noon = datetime.combine(day_of(there), time(12), CHICAGO)
        came = {"source": source, "source_id": "1", "source_recorded_at": noon}
    return ScoreAssessment.model_validate(
        {"fact": story.new(measure), "measure": measure, "score": value, "scale": "RIT", **came}
    )


def erased(story: Story, name: str) -> None:
    learner, tenant = story.learners[name], story.system.settings.tenant
    story.system.mapper.keys.destroy(KeyId(tenant, learner, Retention.PROFILE))


STEPS: dict[str, Callable[..., Command | None]] = {
    r"(\w+)’s record is opened": opened,
    r"(\w+)’s entries are erased": erased,
    r"consent to (\w+), signed by (.+)": lambda story, purpose, signer: GrantConsent(
        consent=story.new(purpose), records=("attendance",), purpose=purpose,
        recipient="Bright Path", signer_name=signer, capacity="mother", method="paper",
    ),
    r"enrolled at (\w+)": lambda story, school: EnrolLearner(
        enrolment=story.new(school), school=school, grade="05"
    ),
    r"no longer enrolled at (\w+)": lambda story, school: EndEnrolment(
        enrolment=story.ids[school]
    ),
    r"(\w+) score (\d+)(?:, from (\S+), recorded there on (.+))?": score,
    r"correction: the (\w+) score is (\d+)": lambda story, measure, value: CorrectFact(
        fact=story.ids[measure], changes={"score": value}, ground="A corrected score sheet."
    ),
    r"observation “(.+)”": lambda story, text: RecordObservation.model_validate(
        {"fact": story.new(text), "area": "social_emotional", "text": text}
    ),
    r"“(.+)” is taken back, it was about another learner": lambda story, text: RetractFact(
        fact=story.ids[text], reason="About another learner.", wrong_learner=True
    ),
    r"instead of “(.+)” (?:for a while|from then on): “(.+)”": lambda story, old, new: (
        SupersedeFact(fact=story.ids[old], successor=story.new(new), changes={"text": new})
    ),
    r"“(.+)” is confirmed": lambda story, text: ConfirmFact(fact=story.ids[text]),
    r"the family’s statement on “(.+)”: “(.+)”": lambda story, text, words: (
        PlaceContestStatement(fact=story.ids[text], text=words)
    ),
    r"correction of “(.+)”: “(.+)”": lambda story, old, new: CorrectFact(
        fact=story.ids[old], changes={"text": new}, ground="Misheard."
    ),
}  # fmt: skip


# -- what is asked ------------------------------------------------------------------------------

OF = r"(?: of (?P<whose>\w+))?"
BY = r"(?P<other>, asked by another school)?"
QUESTIONS = [
    rf"what we know today{OF} about (?P<on>.+?){BY}",
    rf"what our file said{OF} on (?P<known>.+?)(?: about (?P<on>.+?))?{BY}",
    rf"what became of “(?P<entry>.+)”, as our file (?:stood on (?P<known>.+?)|stands today){BY}",
]


def answer_to(story: Story, text: str) -> str:
    """The answer to a question, in the words of the page."""
    found = next(m for q in QUESTIONS if (m := re.fullmatch(q, text))).groupdict()
    learner = story.learners[found.get("whose") or next(iter(story.learners))]
    try:
        known = day_of(found["known"]) if found.get("known") else None
        on = day_of(found["on"]) if found.get("on") else known or story.ends[-1][0]
    except ValueError:
        return "there is no such day"
    position = None if known is None else story.known_on(known)
    question = Question(
        learner,
        on,
        story.system.reader.standing(learner, position),
        # The end of the day that the page names, in the district's zone.
        None if known is None else instant_asked(known.isoformat(), CHICAGO, LATER),
        custodian=not found.get("other"),
    )
    if found.get("entry"):
        named = story.ids.get(found["entry"], uuid4())
        return str(what_of(story.system.reader, question, named)[0]).replace("-", " ")
    told = replay(story.system.reader, question)
    if told.answer is Answer.BEFORE_OUR_FILE:
        return "; ".join(["before our file began", *(source_word(e) for e in told.source_says)])
    entries = [e for e in told.entries if e.kind != "details"]
    return "; ".join(said(story, e) for e in entries) or "nothing"


def source_word(entry: Entry) -> str:
    there = entry.provenance.source_recorded_at
    assert there
    recorded = written(there.astimezone(CHICAGO).date())
    return f"{entry.provenance.source} says: {words(entry)}, recorded there on {recorded}"


def said(story: Story, entry: Entry) -> str:
    """An entry in the words of the page."""
    source = entry.provenance
    if entry.withheld:
        assert (entry.body, source.entered_by_name, source.reason) == ({}, "", None)
        return "withheld: taken away since"
    if entry.kind == "consent":
        start = entry.effective[0].start
        assert start
        assert source.received_on
        entered = written(story.entered_on(source.position))
        return (
            f"consent {entry.status}: signed {written(start)}, received "
            f"{written(source.received_on)}, entered {entered}"
        )
    marks = [f"({entry.status})"] if entry.status == "corrected" else []
    marks += [
        f"(the family: “{r.text}”)"
        if r.kind == "contest-statement-placed"
        else f"(confirmed on {written(r.effective.start)})"  # type: ignore[union-attr,arg-type]
        for r in entry.remarks
    ]
    if entry.removed:
        marks.append(f"(taken away since: {entry.removed.how})")
    return " ".join([words(entry), *marks])


def words(entry: Entry) -> str:
    if entry.kind == "enrolment":
        return f"enrolled at {entry.body['school']}"
    if "score" in entry.body:
        return f"{entry.body['measure']} score {entry.body['score']}"
    return f"“{entry.body['text']}”"


# -- the examples -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def system(postgres: EmbeddedPostgres) -> Iterator[System]:
    with one_district(postgres) as built:
        yield built


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_question_is_answered_as_the_page_says(system: System, example: str) -> None:
    entered, asked = EXAMPLES[example]
    story = Story(system)
    for row in entered:
        story.enter(row)
    system.projector.catch_up()
    answers = {row["question"]: answer_to(story, row["question"]) for row in asked}
    assert answers == {row["question"]: row["answer"] for row in asked}
    # Asked again after everything, by the rows of another generation.
    system.projector.rebuild()
    assert {q: answer_to(story, q) for q in answers} == answers


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_our_file_said_was_the_answer_on_that_day_already(
    system: System, example: str
) -> None:
    """Each question about our file is asked as soon as its day is over, and again at the end.

    What a removal took away is marked only later, so such answers are left out.
    """
    entered, asked = EXAMPLES[example]
    expected = {
        row["question"]: row["answer"]
        for row in asked
        if row["question"].startswith("what our file said")
        and not re.search("taken away|before our file", row["answer"])
    }
    story, early = Story(system), dict[str, str]()
    for n, row in enumerate(entered):
        story.enter(row)
        system.projector.catch_up()
        following = [day_of(r["entered on"]) for r in entered[n + 1 :]] or [date.max]
        for question in expected.keys() - early.keys():
            known = day_of(re.search(r" on (\d+ \w+ \d+)", question)[1])  # type: ignore[index]
            if known < following[0]:
                early[question] = answer_to(story, question)
    assert early == expected


# -- clocks and zones ---------------------------------------------------------------------------

WHY = {
    "known-skipped": "no time: the clocks skipped it",
    "known-twice": "two times: give the offset",
}


def stands_for(text: str, zone: ZoneInfo) -> str:
    try:
        instant = instant_asked(text, zone, LATER)
    except MomentWrong as wrong:
        return WHY[wrong.rule]
    return f"{instant.replace(tzinfo=None)} UTC"


@pytest.mark.parametrize("row", SECTIONS["The days on which the clocks change"][0])
def test_a_time_on_a_day_on_which_the_clocks_change(row: Row) -> None:
    (asked, known), (_, expected) = row.items()
    zone = ZoneInfo(asked.removeprefix("`known`, asked in "))
    assert stands_for(known, zone) == expected


def test_a_day_on_which_the_clocks_change_is_one_day(system: System) -> None:
    for change in (date(2025, 3, 9), date(2025, 11, 2)):
        story = Story(system)
        opened(story, "Ana")
        seen = RecordObservation.model_validate(
            {"area": "needs", "text": "Tired.",
             "effective": Effective(start=change, until=change + timedelta(days=1))}
        )  # fmt: skip
        tell(system, story.learners["Ana"], seen, date(2025, 12, 1))
        system.projector.catch_up()
        held = {
            on: [e.kind for e in system.reader.profile(story.learners["Ana"], on)]
            for on in (change - timedelta(days=1), change, change + timedelta(days=1))
        }
        assert ["fact" in kinds for kinds in held.values()] == [False, True, False]


@pytest.mark.parametrize("row", SECTIONS["A district that changes its zone"][0])
def test_an_instant_is_told_in_the_zone_now_in_force(installation: Installation, row: Row) -> None:
    known, *answers = row.values()
    for column, expected in zip(list(row)[1:], answers, strict=True):
        zone = column.removeprefix("while the zone is ")
        change_zone(installation.databases.owner, installation.settings.tenant, zone)
        with installation.system() as system:
            assert system.zone.key == zone
            assert stands_for(known, system.zone) == expected


def test_dates_and_answers_handed_on_stay_as_they_were_when_the_zone_changes(
    installation: Installation,
) -> None:
    march = date(2026, 3, 14)
    with installation.system() as system:
        story = Story(system)
        opened(story, "Ana")
        ana = story.learners["Ana"]
        text = {"area": "needs", "text": "Tired.", "effective": Effective(start=march)}
        tell(system, ana, RecordObservation.model_validate(text), march)
        system.projector.catch_up()
        before = system.reader.profile(ana, march)
        with serving(system) as address, httpx.Client(base_url=address, timeout=30) as client:
            given = [
                client.get(f"/v1/learners/{ana}/profile", params=asked).json()
                for asked in ({"on": str(march)}, {"on": str(march), "known": "2020-01-01"})
            ]
            tokens = [answer.pop("token") for answer in given]
    change_zone(installation.databases.owner, installation.settings.tenant, "America/Denver")
    with installation.system() as system:
        assert system.reader.profile(ana, march) == before
        assert [e.effective[0].start for e in before if e.kind == "fact"] == [march]
        with serving(system) as address, httpx.Client(base_url=address, timeout=30) as client:
            for token, answer in zip(tokens, given, strict=True):
                again = client.get(f"/v1/answers/{token}").json()
                assert (again["same"], again["because"]) == (True, [])
                assert again["answer"] == answer
            now = client.get(f"/v1/learners/{ana}/profile", params={"on": str(march)}).json()
            assert now["coordinates"]["zone"] == "America/Denver"
            assert now["entries"] == given[0]["entries"]
