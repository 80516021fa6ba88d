"""Two districts that are the same to some people, and differ in what these may not see.

The same ids, keys and times: wherever one of them has something hidden, the other has an entry on
the record of a learner whom nobody here may see. So every position is the same, and answers can be
compared byte by byte. Only ids that the system draws (events, commands, requests) are put aside.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import NAMESPACE_OID, UUID, uuid5

import httpx

from api.compose import Persona, System, system
from api.cursors import Cursors
from api.pages.personas import Part
from api.signin.cookies import PART
from domain.access.words import Action, Assurance, Role, WithholdingCode
from domain.changes import (
    ConfirmFact,
    CorrectFact,
    PlaceContestStatement,
    ReclassifyFact,
    SupersedeFact,
)
from domain.consent import GrantConsent
from domain.event import Attachment, Command
from domain.event import Part as Piece
from domain.facts import AnswerSurvey, MakeComment, RecordObservation, ScoreAssessment
from domain.goals import SetGoal
from domain.identity import (
    Capacity,
    EnrolLearner,
    EvidenceKind,
    LinkResponsiblePerson,
    MergeRecords,
    RecordRightsEvidence,
    RegisterLearner,
    RevokeRights,
)
from domain.oversight import WithholdLine
from domain.people import Assign
from domain.reads import RecordAccess, noted
from domain.words import Area, DataClass, GoalKind, Horizon
from store.attachments import Attachments
from store.embedded import EmbeddedPostgres
from tests.installation import Installation, database
from tests.people import (
    CASELOAD,
    CLASS,
    COUNSELOR,
    DISTRICT,
    OFFICER,
    SCHOOL,
    TEACHER,
    appoint,
    publish,
    since,
    tell,
    years_ago,
)
from tests.served import make_district, serving

TENANT = "twin"
BEGAN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6)
# The record of somebody in another part of the district, out of reach of all who look.
FAR = uuid5(NAMESPACE_OID, "far")
HIDDEN_WORDS = "I have not told anybody else."

Hide = Callable[["Builder"], None]


def named(name: str) -> UUID:
    """The id of something, the same in every district."""
    return uuid5(NAMESPACE_OID, f"twin {name}")


ANA, ZED, CLEO, CLEA = (named(name) for name in ("ana", "zed", "cleo", "clea"))
PLAIN, SECRET, NOTE = (named(name) for name in ("plain", "secret", "note"))


def observe(name: str, text: str, data_class: DataClass | None = None, **more: object) -> Command:
    return RecordObservation.model_validate(
        {"fact": named(name), "area": Area.SOCIAL_EMOTIONAL, "text": text,
         "data_class": data_class, **more}
    )  # fmt: skip


@dataclass
class Builder:
    """Tells a district what there is; what is hidden only where `hides`."""

    system: System
    hides: bool
    fillers: int = 0
    hidden: list[int] = field(default_factory=list)

    def tell(self, record: UUID, command: Command) -> int:
        return tell(self.system, record, command)

    def hide(self, record: UUID, command: Command) -> None:
        """Something that may not be seen; where there is nothing hidden, something far away."""
        if self.hides:
            self.hidden.append(self.tell(record, command))
            return
        self.fillers += 1
        self.hidden.append(self.tell(FAR, observe(f"filler {self.fillers}", "Plays chess.")))

    def file(self, learner: UUID) -> Attachment:
        """A file that is kept for an entry of the profile; its id is drawn."""
        kept = Attachments(self.system.datastore, tenant=TENANT, keys=self.system.mapper.keys).keep(
            learner, "profile", [b"A letter."]
        )
        return Attachment(id=kept.id, name="a.txt", media_type="text/plain", sha256=kept.sha256)


# -- what can be hidden -----------------------------------------------------------------------


def silent_entries(here: Builder) -> None:
    """A confidence with its comment and correction, treatment, law enforcement; on two records."""
    secret = DataClass.COUNSELOR_CONFIDENTIAL
    here.hide(ANA, observe("secret", HIDDEN_WORDS, secret))
    here.hide(ANA, MakeComment(fact=SECRET, text="We spoke again."))
    for one in (DataClass.TREATMENT, DataClass.LAW_ENFORCEMENT):
        here.hide(ANA, observe(one, f"Nobody may know of {one}.", one))
    here.hide(ANA, CorrectFact(fact=SECRET, changes={"text": "Not yet told."}, ground="Misheard."))
    part = Piece(learner=ANA, text="Was there too.")
    here.hide(FAR, observe("both", "Both spoke.", secret, subjects=[ANA], parts=[part]))


def private_note(here: Builder) -> None:
    """A private note of Ms Okonjo's."""
    author = named("okonjo")
    text = observe("note", "Ask her again.", DataClass.SOLE_POSSESSION, author=author)
    here.hide(ANA, text)


