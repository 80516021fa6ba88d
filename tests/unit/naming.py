"""Every command that names what is on the record already, found by asking."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from domain.errors import Refused
from domain.event import Command, Context
from domain.identity import RegisterLearner
from domain.learner import Learner, open_record
from tests.unit.decider import ANA, CONTEXT, REGISTER, named
from tests.unit.plain import (
    ALL,
    BY_ANOTHER,
    CONSENT,
    DECLARE,
    DISCLOSE,
    EMERGENCY,
    GRANT,
    Plain,
)

NOBODY = named("nobody")
UNKNOWN = ("-unknown", "-never-granted")
# A disclosure may name a consent and an emergency; the plain one does not.
RELYING = [
    Plain((GRANT,), DISCLOSE.model_copy(update={"consent": CONSENT}), "disclosure-recorded"),
    Plain((DECLARE,), DISCLOSE.model_copy(update={"emergency": EMERGENCY}), "disclosure-recorded"),
]


class Naming(NamedTuple):
    """A command after `before`, whose `field` holds the id of something on the record."""

    before: tuple[Command, ...]
    command: Command
    field: str

    @property
    def named(self) -> UUID:
        found: UUID = getattr(self.command, self.field)
        return found

    def of(self, other: UUID) -> Command:
        """The same command, about something else."""
        return self.command.model_copy(update={self.field: other})

    def learner(self) -> Learner:
        """A learner to whom has happened what the command needs."""
        made = open_record(ANA, REGISTER, CONTEXT)
        for command in self.before:
            made.do(command, CONTEXT)
        return made

    def ask(
        self, command: Command, context: Context, expected: int | None = None
    ) -> dict[str, object] | None:
        """All that its giver is told of a refusal; None where it was recorded."""
        try:
            self.learner().do(command, context, expected=expected)
        except Refused as refused:
            return {"kind": type(refused), "said": str(refused), **vars(refused)}
        return None


def own_ids(command: Command) -> Iterator[str]:
    """The command's own fields that may hold an id."""
    for name, info in type(command).model_fields.items():
        if name not in Command.model_fields and info.annotation in (UUID, UUID | None):
            yield name


def naming() -> list[Naming]:
    """Every command and field in which a made-up id is refused as unknown."""
    found = []
    for plain in [*ALL, *BY_ANOTHER, *RELYING]:
        if isinstance(plain.command, RegisterLearner):
            continue
        for field in own_ids(plain.command):
            one = Naming(plain.before, plain.command, field)
            told = one.ask(one.of(NOBODY), CONTEXT)
            if told and str(told["rule"]).endswith(UNKNOWN):
                found.append(one)
    given = [one for one in found if getattr(one.command, one.field) is not None]
    fields = {(type(one.command), one.field) for one in found}
    assert fields == {(type(one.command), one.field) for one in given}, "see RELYING"
    return given
