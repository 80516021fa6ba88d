"""Who asks with what is not theirs gets nothing, and learns nothing of whether it is there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from api.compose import Databases
from api.signin.tokens import Tokens
from domain.access.words import Role
from domain.consent import GrantConsent
from domain.identity import Capacity, LinkResponsiblePerson, RegisterLearner
from domain.people import district_id
from domain.reads import AccessRecorded
from domain.rules import PurposeDeclared
from tests.integration.access.conftest import District, learner_of
from tests.integration.signin.conftest import (  # noqa: F401 - fixtures
    Place,
    databases,
    home,
    provider,
    rule,
    served,
)
from tests.integration.signin.provider import FakeProvider
from tests.people import CASELOAD, CLASS, DISTRICT, OFFICER, TEACHER, appoint, publish, since, tell
from tests.varied import of_kind

LATER = datetime.now(UTC) + timedelta(days=30)
READS = ("/v1/learners/{}", "/v1/learners/{}/profile", "/v1/learners/{}/audit", "/learners/{}")


# -- tokens -----------------------------------------------------------------------------------


class Office:
    """A district whose people ask by token."""

    def __init__(self, place: Place) -> None:
        self.place, self.system = place, place.system
        publish(self.system)
        self.ana = learner_of(self.system, "Ana", "north-high", ("9b",))
        self.teacher = appoint(self.system, "Mr Okafor", TEACHER, CLASS, code="9b")
        self.officer = appoint(self.system, "Marcus Ellery", OFFICER, DISTRICT)
        self.tokens = Tokens(self.system.datastore, self.system.settings.tenant)

    def token(self, person: UUID, *scopes: str, expires: datetime = LATER) -> str:
        made = self.tokens.make(
            person, "A program", frozenset(scopes or ("read",)), expires, UUID(int=0)
        )
        return made.secret

    def ask(self, secret: str, path: str, **headers: str) -> httpx.Response:
        self.system.projector.catch_up()
        given = {"Authorization": f"Bearer {secret}", **headers}
        address = f"{self.place.address}{path.format(self.ana)}"
        return httpx.get(address, headers=given, timeout=60)

    def noted(self) -> list[AccessRecorded]:
        return of_kind(self.system, AccessRecorded)


@pytest.fixture
def office(
    databases: Databases,  # noqa: F811
    home: Path,  # noqa: F811
    provider: FakeProvider,  # noqa: F811
) -> Iterator[Office]:
    with served(databases, home, provider.address) as place:
        yield Office(place)


@pytest.mark.parametrize("path", READS)
def test_a_token_that_is_not_good_reads_nobody(
    office: Office,
    path: str,
    databases: Databases,  # noqa: F811
    home: Path,  # noqa: F811
    provider: FakeProvider,  # noqa: F811
) -> None:
    good = office.token(office.teacher.id)
    assert office.ask(good, path).status_code == 200
    before = len(office.noted())
    with served(databases, home, provider.address) as other:
        elsewhere = Tokens(other.system.datastore, other.system.settings.tenant).make(
            office.teacher.id, "A program", frozenset({"read"}), LATER, UUID(int=0)
        )
        bad = {
            good[:-2] + ("AA" if good[-2:] != "AA" else "BB"): "token-unknown",
            office.token(office.teacher.id, expires=datetime.now(UTC)): "token-expired",
            elsewhere.secret: "token-unknown",
        }
        for secret, why in bad.items():
            answer = office.ask(secret, path)
            assert (answer.status_code, rule(answer)) == (401, why)
            assert "Lopez" not in answer.text
    assert len(office.noted()) == before


@pytest.mark.parametrize("path", READS)
def test_a_role_claimed_in_a_header_opens_nothing(office: Office, path: str) -> None:
    stranger = office.token(uuid4())
    claims = {
        "X-Role": "compliance_officer",
        "X-Roles": "counselor,administrator",
        "X-User": str(office.officer.id),
        "X-Forwarded-User": str(office.officer.id),
        "X-Remote-User": "Marcus Ellery",
        "Cookie": f"throughline-demo-person={office.officer.id}",
    }
    plain, claimed = office.ask(stranger, path), office.ask(stranger, path, **claims)
    assert (plain.status_code, claimed.status_code) == (403, 403)
    assert plain.text == claimed.text
    assert [e.allowed for e in office.noted()[-2:]] == [False, False]


def test_a_token_without_the_scope_exports_nothing(office: Office) -> None:
    exports = ("accesses.csv", "accesses.ndjson", "disclosures.pdf")
    for path in (f"/v1/learners/{{}}/{export}" for export in exports):
        assert rule(office.ask(office.token(office.officer.id), path)) == "scope-missing"
        whole = office.token(office.officer.id, "read", "export")
        assert office.ask(whole, path).status_code == 200


# -- another district's learner, and the log ------------------------------------------------------


def test_a_learner_of_another_district_is_nobody_here(district: District) -> None:
    """As the id of nobody at all: in status, in words and in headers."""
    for who in ("counselor", "teacher", "officer", "stranger"):
        client = district.as_(who)
        for path in READS:
            one, other = (client.get(path.format(uuid4())) for _ in range(2))
            assert one.status_code == (404 if who == "officer" else 403)
            assert "Lopez" not in one.text
            assert one.text == other.text


@pytest.mark.parametrize(
    "path",
    [
        "/v1/learners/{}/accesses",
        "/v1/learners/{}/accesses.csv",
        "/v1/learners/{}/accesses.ndjson",
        "/v1/learners/{}/accesses/days",
        "/learners/{}/access",
        "/learners/{}/disclosures",
        "/learners/{}/disclosures.pdf",
        "/v1/learners/{}/disclosures.pdf",
    ],
)
@pytest.mark.law("FERPA-99.32", "reading-logged")
def test_a_teacher_does_not_read_the_log_and_an_officer_is_noted_who_does(
    district: District, path: str
) -> None:
    ana = district.learners["ana"]
    district.as_("counselor").get(f"/v1/learners/{ana}")
    answer = district.as_("teacher").get(path.format(ana))
    assert answer.status_code == 403
    assert str(district.people["counselor"].id) not in answer.text
    refused = district.noted()[-1]
    assert (refused.entered_by, refused.learner) == (district.people["teacher"].id, ana)
    assert (refused.allowed, refused.code) == (False, "FERPA-99.32-c")
    assert district.as_("officer").get(path.format(ana)).status_code == 200
    read = district.noted()[-1]
    assert (read.entered_by, read.learner) == (district.people["officer"].id, ana)
    assert (read.allowed, read.place) == (True, path.format("{learner}"))


# -- consents that cover nothing ----------------------------------------------------------------


class Child:
    """A learner with a mother, and a tutor who has nothing but a consent."""

    def __init__(self, district: District, name: str) -> None:
        self.district, self.system = district, district.system
        self.learner, self.mother = learner_of(self.system, name, "north-high"), uuid4()
        tell(self.system, self.learner, LinkResponsiblePerson(
            person=self.mother, name="Maria Lopez", relation="mother", capacity=Capacity.GUARDIAN,
            received_how="birth certificate", effective=since(self.system, 200),
        ))  # fmt: skip
        self.tutor = appoint(
            self.system, "Bright Path Tutoring", Role.OUTSIDE_PROVIDER, CASELOAD,
            learner=self.learner,
        )  # fmt: skip
        district.people[f"tutor of {name}"] = self.tutor
        self.who = f"tutor of {name}"

    def consent(self, signer: UUID, purpose: str = "support", records: str = "education") -> None:
        tell(self.system, self.learner, GrantConsent(
            purpose=purpose, records=(records,), recipient=str(self.tutor.id), signer=signer,
            signer_name="Somebody", capacity="mother", method="paper, signed and dated",
            effective=since(self.system, 10),
        ))  # fmt: skip

    def read(self) -> tuple[int, str | None]:
        """The status of reading the profile, and the ground in the log where there was one."""
        answer = self.district.as_(self.who).get(f"/v1/learners/{self.learner}/profile")
        entry = self.district.noted()[-1]
        assert (entry.learner, entry.entered_by) == (self.learner, self.tutor.id)
        return answer.status_code, entry.code if entry.allowed else None


@pytest.mark.law("FERPA-99.30", "one-fault")
def test_a_consent_covers_only_what_its_rights_holder_signed(district: District) -> None:
    child = Child(district, "Dora")
    assert child.read() == (403, None)
    child.consent(uuid4())
    assert child.read() == (403, None)
    child.consent(child.mother)
    assert child.read() == (200, "FERPA-99.30")


def test_a_consent_to_a_purpose_nobody_declared_covers_nothing(district: District) -> None:
    child = Child(district, "Emil")
    child.consent(child.mother, purpose="selling advertisements")
    assert child.read() == (403, None)


@pytest.mark.parametrize("records", [[], ["*"], ["all records"], ["everything"]])
def test_a_consent_with_an_empty_scope_or_a_wildcard_is_not_taken(
    district: District, records: list[str]
) -> None:
    told = {
        "purpose": "tutoring", "records": records, "recipient": "Bright Path Tutoring",
        "signer": str(uuid4()), "signer_name": "Maria Lopez", "capacity": "mother",
        "method": "paper",
    }  # fmt: skip
    path = f"/v1/learners/{district.learners['ana']}/grant-consent"
    answer = district.as_("counselor").post(path, json=told)
    assert answer.status_code == 422, answer.text


@pytest.mark.law("GDPR-6", "basis-event")
def test_another_basis_of_a_purpose_is_an_event_and_the_one_before_stays(
    district: District,
) -> None:
    system = district.system
    place = f"/v1/people/{district_id(system.settings.tenant)}/declare-purpose"
    for basis in ("6-1-a", "6-1-e"):
        answer = district.as_("officer").post(place, json={"code": "yearly-trip", "basis": basis})
        assert answer.status_code == 201, answer.text
    declared = of_kind(system, PurposeDeclared)
    assert [e.basis for e in declared if e.code == "yearly-trip"] == ["6-1-a", "6-1-e"]


@pytest.mark.law("COPPA", "nothing-kept")
def test_of_a_childs_answer_without_a_parents_consent_nothing_is_kept_but_the_refusal(
    district: District,
) -> None:
    system, child = district.system, uuid4()
    born = system.context().today.replace(day=1)
    born = born.replace(year=born.year - 12, month=born.month % 12 + 1)  # twelve next month
    tell(system, child, RegisterLearner(given_name="Ida", family_name="Lopez", birth_date=born))
    district.people["child"] = appoint(system, "Ida", Role.LEARNER, own_record=child)
    answer = {
        "instrument": "SEL-4", "question": "I ask for help.", "answer": "Often",
        "area": "social_emotional",
    }  # fmt: skip
    client, before = district.as_("child"), system.recorder.max_notification_id() or 0
    refused = client.post(f"/v1/learners/{child}/answer-survey", json=answer)
    assert refused.status_code == 403
    assert refused.json()["errors"][0]["rule"] == "COPPA-312.5-a"
    kept = system.recorder.select_notifications(before + 1, 100)
    assert [one.topic for one in kept] == ["access-recorded"]
    entry = district.noted()[-1]
    assert (entry.learner, entry.allowed, entry.code) == (child, False, "COPPA-312.5-a")
