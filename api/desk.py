"""The desk: who asks, what is on file, and the one decision, for every path of the application.

It gathers the facts and asks `domain.access.decision.decide`, which looks nowhere else.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from api.compose import System
from api.viewing import Viewer
from domain.access.annual_notice import warnings_on
from domain.access.decision import RECORD_ITSELF, Decision, decide
from domain.access.emergency import OPENING, PURPOSE
from domain.access.evidence import AnswerReview
from domain.access.facts import Facts, Principal, Records, Request
from domain.access.filing import DistrictFile, LearnerFile, PersonFile, facts
from domain.access.grounds import TABLE
from domain.access.offering import Waiting, set_aside, waiting
from domain.access.rights import RightsEvidence, links
from domain.access.words import STAFF, Action, AssignmentKind, Role
from domain.errors import Denied
from domain.words import DataClass
from store.filed import Filed, Look

# What a role is for. It comes from the role, and nobody is asked for it on their own caseload.
PURPOSES: Mapping[Role, str] = MappingProxyType(
    {
        Role.COUNSELOR: "counseling",
        Role.TEACHER: "instruction",
        Role.TRANSITION_COORDINATOR: "education",
        Role.COMPLIANCE_OFFICER: "oversight",
        Role.ADMINISTRATOR: "oversight",
        Role.GUARDIAN: "family",
        Role.LEARNER: "family",
        Role.OUTSIDE_PROVIDER: "support",
    }
)
# Where a person has several roles, a role that is about this learner comes first.
ORDER = tuple(PURPOSES)
NOTHING = LearnerFile(rights=RightsEvidence(born=None))
OVERSEERS = frozenset({Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR})
OPERATOR = "local-operator"  # the code in the log for who works at the machine itself


@dataclass(frozen=True)
class Judged:
    """A decision with what it was about. `told` is what the asker may be told of a refusal."""

    decision: Decision
    facts: Facts
    told: Denied | None

    @cached_property
    def open_to(self) -> set[Records]:
        """The records that may be shown."""
        return {records for part in self.decision.parts for records in part.records}

    @property
    def in_emergency(self) -> bool:
        """Whether it rests on an emergency opening: of one record, to who opened it."""
        return self.decision.allowed and self.decision.code == OPENING

    @property
    def purpose(self) -> str:
        return PURPOSE if self.in_emergency else self.facts.request.purpose


@dataclass(frozen=True)
class Desk:
    """Decides for one district."""

    filed: Filed
    tenant: str
    zone: ZoneInfo

    def asker(self, viewer: Viewer, at: datetime) -> "Asker":
        """Who asks, with the roles that they have at this moment."""
        return Asker(self, viewer, at)


def desk_of(system: System) -> Desk:
    """The desk of the district that a system is for, with a memory of its own for the files."""
    filed = Filed(system.recorder, system.mapper)
    return Desk(filed, system.settings.tenant, system.zone)


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, at an instant."""

    desk: Desk
    viewer: Viewer
    at: datetime

    # What was looked up for this request: an answer is decided on as things stood at one moment.
    _looked: list[Look] = field(default_factory=list, repr=False)

    def look(self, learners: Collection[UUID] = ()) -> Look:
        """What is on file about the asker, the district and these learners."""
        looked = self._looked[0] if self._looked else None
        missing = [one for one in learners if looked is None or one not in looked.learners]
        if looked is None or missing:
            found = self.desk.filed.look(self.viewer.person, missing)
            if looked is None:
                self._looked.append(found)
                return found
            looked.learners.update(found.learners)
            looked.versions.update(found.versions)
        return looked

    @property
    def looked_up(self) -> bool:
        """True once something on file was looked up for this request."""
        return bool(self._looked)

    @property
    def file(self) -> PersonFile:
        return self.look().person

    @property
    def district(self) -> DistrictFile:
        return self.look().district

    @cached_property
    def roles(self) -> frozenset[Role]:
        return self.file.roles_on(self.at.astimezone(self.desk.zone).date())

    @property
    def trusted(self) -> bool:
        """True for who works at the machine itself, where keys and database are at hand."""
        return self.viewer.how == "terminal"

    @property
    def outside(self) -> bool:
        """True for who is neither the school's own nor the learner's family."""
        return not self.is_custodian and self.roles.isdisjoint({Role.GUARDIAN, Role.LEARNER})

    @property
    def sees_part(self) -> bool:
        """True for whom a record may have more than they are shown, such as special education.

        What nobody may know of is not meant: of that there is no sign at all.
        """
        if self.trusted or not (self.is_custodian or self.outside):
            return False
        today = self.at.astimezone(self.desk.zone).date()
        interests = self.district.rules_on(today).policy.interests
        return not any(DataClass.SPECIAL_ED in interests.get(role, ()) for role in self.roles)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the district's officer is to mend, by the codes of its rules; empty for others."""
        if not self.keeps_log:
            return ()
        today = self.at.astimezone(self.desk.zone).date()
        return warnings_on(today, self.district.notices, self.district.rules_on(today).policy)

    @property
    def keeps_log(self) -> bool:
        """True for who keeps the district's log: the privacy officer, or who runs the server."""
        return self.trusted or Role.COMPLIANCE_OFFICER in self.roles

    @property
    def own(self) -> UUID | None:
        """The learner's record that is this person's own today."""
        return self.file.own_record_on(self.at.astimezone(self.desk.zone).date())

    @property
    def is_custodian(self) -> bool:
        """True for the school's own people, who keep the records."""
        return self.trusted or not STAFF.isdisjoint(self.roles)

    @property
    def oversees(self) -> bool:
        """True for who keeps the district's log and its people's roles."""
        return self.trusted or not OVERSEERS.isdisjoint(self.roles)

    def judge(
        self, learners: Mapping[UUID, Sequence[Records]], action: Action
    ) -> dict[UUID, Judged]:
        """What may be shown of each learner's records, and why; the records of each are grouped."""
        files = self.look(learners).learners
        return {
            learner: self.decide(learner, files[learner], (RECORD_ITSELF, *asked), action)
            for learner, asked in learners.items()
        }

    def decide(
        self, learner: UUID, file: LearnerFile, asked: tuple[Records, ...], action: Action
    ) -> Judged:
        """The decision about one learner, whose file is at hand."""
        tried = [
            Judged(decide(found, TABLE), found, None)
            for found in self._facts(learner, file, asked, action)
        ]
        best = next((one for one in tried if one.decision.allowed), tried[0])
        if best.decision.allowed:
            return best
        told = best.decision.told()
        if not self._tied(best.facts):
            # Whether there is such a learner is not for strangers to know: they are told what
            # they would be told of a record on which nothing is on file.
            # What a writer would lack besides, such as an age, is not asked of a stranger.
            empty = next(self._facts(learner, NOTHING, (RECORD_ITSELF,), Action.OPENED))
            told = decide(empty, TABLE).told()
        return Judged(
            best.decision, best.facts, Denied(told.code, told.sentence, to_person=told.to_person)
        )

    def _facts(
        self, learner: UUID, file: LearnerFile, asked: tuple[Records, ...], action: Action
    ) -> Iterator[Facts]:
        """The facts of the request, once for each purpose that the asker's roles give."""
        roles = [role for role in ORDER if role in self.roles]
        purposes = dict.fromkeys(PURPOSES[role] for role in roles) or {"education": None}
        own = self.own == learner
        principal = Principal(
            id=learner if own else self.viewer.person,
            roles=self.roles,
            district=self.desk.tenant,
            assurance=self.viewer.assurance,
        )
        for purpose in purposes:
            request = Request(
                principal=principal, action=action, purpose=purpose, at=self.at, asked=asked
            )
            yield facts(
                request,
                learner,
                file,
                [(self.viewer.person, self.file)],
                self.district,
                self.desk.zone,
                self.desk.tenant,
            )

    def _tied(self, found: Facts) -> bool:
        """True where the asker is connected with the learner by something that is on file."""
        asker = found.request.principal.id
        return (
            bool(found.on_duty_as)
            or asker == found.learner.id
            or bool(links(found.file.rights.guardianships, asker, found.today))
        )

    def sets_aside(
        self, learner: UUID, instrument: str, day: date | None, said: AnswerReview | None
    ) -> bool:
        """Whether an answer to a survey waits for the officer: see `domain.access.offering`."""
        file = self.look([learner]).learners[learner]
        return set_aside(instrument, day, file, self.district, said) is not None

    def waiting(self, records: Collection[UUID]) -> Mapping[UUID, Waiting]:
        """The answers to surveys that wait for the officer now, on each of some records."""
        looked = self.look(records)
        return {
            record: waiting(record, answers, looked.learners[record], self.district)
            for record, answers in self.desk.filed.answers(records, looked.versions).items()
        }

    @cached_property
    def _may(self) -> Mapping[Role, frozenset[AssignmentKind]]:
        """Which assignments connect which role with learners, as the district has chosen."""
        today = self.at.astimezone(self.desk.zone).date()
        return self.district.rules_on(today).policy.relationships

    def reaches(self, school: str | None, classes: Iterable[str], learner: UUID) -> bool:
        """Whether a learner enrolled so may be on this person's lists; each is decided on later."""
        if self.trusted:
            return True
        today, held = self.at.astimezone(self.desk.zone).date(), set(classes)
        for posting in self.file.assignments:
            # A list counts those whom it may show: a posting that opens nothing adds nobody.
            connects = posting.role in self.roles and posting.kind in self._may.get(
                posting.role, ()
            )
            in_class = posting.code in held and posting.school in (None, school)
            if (
                connects
                and posting.holds(today)
                and (
                    posting.kind is AssignmentKind.DISTRICT
                    or posting.learner == learner
                    or (posting.kind is AssignmentKind.SCHOOL and posting.code == school)
                    or (posting.kind is AssignmentKind.CLASS and in_class)
                )
            ):
                return True
        return False
