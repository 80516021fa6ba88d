"""A command about what its giver may not see is answered as one about nothing, on every way in."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.access.words import PartyKind, ProcessKind, Term
from domain.changes import (
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    ReclassifyFact,
    ShareNote,
    SupersedeFact,
)
from domain.consent import OfferSurvey
from domain.disclosures import (
    Channel,
    CompleteDisclosure,
    RecordDisclosure,
    RecordLegalProcess,
    TellFamily,
)
from domain.district import SignAgreement
from domain.event import Command, command_name
from domain.facts import AnswerSurvey, MakeComment, StartSupport
from domain.goals import ReviseGoal
from domain.oversight import ReviewSurveyAnswer
from domain.people import district_id
from domain.words import Area, DataClass
from store.embedded import EmbeddedPostgres
from tests.integration.access.twins import (
    ANA,
    HIDINGS,
    NOTE,
    PLAIN,
    SECRET,
    TENANT,
    Builder,
    Twin,
    named,
    observe,
    twin,
)
from tests.people import since
from tests.unit.naming import Naming, naming

TUTORING, SEALED, GIVEN = named("tutoring"), named("subpoena"), named("given")
OPENED, IEP, SCORE = named("opened"), named("iep"), named("first")
NOBODY = named("nobody")
HIDDEN = {name: named(name) for name in (
    "secret", DataClass.TREATMENT, DataClass.LAW_ENFORCEMENT, "changed", "note", "tutoring", "iep",
    "subpoena", "given",
)}  # fmt: skip
NDJSON = "application/x-ndjson"
GIVE = RecordDisclosure(
    disclosure=GIVEN, party_name="The grand jury", kinds=(PartyKind.COURT,), purpose="inquiry",
    records=("attendance",), how=Channel.PAPER, ground="FERPA-99.31-a-9-ii-A",
)  # fmt: skip
NAMING = naming()
each = pytest.mark.parametrize(
    "one", NAMING, ids=[f"{one.command.EVENT.TOPIC} {one.field}" for one in NAMING]
)


def hide(here: Builder) -> None:
    """Something of each kind that a teacher may not know of, and what is open since."""
    HIDINGS["everything"](here)
    secret = DataClass.COUNSELOR_CONFIDENTIAL
    here.tell(ANA, StartSupport(fact=TUTORING, title="Talks.", data_class=secret))
    here.tell(ANA, observe("iep", "Reads with a ruler.", DataClass.SPECIAL_ED))
    here.tell(ANA, observe("moved", "Plays chess."))
    here.tell(ANA, observe("opened", "Is afraid of tests.", secret))
    becomes = ReclassifyFact(fact=OPENED, becomes=DataClass.EDUCATION, reason="She said so.")
    here.tell(ANA, becomes)
    here.tell(ANA, RecordLegalProcess(
        paper=SEALED, kind=ProcessKind.GRAND_JURY, party=named("court"), records=("attendance",),
        silence=True,
    ))  # fmt: skip
    here.tell(ANA, GIVE)


@pytest.fixture(scope="module")
def made(postgres: EmbeddedPostgres) -> Iterator[Twin]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(TemporaryDirectory(prefix="throughline-")))
        yield stack.enter_context(twin(postgres, home, hide, hides=True, jurisdiction="US-CA"))


def give(made: Twin, who: str, command: Command, **headers: str) -> httpx.Response:
    path = f"/v1/learners/{ANA}/{command_name(type(command))}"
    return made.ask(who, "POST", path, json=body_of(command), headers=headers)


def body_of(command: Command) -> dict[str, Any]:
    return command.model_dump(mode="json", exclude_unset=True)


def told(answer: httpx.Response, one: UUID) -> tuple[int, dict[str, str], str]:
    """All of an answer but the id that was asked about, and what is drawn anew for each."""
    headers = {k: v for k, v in answer.headers.items() if k not in ("date", "x-request-id")}
    return answer.status_code, headers, answer.text.replace(str(one), "")


def comment(fact: UUID) -> Command:
    return MakeComment(fact=fact, text="Same at home.")


@each
def test_what_is_said_about_a_hidden_entry_is_refused_as_about_none(
    made: Twin, one: Naming
) -> None:
    before = made.system.recorder.max_notification_id()
    nothing = give(made, "teacher", one.of(NOBODY))
    for hidden in HIDDEN.values():
        assert told(give(made, "teacher", one.of(hidden)), hidden) == told(nothing, NOBODY)
    if one.field in ("fact", "support") and type(one.command) is not ReviewSurveyAnswer:
        assert (nothing.status_code, nothing.json()["errors"][0]["rule"]) == (422, "fact-unknown")
    if nothing.status_code != 403:  # that alone is noted
        assert made.system.recorder.max_notification_id() == before


def test_who_looked_before_it_was_changed_is_not_told_that_it_was(made: Twin) -> None:
    looked = {"If-Match": f'"{made.cursors.position(made.hidden[0])}"'}
    for change in (CorrectFact(fact=SECRET, changes={"text": "Yes."}, ground="Misheard."),
                   ReviseGoal(goal=SECRET, text="Yes.")):  # fmt: skip
        name = change.TOUCHES[0]
        nothing = give(made, "teacher", change.model_copy(update={name: NOBODY}), **looked)
        assert told(give(made, "teacher", change, **looked), SECRET) == told(nothing, NOBODY)
        assert nothing.status_code == 422
    of_plain = CorrectFact(fact=named("moved"), changes={"text": "Yes."}, ground="Misheard.")
    assert give(made, "teacher", of_plain, **looked).status_code == 412


def test_a_line_among_many_tells_no_more(made: Twin) -> None:
    lines = [
        {"learner": str(ANA), "command": command_name(type(one.command)),
         "command_id": f"{number} {about}", **body_of(one.of(about))}
        for about in (NOBODY, *HIDDEN.values()) for number, one in enumerate(NAMING)
    ]  # fmt: skip
    answer = made.ask("teacher", "POST", "/v1/commands", headers={"Content-Type": NDJSON},
                      content="\n".join(map(json.dumps, lines)))  # fmt: skip
    found = [json.loads(line) for line in answer.text.splitlines()]
    answers = [{k: v for k, v in one.items() if k != "line"} for one in found]
    assert len(answers) == len(lines)
    count = len(NAMING)
    for start in range(count, len(answers), count):
        assert answers[start : start + count] == answers[:count]


def test_the_page_that_shares_a_note_knows_no_other(made: Twin) -> None:
    answers = [
        made.ask("teacher", "POST", f"/learners/{ANA}/notes/{note}/share",
                 data={"shared_with": "the team"})
        for note in (NOBODY, NOTE, SECRET)
    ]  # fmt: skip
    assert [a.status_code for a in answers] == [404, 404, 404]
    assert answers[0].text == answers[1].text == answers[2].text


# -- who may see it, may write about it -----------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "about"),
    [
        ("counselor", SECRET),
        ("counselor", HIDDEN["changed"]),
        ("counselor", IEP),
        ("author", NOTE),
        ("officer", IEP),
        ("mother", IEP),
        ("teacher", PLAIN),
        ("teacher", OPENED),
    ],
)
def test_who_sees_an_entry_comments_on_it(made: Twin, who: str, about: UUID) -> None:
    assert give(made, who, comment(about)).status_code == 201


@pytest.mark.parametrize(
    ("who", "about"),
    [
        ("officer", SECRET),
        ("officer", NOTE),
        ("counselor", NOTE),
        ("counselor", HIDDEN[DataClass.TREATMENT]),
        ("mother", SECRET),
        ("mother", HIDDEN[DataClass.LAW_ENFORCEMENT]),
        ("student", HIDDEN[DataClass.TREATMENT]),
    ],
)
def test_who_does_not_is_told_of_none(made: Twin, who: str, about: UUID) -> None:
    nothing = give(made, who, comment(NOBODY))
    assert told(give(made, who, comment(about)), about) == told(nothing, NOBODY)
    assert nothing.status_code == 422


def test_who_wrote_a_note_shares_it(made: Twin) -> None:
    note = named("to share")
    text = observe("to share", "Ask him too.", DataClass.SOLE_POSSESSION, author=named("okonjo"))
    Builder(made.system, hides=True).tell(ANA, text)
    share = ShareNote(fact=note, shared_with="the team")
    assert give(made, "counselor", share).status_code == 422
    assert give(made, "author", share).status_code == 201
    assert give(made, "counselor", comment(note)).status_code == 201


def test_the_officer_tells_a_family_of_a_paper_that_nobody_else_knows(made: Twin) -> None:
    tell_family = TellFamily(paper=SEALED)
    assert give(made, "officer", tell_family).status_code == 201
    unknown = give(made, "counselor", tell_family)
    assert (unknown.status_code, unknown.json()["errors"][0]["rule"]) == (422, "paper-unknown")


def test_who_recorded_what_stays_with_the_officer_completes_it(made: Twin) -> None:
    own = named("given by rivera")
    recorded = give(made, "counselor", GIVE.model_copy(update={"disclosure": own}))
    assert recorded.status_code == 201
    complete = CompleteDisclosure(disclosure=own, interest="The inquiry.")
    assert give(made, "author", complete).status_code == 422
    assert give(made, "officer", complete).status_code == 201
    assert give(made, "counselor", complete).status_code == 201


def test_a_provider_comments_on_those_records_alone_that_the_agreement_names(made: Twin) -> None:
    here = Builder(made.system, hides=True)
    terms = (Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33)
    here.tell(district_id(TENANT), SignAgreement(
        party=named("provider"), terms=terms, purposes=("support",),
        records=("observation", "comment"), effective=since(made.system),
    ))  # fmt: skip
    assert give(made, "provider", comment(PLAIN)).status_code == 201
    nothing = give(made, "provider", comment(NOBODY))
    assert told(give(made, "provider", comment(SCORE)), SCORE) == told(nothing, NOBODY)
    assert nothing.status_code == 422


def test_answers_that_are_set_aside_are_there_for_the_officer_alone(made: Twin) -> None:
    answer = AnswerSurvey(
        fact=named("answer"), area=Area.SOCIAL_EMOTIONAL, instrument="Never offered",
        question="I ask for help.", answer="Never",
    )  # fmt: skip
    here = Builder(made.system, hides=True)
    here.tell(ANA, answer)
    assert give(made, "officer", comment(answer.fact)).status_code == 201
    hidden, nothing = (give(made, "teacher", comment(x)) for x in (answer.fact, NOBODY))
    assert told(hidden, answer.fact) == told(nothing, NOBODY)
    assert hidden.status_code == 422
    here.tell(ANA, OfferSurvey(instrument="Never offered"))
    assert give(made, "teacher", comment(answer.fact)).status_code == 201


def test_an_answer_is_set_aside_by_the_survey_that_it_was_corrected_to(made: Twin) -> None:
    here, first = Builder(made.system, hides=True), "Offered first"
    here.tell(ANA, OfferSurvey(instrument=first))
    answer = AnswerSurvey(
        fact=named("renamed"), area=Area.SOCIAL_EMOTIONAL, instrument=first,
        question="I ask for help.", answer="Never",
    )  # fmt: skip
    here.tell(ANA, answer)
    assert give(made, "teacher", comment(answer.fact)).status_code == 201
    other = {"instrument": "Another, never offered"}
    here.tell(ANA, CorrectFact(fact=answer.fact, changes=other, ground="The wrong sheet."))
    hidden, nothing = (give(made, "teacher", comment(x)) for x in (answer.fact, NOBODY))
    assert told(hidden, answer.fact) == told(nothing, NOBODY)
    assert hidden.status_code == 422


def test_the_value_that_follows_an_answer_is_set_aside_with_it(made: Twin) -> None:
    answer = AnswerSurvey(
        fact=named("followed"), area=Area.SOCIAL_EMOTIONAL, instrument="Not offered either",
        question="I ask for help.", answer="Never",
    )  # fmt: skip
    here, later = Builder(made.system, hides=True), named("what followed")
    here.tell(ANA, answer)
    changes = {"answer": "Often"}
    here.tell(ANA, SupersedeFact(fact=answer.fact, successor=later, changes=changes))
    hidden, nothing = (give(made, "teacher", comment(x)) for x in (later, NOBODY))
    assert told(hidden, later) == told(nothing, NOBODY)
    assert hidden.status_code == 422
    assert give(made, "officer", comment(later)).status_code == 201


def test_a_line_of_answers_waits_as_long_as_one_of_them_does(made: Twin) -> None:
    """What followed was open by its own survey, and was hidden beside the one that it followed."""
    here, offered = Builder(made.system, hides=True), "Offered in time"
    here.tell(ANA, OfferSurvey(instrument=offered))
    for first, later in (("Never shown", offered), (offered, "Never shown")):
        answer = AnswerSurvey(
            fact=named(f"began as {first}"), area=Area.SOCIAL_EMOTIONAL, instrument=first,
            question="I ask for help.", answer="Never",
        )  # fmt: skip
        here.tell(ANA, answer)
        follows = named(f"went on as {later}")
        changes = {"instrument": later, "answer": "Asks now, and is heard."}
        here.tell(ANA, SupersedeFact(fact=answer.fact, successor=follows, changes=changes))
        here.tell(ANA, PlaceContestStatement(fact=follows, text="That is not what she says."))
        for about in (answer.fact, follows):
            hidden, nothing = (give(made, "teacher", comment(x)) for x in (about, NOBODY))
            assert told(hidden, about) == told(nothing, NOBODY)
            assert hidden.status_code == 422
        for page in (f"/v1/learners/{ANA}/timeline", f"/v1/learners/{ANA}/audit"):
            made.system.projector.catch_up()
            text = made.ask("teacher", "GET", page).text
            assert [w for w in ("is heard", "not what she says") if w in text] == [], page


# -- commands that come again ---------------------------------------------------------------------


def test_a_colleagues_key_is_no_way_to_what_they_recorded(made: Twin) -> None:
    key, confirm = {"Idempotency-Key": "rivera-17"}, ConfirmFact(fact=SECRET)
    assert give(made, "counselor", confirm, **key).status_code == 201
    assert give(made, "counselor", confirm, **key).status_code == 200
    hidden = give(made, "teacher", confirm, **key)
    nothing = give(made, "teacher", ConfirmFact(fact=NOBODY), **key)
    assert told(hidden, SECRET) == told(nothing, NOBODY)
    assert hidden.json()["errors"][0]["rule"] == "command-id-reused"


def test_a_key_of_ones_own_gives_the_first_answer_also_after_the_entry_was_closed(
    made: Twin,
) -> None:
    here, about = Builder(made.system, hides=True), named("soon closed")
    here.tell(ANA, observe("soon closed", "Ana is proud of her bridge."))
    key = {"Idempotency-Key": "okafor-1"}
    first = give(made, "teacher", comment(about), **key)
    becomes = DataClass.COUNSELOR_CONFIDENTIAL
    here.tell(ANA, ReclassifyFact(fact=about, becomes=becomes, reason="Told in confidence."))
    assert give(made, "teacher", comment(about), **key).content == first.content
    assert give(made, "teacher", comment(about)).status_code == 422
