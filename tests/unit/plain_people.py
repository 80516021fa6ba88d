"""The plain working case of every command on a person's record, and on the district's."""

from collections.abc import Iterable
from datetime import date

from domain import district, people, rules
from domain.access.policy import Basis
from domain.access.words import AssignmentKind, CoppaMode, Role, Term
from domain.event import Command, Event
from domain.learner import open_record
from tests.unit.decider import CONTEXT, Given, named
from tests.unit.plain import Plain

RIVERA, DISTRICT, TUTOR = named("Ms Rivera"), people.district_id("cedar"), named("Bright Path")
GRANT, ASSIGNMENT, TRAINING = (named(n) for n in ("grant", "assignment", "training"))
AGREEMENT, SURVEY = named("agreement"), named("survey")

REGISTER_PERSON = people.RegisterPerson(name="Ms Rivera", email="rivera@maple.example")
GRANT_COUNSELOR = people.GrantRole(grant=GRANT, role=Role.COUNSELOR)
TO_SCHOOL = people.Assign(
    assignment=ASSIGNMENT, role=Role.COUNSELOR, kind=AssignmentKind.SCHOOL, code="north-high"
)
TRAIN = people.CompleteTraining(certification=TRAINING, course="Student privacy 2025")
SIGN = district.SignAgreement(
    agreement=AGREEMENT,
    party=TUTOR,
    terms=(Term.OUTSOURCED_SERVICE, Term.DIRECT_CONTROL, Term.BOUND_BY_99_33),
    purposes=("tutoring",),
    records=("attendance",),
    destroy_by=date(2026, 8, 1),
)
NOTICE = district.PublishAnnualNotice(version="notice-2025", criteria="officials-2025")
DESIGNATE = district.DesignateDirectoryInformation(
    kinds=("name", "photograph"), refuse_by=date(2025, 8, 31)
)
INSTRUMENT = district.PublishInstrument(survey=SURVEY, instrument="SEL-4 spring", areas=(2,))
POLICY = rules.SetPolicy(
    version="policy-2025",
    jurisdiction="US-CA",
    coppa=CoppaMode.SCHOOL_AUTHORISED,
    reason="Adopted by the board on 12 August.",
)
DECLARE = rules.DeclarePurpose(code="chess-club", parent="education", basis=Basis.PUBLIC_TASK)

PEOPLE = [
    Plain((), people.ChangePersonDetails(email="r@maple.example"), "person-details-changed"),
    Plain((), GRANT_COUNSELOR, "role-granted"),
    Plain((GRANT_COUNSELOR,), people.EndRole(grant=GRANT), "role-ended"),
    Plain((GRANT_COUNSELOR,), TO_SCHOOL, "person-assigned"),
    Plain(
        (GRANT_COUNSELOR, TO_SCHOOL),
        people.EndAssignment(assignment=ASSIGNMENT),
        "assignment-ended",
    ),
    Plain((), TRAIN, "training-completed"),
]
PAPERS = [
    Plain((), NOTICE, "annual-notice-published"),
    Plain((), DESIGNATE, "directory-information-designated"),
    Plain((), INSTRUMENT, "instrument-published"),
    Plain((), SIGN, "agreement-signed"),
    Plain((SIGN,), district.EndAgreement(agreement=AGREEMENT), "agreement-ended"),
    Plain((), DECLARE, "purpose-declared"),
    Plain((), POLICY, "policy-set"),
]
PERSON_REGISTERED = Plain((), REGISTER_PERSON, "person-registered")
ALL_PEOPLE = [PERSON_REGISTERED, *PEOPLE, *PAPERS]


def person(*commands: Command) -> Given:
    """A registered person, and what these commands made happen."""
    record = open_record(RIVERA, REGISTER_PERSON, CONTEXT)
    for command in commands:
        record.do(command, CONTEXT)
    return Given(record, list(events_of(record.collect_events())))


def events_of(found: Iterable[object]) -> Iterable[Event]:
    return (event for event in found if isinstance(event, Event))