def silent_remark(here: Builder) -> None:
    """A confidential comment on an entry that is open."""
    secret = DataClass.COUNSELOR_CONFIDENTIAL
    here.hide(ANA, MakeComment(fact=PLAIN, text="She told me why.", data_class=secret))


def reclassified_entry(here: Builder) -> None:
    """An entry that was open and is confidential since; elsewhere it was so from the first."""
    secret = DataClass.COUNSELOR_CONFIDENTIAL
    becomes = ReclassifyFact(fact=named("changed"), becomes=secret, reason="Told in confidence.")
    here.hide(ANA, observe("changed", "Nobody may read this any more."))
    here.hide(ANA, becomes)


def waiting_answer(here: Builder) -> None:
    """An answer to a survey that was never offered, and what was said about it and followed it."""
    fact, later = named("waiting"), named("waiting still")
    here.hide(ANA, AnswerSurvey(
        fact=fact, area=Area.SOCIAL_EMOTIONAL, instrument="Nobody offered this",
        question="I ask for help.", answer="Never",
    ))  # fmt: skip
    here.hide(ANA, CorrectFact(fact=fact, changes={"answer": "Rarely"}, ground="Misread."))
    here.hide(ANA, SupersedeFact(fact=fact, successor=later, changes={"answer": "Sometimes"}))
    here.hide(ANA, MakeComment(fact=later, text="Asked again in May."))
    here.hide(ANA, ConfirmFact(fact=later))
    here.hide(ANA, PlaceContestStatement(fact=fact, text="She does ask."))


def withheld_line(here: Builder) -> None:
    """A look of Ms Okonjo's that an officer withholds from the family."""
    access = RecordAccess(
        learner=ANA if here.hides else FAR,
        action=Action.OPENED,
        purpose="counseling",
        allowed=True,
        code="FERPA-99.31-a-1-i-A",
        how="session",
        assurance=Assurance.STRONG,
        place="/learners/{learner}/timeline",
    )
    event = noted(access, replace(here.system.context(), entered_by=named("okonjo")))
    number = here.system.profiles.note([event])
    here.hidden.append(number)
    because = WithholdingCode.INVESTIGATION
    here.hide(ANA, WithholdLine(number=number, access=event.event_id, code=because))


def another_learner(here: Builder) -> None:
    """A learner of another school, whose class has the same code as Ana's."""
    born = years_ago(here.system, 16)
    here.hide(ZED, RegisterLearner(given_name="Zed", family_name="Lopez", birth_date=born))
    enrol = EnrolLearner(school="south-high", grade="11", classes=("9b",),
                         enrolment=named("zed-in"), effective=since(here.system, 20))  # fmt: skip
    here.hide(ZED, enrol)
    here.hide(ZED, observe("zeds", "Zed led the group."))


def on_a_closed_record(here: Builder) -> None:
    """An entry on a record that a court closed to the mother, merged with one of the same child."""
    here.hide(CLEA, observe("cleas", "Nobody may tell her mother."))


