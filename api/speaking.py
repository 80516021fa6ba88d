"""In whose name somebody speaks: what is sent says who said it, and not everybody may say so."""

from uuid import UUID

from api.desk import Asker
from domain.errors import Refused
from domain.event import Command
from domain.words import DataClass


def check_speaker(asker: Asker, learner: UUID, command: Command) -> None:
    """Raise `Refused` where a command is sent in another's name by who may not write in it.

    The school's own people write down what others said. A family, a learner and a provider speak
    for themselves, under the name that is on file. A private note is its writer's own: under
    another's id it would open to that person alone.
    """
    if asker.trusted:
        return
    person = asker.viewer.person
    private = command.data_class is DataClass.SOLE_POSSESSION
    if private and command.author not in (None, person):
        raise Refused(
            "author",
            "private-note-of-another",
            "A private note is its writer's own. Leave author out.",
        )
    if asker.is_custodian:
        return
    own = {None, person, *({learner} if asker.own == learner else ())}
    named = {None, asker.viewer.name}
    held = {None, *(str(role).replace("_", " ") for role in asker.roles)}
    for field, given, allowed in (
        ("author", command.author, own),
        ("author_name", command.author_name, named),
        ("author_role", command.author_role, held),
    ):
        if given not in allowed:
            raise Refused(
                field,
                "author-is-another",
                f"You speak for yourself here, under the name that is on file. Leave {field} out.",
            )
