"""What a school records beyond its routine: two emergencies, and what was given out by hand.

Each has its hour, since an emergency opens a record for some hours: it is opened a little before
somebody looks, after school, when nothing else is entered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from api.demo_district import staff
from api.demo_district.calendar import DAY, SchoolYear, last_years, school_day_from
from api.demo_district.cast import ABSENT, PLAN, RIGHTS, SENIOR
from api.demo_district.people import Person, everybody
from api.demo_district.seeds import uid
from api.demo_district.staff import OFFICER, STAFF, Staff
from api.demo_district.staffing import Paper, local
from domain.access.words import PartyKind
from domain.application import Request
from domain.disclosures import (
    Channel,
    CompleteDisclosure,
    RecordDisclosure,
    RecordRequestRefused,
    SeekEnrolmentElsewhere,
    TellFamily,
)
from domain.effective import Effective
from domain.emergencies import (
    DeclareEmergency,
    EndEmergency,
    OpenInEmergency,
    ReviewEmergencyOpening,
)

COLLEGE = "Prairie Lakes Community College"
AT_THE_GAMES = next(one for one in STAFF if one.name == "Coach Dunleavy")
AT_THE_BUS = next(one for one in STAFF if one.name == "Ms Okonjo")
ADVISER = next(one for one in STAFF if one.name == "Ms Leclair")
# An opening comes after all that is entered on a day, and before its look.
OPENED, DECLARED, TOLD, OVER, MORNING = (
    time(15, 46),
    time(15, 55),
    time(16, 4),
    time(17, 20),
    time(15, 42),
)


def beyond(person: Person, today: date) -> list[Request]:
    """What of it is about one learner, in the order in which it was entered."""
    told = TOLD_OF.get(person.number)
    found = told(person, today) if told else ()
    return [request for request in found if request.context.now < local(today, time())]


def hurt_on(year: SchoolYear) -> date:
    """The day of the games: opened beyond an assignment, told to the ambulance, and reviewed."""
    return year.semesters[1][-22]


def upset_on(today: date) -> date:
    """A day that is not long ago: what was opened then waits for its review."""
    days = [day for year in last_years(today)[-2:] for half in year.semesters for day in half]
    return [day for day in days if day < today][-2]


def _hurt(person: Person, today: date) -> Iterator[Request]:
    year = last_years(today)[2]
    day, after = hurt_on(year), school_day_from(hurt_on(year) + DAY)
    head = staff.principal(person.grade - 1)
    opening, emergency, given = (
        uid(one, person.number) for one in ("opening", "hurt", "ambulance")
    )
    why = f"{person.called} fell at the field games and hit the head. No one of the school is here."
    yield _paper(person, day, OPENED, AT_THE_GAMES).put(
        "opened", OpenInEmergency(opening=opening, why=why, **_by(AT_THE_GAMES))
    )
    threat = "A fall on the head; dizzy, and vomited once"
    paper = _paper(person, day, DECLARED, head)
    ambulance = uid("provider", "Maple County Ambulance")
    yield paper.put(
        "declared",
        DeclareEmergency(emergency=emergency, threat=threat, must_know=(ambulance,), **_by(head)),
    )
    told = RecordDisclosure(
        disclosure=given,
        party=ambulance,
        party_name="Maple County Ambulance",
        kinds=(PartyKind.OTHER,),
        records=("birth date", "medicines taken at school"),
        purpose="emergency",
        how=Channel.PHONE,
        ground="FERPA-99.31-a-10",
        emergency=emergency,
        **_by(head),
    )
    yield paper.put("told", told, local(day, TOLD))
    home = "Seen at the hospital and sent home; the mother is there."
    yield paper.put(
        "over", EndEmergency(emergency=emergency, reason=home, **_by(head)), local(day, OVER)
    )
    interest = "Had to know the age, and what was taken that day, before treating the head."
    yield _paper(person, after, MORNING, head).put(
        "completed", CompleteDisclosure(disclosure=given, interest=interest, **_by(head))
    )
    finding = "The coach looked at contacts and supports, for four minutes. It was needed."
    yield _paper(person, after, OVER, OFFICER).put(
        "reviewed",
        ReviewEmergencyOpening(opening=opening, justified=True, finding=finding, **_by(OFFICER)),
    )


def _upset(person: Person, today: date) -> Iterator[Request]:
    why = "In tears at the bus stop of our school, and will not say why. I need a number to call."
    yield _paper(person, upset_on(today), OPENED, AT_THE_BUS).put(
        "upset",
        OpenInEmergency(opening=uid("opening", person.number), why=why, **_by(AT_THE_BUS)),
    )


def _college(person: Person, today: date) -> Iterator[Request]:
    days = last_years(today)[2].semesters[1]
    sought, college = uid("college", person.number), uid("school", COLLEGE)
    paper = _paper(person, days[12], MORNING, ADVISER)
    yield paper.put(
        "sought",
        SeekEnrolmentElsewhere(
            paper=sought,
            other_school=college,
            school_name=COLLEGE,
            asked_by_family=True,
            **_by(ADVISER),
        ),
    )
    letter = "A letter with the list of what is sent, and how to get a copy."
    yield paper.put(
        "letter", TellFamily(paper=sought, text=letter, **_by(ADVISER)), local(days[13], MORNING)
    )
    yield paper.put(
        "mailed",
        RecordDisclosure(
            disclosure=uid("mailed", person.number),
            party=college,
            party_name=COLLEGE,
            kinds=(PartyKind.SCHOOL,),
            records=("course results", "attendance"),
            purpose="transfer",
            interest="Decides on a place in the nursing course that counts for both schools.",
            how=Channel.MAIL,
            ground="FERPA-99.31-a-2",
            effective=Effective(start=days[15]),
            **_by(ADVISER),
        ),
        local(days[16], MORNING),
    )


def _uncle(person: Person, today: date) -> Iterator[Request]:
    day = last_years(today)[2].semesters[0][33]
    head = staff.principal(person.grade - 1)
    yield _paper(person, day, MORNING, head).put(
        "uncle",
        RecordRequestRefused(
            disclosure=uid("uncle", person.number),
            party_name="A man who said that he was an uncle",
            kinds=(PartyKind.OTHER,),
            records=("address", "times of the school bus"),
            purpose="to pick him up",
            how=Channel.PHONE,
            reason="Nobody of that name is on the record. We called home; they knew of no one.",
            **_by(head),
        ),
    )


TOLD_OF: Mapping[int, Callable[[Person, date], Iterator[Request]]] = {
    PLAN: _hurt,
    ABSENT: _upset,
    SENIOR: _college,
    RIGHTS: _uncle,
}


def openings(today: date) -> Sequence[tuple[date, Staff, Person]]:
    """Who opened whose record in an emergency, and on which day: they look at it then."""
    people = everybody()
    return (
        (hurt_on(last_years(today)[2]), AT_THE_GAMES, people[PLAN]),
        (upset_on(today), AT_THE_BUS, people[ABSENT]),
    )


def _paper(person: Person, day: date, hour: time, by: Staff) -> Paper:
    return Paper(person.id, local(day, hour), by)


def _by(one: Staff) -> dict[str, Any]:
    return {"author": one.id, "author_name": one.name, "author_role": one.role}
