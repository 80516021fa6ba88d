"""The file that a decision reads: from what is on file about learner, people and district to facts.

Pure. Assignments are resolved here: somebody is connected with a learner on the days on which both
the assignment and the learner's enrolment hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.evidence import Assignment, Dated, OptOut
from domain.access.facts import Facts, File, LearnerFacts, Request
from domain.access.files_learners import LearnerFile, Schooling, learner_file
from domain.access.files_people import (
    DistrictFile,
    PersonFile,
    Posting,
    RoleHeld,
    Rules,
    Training,
    district_file,
    person_file,
)
from domain.access.named import kinds_named, word
from domain.access.words import AssignmentKind
from domain.event import Event
from domain.people import BY_CODE, BY_LEARNER

__all__ = [
    "DistrictFile",
    "LearnerFile",
    "PersonFile",
    "Posting",
    "RoleHeld",
    "Rules",
    "Schooling",
    "Training",
    "district_file",
    "facts",
    "kinds_named",
    "known_at",
    "learner_file",
    "person_file",
    "resolved",
    "word",
]

_E = TypeVar("_E", bound=Event)


def known_at(events: Iterable[_E], instant: datetime) -> list[_E]:
    """The events that were recorded by then: a file made of them is the file as known then."""
    return [event for event in events if event.recorded_at <= instant]


def facts(  # noqa: PLR0917 (each is of a type of its own, so none is mistaken for another)
    request: Request,
    learner: UUID,
    of: LearnerFile,
    people: Iterable[tuple[UUID, PersonFile]],
    district: DistrictFile,
    zone: ZoneInfo,
    tenant: str,
) -> Facts:
    """Everything a decision about this request turns on.

    `people` are those who ask and, where it is somebody else, who receives. The rules are those
    in force on the local day of the request.
    """
    known = list(people)
    rules = district.rules_on(request.at.astimezone(zone).date())
    return Facts(
        request=request,
        learner=LearnerFacts(id=learner, district=tenant, left_on=of.left_on),
        file=File(
            rights=of.rights,
            assignments=tuple(
                assignment
                for person, file in known
                for posting in file.assignments
                for assignment in resolved(person, posting, learner, of)
            ),
            certifications=tuple(c for _, file in known for c in file.certifications),
            agreements=district.agreements,
            annual_notices=district.notices,
            designations=district.designations,
            opt_outs=tuple(_in_codes(o, district) for o in of.opt_outs),
            consents=of.consents,
            openings=of.openings,
            emergencies=of.emergencies,
            processes=of.processes,
            family_told=of.family_told,
            barred=district.barred,
            enrolments=of.elsewhere,
            placements=of.placements,
            releases=of.releases,
            online_consents=of.online_consents,
        ),
        law=rules.law,
        policy=rules.policy,
        purposes=district.purposes,
        zone=zone,
    )


def resolved(
    person: UUID, posting: Posting, learner: UUID, of: LearnerFile
) -> Iterator[Assignment]:
    """How a posting connects a person with this learner: an assignment for each stretch of days.

    A class is known by its code and, where the posting says so, by its school.
    """
    if posting.kind in BY_LEARNER:
        if posting.learner == learner or posting.learner in of.merged:
            yield _assignment(person, posting)
    elif posting.kind is AssignmentKind.DISTRICT:
        yield _assignment(person, posting)
    elif posting.kind in BY_CODE:
        for schooling in of.enrolled:
            if _reaches(posting, schooling):
                yield from _both(_assignment(person, posting), schooling)


def _reaches(posting: Posting, schooling: Schooling) -> bool:
    if posting.kind is AssignmentKind.SCHOOL:
        return posting.code == schooling.school
    return posting.code in schooling.classes and posting.school in (None, schooling.school)


def _assignment(person: UUID, posting: Posting) -> Assignment:
    return Assignment(
        person=person,
        role=posting.role,
        kind=posting.kind,
        effective=posting.effective,
        until=posting.until,
        received=posting.received,
        recorded=posting.recorded,
        until_recorded=posting.until_recorded,
    )


def _both(assignment: Assignment, schooling: Schooling) -> Iterator[Assignment]:
    """The days on which an assignment and an enrolment both hold, if there are any."""
    start = max(assignment.counts_from, schooling.counts_from)
    first = min((assignment, schooling), key=lambda one: one.until or date.max)
    if first.until is not None and first.until <= start:
        return
    yield replace(
        assignment,
        effective=start,
        until=first.until,
        received=None,  # `start` has taken it in
        recorded=_later(assignment, schooling),
        until_recorded=first.until_recorded,
    )


def _later(*found: Dated) -> datetime | None:
    """When the last of them was recorded."""
    return max((one.recorded for one in found if one.recorded), default=None)


def _in_codes(opt_out: OptOut, district: DistrictFile) -> OptOut:
    """The opt-out in the codes of the district's notices; words that name none of them keep all."""
    if opt_out.kinds is None:
        return opt_out
    named = {kind for d in district.designations for kind in d.kinds}
    known = opt_out.kinds & named
    return replace(opt_out, kinds=known or None)
