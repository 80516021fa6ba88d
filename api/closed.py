"""What of a learner's record is closed to whoever gives a command about it.

The record asks while it decides, since only there it is known what an entry has become. Nothing is
noted: from a line in the log somebody would learn that there was something to ask about.
"""

from collections.abc import Callable
from uuid import UUID

from api.desk import Asker
from api.in_law import ANSWER, kind_of
from domain.access.facts import Records
from domain.access.words import Action, Role
from domain.event import Command
from domain.learner import Item
from domain.words import DataClass

BY_HAND = frozenset({"disclosure", "paper"})


def closed_to(asker: Asker, learner: UUID, command: Command) -> Callable[[Item], bool]:
    """Whether an item that a command names is not shown to the asker, as things stand now."""

    named = {value for value in vars(command).values() if isinstance(value, UUID)}

    def waits() -> bool:
        """Whether the command names an answer that waits for the officer."""
        return not named.isdisjoint(asker.waiting([learner])[learner].ids)

    def closed(item: Item) -> bool:
        if officers_own(item) and Role.COMPLIANCE_OFFICER not in asker.roles:
            return item.by != asker.viewer.person
        private = item.data_class is DataClass.SOLE_POSSESSION
        records = Records(
            data_class=item.data_class,
            kind=kind_of(item.topic),
            author=item.by if private else None,
            # To which survey an answer belongs is sealed, so the record itself cannot tell.
            quarantined=item.topic == ANSWER
            and bool(named & asker.waiting([learner])[learner].ids),
        )
        judged = asker.judge({learner: (records,)}, Action.OPENED)[learner]
        return records not in judged.open_to

    return closed


def officers_own(item: Item) -> bool:
    """True for what was recorded by hand and stays with the officer: its maker is kept."""
    return item.kind in BY_HAND and item.by is not None