def everything(here: Builder) -> None:
    """All that nobody but its author, or an officer, sees anything of."""
    for hide in (
        silent_entries,
        private_note,
        silent_remark,
        reclassified_entry,
        waiting_answer,
        withheld_line,
        another_learner,
    ):
        hide(here)


HIDINGS: dict[str, Hide] = {
    "everything": everything,
    "silent entries": silent_entries,
    "a private note": private_note,
    "a silent remark": silent_remark,
    "a reclassified entry": reclassified_entry,
    "an answer that waits": waiting_answer,
    "a withheld line": withheld_line,
    "another learner": another_learner,
    "an entry on a closed record": on_a_closed_record,
}


# -- a district -------------------------------------------------------------------------------


def learner(here: Builder, name: str, school: str, classes: tuple[str, ...] = ()) -> UUID:
    one, when = named(name.lower()), since(here.system, 20)
    born = years_ago(here.system, 14)
    here.tell(one, RegisterLearner(given_name=name, family_name="Lopez", birth_date=born))
    enrol = EnrolLearner(school=school, grade="09", classes=classes,
                         enrolment=named(f"{name} in"), effective=when)  # fmt: skip
    here.tell(one, enrol)
    return one


def people_of(system: System) -> dict[str, Persona]:
    """Everybody who looks, and who records."""
    child = named("student")
    return {
        "counselor": appoint(system, "Ms Rivera", COUNSELOR, SCHOOL, code="north-high",
                             person=named("rivera")),
        "author": appoint(system, "Ms Okonjo", COUNSELOR, SCHOOL, code="north-high",
                          person=named("okonjo")),
        "teacher": appoint(system, "Mr Okafor", TEACHER, person=named("okafor")),
        "officer": appoint(system, "Marcus Ellery", OFFICER, DISTRICT, person=named("ellery")),
        "untrained": appoint(system, "Ms Tan", COUNSELOR, SCHOOL, code="north-high",
                             person=named("tan"), trained=False),
        "mother": appoint(system, "Maria Lopez", Role.GUARDIAN, person=named("mother"),
                          trained=False),
        "student": appoint(system, "Somebody Young", Role.LEARNER, person=child, own_record=ANA,
                           trained=False),
        "provider": appoint(system, "Bright Path Tutoring", Role.OUTSIDE_PROVIDER, CASELOAD,
                            learner=ANA, person=named("provider")),
        "stranger": Persona(named("stranger"), "Nobody In Particular", "visitor"),
    }  # fmt: skip


@contextmanager
def the_same_ids() -> Iterator[None]:
    """Let every district draw the same ids for its events."""
    numbers = count(1)
    with patch("domain.learner.uuid4", lambda: named(f"event {next(numbers)}")):
        yield


def furnish(here: Builder, hide: Hide, jurisdiction: str) -> dict[str, Persona]:
    """Everything that is the same, with what is hidden in its midst."""
    publish(here.system, jurisdiction)
    people = people_of(here.system)
    here.tell(people["teacher"].id, Assign(
        role=TEACHER, kind=CLASS, code="9b", school="north-high", effective=since(here.system)
    ))  # fmt: skip
    here.tell(FAR, RegisterLearner(given_name="Far", family_name="Away"))
    learner(here, "Ana", "north-high", ("9b",))
    mother = named("mother")
    for name in ("Cleo", "Clea"):
        learner(here, name, "north-high")
    for one in (ANA, CLEO, CLEA):
        here.tell(one, LinkResponsiblePerson(
            person=mother, name="Maria Lopez", relation="mother", capacity=Capacity.GUARDIAN,
            received_how="birth certificate", effective=since(here.system, 200),
        ))  # fmt: skip
    here.tell(CLEA, MergeRecords(other=CLEO, reason="Same birth certificate."))
    order = RecordRightsEvidence(kind=EvidenceKind.COURT_ORDER, person=mother, text="No contact.",
                                 evidence=named("order"))  # fmt: skip
    here.tell(CLEA, order)
    here.tell(CLEA, RevokeRights(person=mother, evidence=order.evidence))
    here.tell(ANA, observe("plain", "Ana led the group."))
    here.tell(ANA, MakeComment(fact=PLAIN, text="Same at home."))
    score(here, "first", "1.1", 15)
    hide(here)
    here.tell(ANA, GrantConsent(
        consent=named("consent"), purpose="support", records=("observation",),
        recipient=str(named("provider")), signer=mother, signer_name="Maria Lopez",
        capacity="mother", method="paper, signed and dated", effective=since(here.system, 10),
    ))  # fmt: skip
    goal = SetGoal(goal=named("goal"), kind=GoalKind.ACADEMIC,
                   horizon=Horizon.SHORT_TERM, text="Read a book.")  # fmt: skip
    here.tell(ANA, goal)
    score(here, "second", "1.4", 3)
    here.tell(ANA, observe("after", "Ana asks for help."))
    return people


