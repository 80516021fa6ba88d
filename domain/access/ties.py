"""Which records tell of a learner: the own one, those merged with it, those that name it. Pure.

A tie is an event that names another learner's record than the one it stands on, where that counts
for who may see the other: the two are of one person, or it was recorded together with a sibling.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from domain import consent as given
from domain import identity
from domain.event import Command, Event

# What counts for every learner that it names. The index of store/ties.sql holds the same types.
# A survey that was offered does not: its gate was passed for one learner.
TELLS = (
    identity.LearnerEnrolled,
    identity.ResponsiblePersonLinked,
    identity.RightsEvidenceRecorded,
    identity.RightsRevoked,
    given.ConsentGranted,
    given.DirectoryOptOutSet,
    given.SurveyNoticeSent,
    given.SurveyAllowed,
    given.SurveyRefused,
    given.SurveyOptedOut,
)


class Ties:
    """Every record that ever told of another: what a split or an end undoes is for the file."""

    def __init__(self) -> None:
        self._merged: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._named_on: defaultdict[UUID, set[UUID]] = defaultdict(set)

    def take(self, events: Iterable[Event]) -> None:
        """Add what some events tie together; to take one twice changes nothing."""
        for event in events:
            if isinstance(event, identity.RecordsMerged):
                self._merged[event.originator_id].add(event.other)
                self._merged[event.other].add(event.originator_id)
            elif isinstance(event, TELLS):
                for learner in event.subjects:
                    self._named_on[learner].add(event.originator_id)

    def records(self, learner: UUID) -> set[UUID]:
        """The records from which the learner's file is made; the learner's own is one of them."""
        person = joined(learner, self._merged)
        return person.union(*(self._named_on.get(record, ()) for record in person))


def others_of(command: Command) -> tuple[UUID, ...]:
    """The other learners whose file a command changes: it has to be allowed on each of theirs."""
    if isinstance(command, identity.MergeRecords | identity.SplitRecords):
        return (*command.subjects, command.other)
    return command.subjects


def joined(record: UUID, others: Mapping[UUID, Collection[UUID]]) -> set[UUID]:
    """A record and those joined with it, one by way of another too."""
    found, fresh = {record}, set(others.get(record, ()))
    while fresh := fresh - found:
        found |= fresh
        fresh = {other for one in fresh for other in others.get(one, ())}
    return found
