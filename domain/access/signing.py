"""Whether a consent may be taken down: for which purpose, and who may sign it that day.

Its form is checked where it is typed. Here it is held against what is on file, so that nobody
enters a consent that could never cover anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.access.facts import Records
from domain.access.files_learners import LearnerFile
from domain.access.files_people import DistrictFile
from domain.access.named import kinds_named, word
from domain.access.rights import Holder, acts_as_parent, holder_on
from domain.access.words import Regime
from domain.consent import GrantConsent
from domain.errors import Refused
from domain.online import ParentsConsent
from domain.words import DataClass, Precision

STUDENTS = (
    "On the day of signing the rights over these records were the learner's own, so the learner "
    "signs. Ask the learner."
)
ANOTHERS = (
    "Whoever is named here held no right over these records on the day of signing. Ask the parent "
    "or guardian who does."
)


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may sign about a learner's records, by what is on file."""

    learner: UUID
    file: LearnerFile
    district: DistrictFile

    def holder(self, regime: Regime, day: date) -> Holder:
        """Whose the rights over the school's records are on a day."""
        custodian = Records(data_class=DataClass.EDUCATION).custodian
        law = self.district.rules_on(day).law
        return holder_on(self.file.rights, custodian, regime, day, law).holder

    def includes(self, person: UUID, regime: Regime, day: date) -> bool:
        """Whether somebody holds the rights on a day."""
        holder = self.holder(regime, day)
        if holder is Holder.STUDENT:
            return person == self.learner
        return holder is Holder.PARENT and acts_as_parent(self.file.rights, person, regime, day)


def check_consent(
    command: GrantConsent, learner: UUID, file: LearnerFile, district: DistrictFile, today: date
) -> None:
    """Raise `Refused` for a purpose nobody declared, or a signer who held no right that day.

    Who signed is not asked where the paper bears no day, or names nobody by id: such a consent
    covers nothing, and says so.
    """
    if not district.purposes.knows(word(command.purpose)):
        raise Refused(
            "purpose",
            "purpose-undeclared",
            "The district has not declared this purpose. Name one that it has declared, or ask an "
            "administrator to declare it.",
        )
    day, signers = signed_on(command, today), Signers(learner, file, district)
    if command.signer is None or day is None:
        return
    for regime in regimes_of(command.records):
        holder = signers.holder(regime, day)
        if holder is Holder.UNKNOWN:
            raise Refused(
                "signer",
                "rights-holder-unknown",
                "No date of birth is on file, so nobody can say whether the family or the learner "
                "signs. Record the date of birth first.",
            )
        if not signers.includes(command.signer, regime, day):
            sentence = STUDENTS if holder is Holder.STUDENT else ANOTHERS
            raise Refused("signer", "signer-held-no-right", sentence)


def check_parent(command: ParentsConsent, file: LearnerFile, today: date) -> None:
    """Raise `Refused` where the file does not have whoever consented as a parent on that day."""
    start = command.effective.start if command.effective else today
    if not acts_as_parent(file.rights, command.parent, Regime.FERPA, start or today):
        raise Refused(
            "parent",
            "not-a-parent",
            "Whoever is named here was not on file as this child's parent or guardian that day, "
            "or a court order stands against it. Record the guardianship and what shows it first.",
        )


def signed_on(command: GrantConsent, today: date) -> date | None:
    """The day of signing, as the file will have it; null where the paper bears none."""
    given = command.effective
    if given is not None and (given.start is None or given.precision is not Precision.DAY):
        return None
    start = given.start if given and given.start else today
    return min(day for day in (start, command.received_on, today) if day)


def regimes_of(records: Iterable[str]) -> list[Regime]:
    """The laws under which rights over the named records pass."""
    kinds = {kind for text in records for kind in kinds_named(text)}
    found = [Regime.IDEA] if DataClass.SPECIAL_ED in kinds else []
    return found + ([Regime.FERPA] if kinds - {DataClass.SPECIAL_ED} else [])