def score(here: Builder, name: str, value: str, days: int) -> None:
    here.tell(ANA, ScoreAssessment.model_validate(
        {"fact": named(name), "measure": "Mathematics", "score": value, "scale": "IRT logits",
         "effective": since(here.system, days)}
    ))  # fmt: skip


@dataclass
class Twin:
    """One of the two, served: everybody of its people is a part that one can be."""

    system: System
    place: Installation
    client: httpx.Client
    people: dict[str, Persona]
    hidden: list[int]
    cursors: Cursors
    drawn: dict[str, str] = field(default_factory=dict)

    def settle(self) -> None:
        """Give every event the time of its position, and let the projections take it in."""
        # The triggers that refuse a change are left out for this session of the superuser.
        self.place.execute(
            "SET session_replication_role = replica; "
            f"UPDATE event SET recorded_at = '{BEGAN.isoformat()}'::timestamptz "
            "+ position * interval '1 second'"
        )
        self.system.projector.catch_up()
        found = self.system.recorder.select_notifications(None, 100_000)
        for event in self.system.mapper.open(list(found), content=False):
            self.drawn[str(event.event_id)] = f"event {event.position}"

    def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**more.pop("headers", {}), "Cookie": f"{PART}={self.people[who].id}"}
        answer = self.client.request(method, path, headers=headers, **more)
        if (method, path, answer.status_code) == ("POST", "/search", 303):
            # What was found stands where that leads. httpx would leave the cookie behind.
            return self.ask(who, "GET", answer.headers["location"])
        return answer

    def told(self, answer: httpx.Response) -> tuple[int, dict[str, str], str]:
        """All of an answer but what is drawn anew for each."""
        passing = ("date", "x-request-id")
        headers = {k: v for k, v in answer.headers.items() if k not in passing}
        body = re.sub(r'name="command_id" value="[^"]+"', "", answer.text)
        return answer.status_code, headers, UUIDS.sub(self._undrawn, body)

    def _undrawn(self, found: re.Match[str]) -> str:
        return self.drawn.get(found[0], found[0])


UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@contextmanager
def twin(
    postgres: EmbeddedPostgres,
    home: Path,
    hide: Hide,
    *,
    hides: bool,
    jurisdiction: str,
) -> Iterator[Twin]:
    """A district of its own database, with the keys of `home`."""
    with ExitStack() as stack:
        found = stack.enter_context(database(postgres))
        settings = make_district(found, home, tenant=TENANT)
        nobody = Persona(named("stranger"), "Nobody In Particular", "visitor")
        opened = stack.enter_context(system(settings, found, nobody))
        builder = Builder(opened, hides)
        with the_same_ids():
            people = furnish(builder, hide, jurisdiction)
        parts = [Part(one, "What is theirs.") for one in people.values()]
        address = stack.enter_context(serving(opened, parts))
        client = stack.enter_context(httpx.Client(base_url=address, timeout=60))
        secret = opened.mapper.keys.secret(TENANT, "cursor")
        made = Twin(opened, Installation(home, found), client, people, builder.hidden,
                    Cursors(lambda: secret))  # fmt: skip
        made.settle()
        yield made
