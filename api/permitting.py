"""Whether a command may be given: by this person, on this record, as things stand on file.

Every way in asks here before anything is recorded: the JSON API, the pages, many lines at once.
"""

from dataclasses import replace

from api.closed import closed_to
from api.gates import check_learner, pass_gates
from api.in_law import kind_of
from api.seen import Seen
from api.sight import current
from api.speaking import check_speaker
from domain.access.decision import RECORD_ITSELF
from domain.access.facts import Records
from domain.access.giving import BEYOND_ASSIGNMENT, check_role
from domain.access.ties import others_of
from domain.access.words import Action
from domain.application import Request as Asked
from domain.errors import Denied, Refused
from domain.event import LEARNER, PERSON
from domain.words import DataClass


def permit(asked: Asked) -> Asked:
    """What is asked, with what of the record is closed to its giver.

    Raises `Denied` where whoever sends the request may not give this command, and `Refused` where
    what is on file stands in its way.
    """
    learner, command = asked.learner, asked.command
    if command.EVENT.SPEC.record == PERSON:
        check_learner(current().profiles, command)
        return asked  # no learner's record: its routes ask who may give it
    sight, in_law = current(), command.data_class or command.EVENT.SPEC.default
    if not sight.asker.trusted:
        try:
            check_role(type(command), sight.asker.roles)
        except Denied as told:
            sight.seen.setdefault(learner, Seen(Action.WRITTEN, False, told.code))
            raise
        if type(command) in BEYOND_ASSIGNMENT:
            return asked
    private = in_law is DataClass.SOLE_POSSESSION
    author = sight.asker.viewer.person if private else None
    records = Records(data_class=in_law, kind=kind_of(command.EVENT.TOPIC), author=author)
    for one in (learner, *others_of(command)):
        if private:  # that it is one's own note says nothing of whose record it is put on
            sight.may_write(one, RECORD_ITSELF)
        sight.may_write(one, records)
    try:
        pass_gates(sight.asker, learner, command)
    except Refused:
        # What was recorded before gets its first answer, also where its day is over by now.
        if not sight.profiles.journal.find_commands([asked.context.command_id]):
            raise
    if sight.asker.trusted:
        return asked
    context = replace(asked.context, closed=closed_to(sight.asker, learner, command))
    return replace(asked, context=context)


def permit_sent(asked: Asked) -> Asked:
    """As `permit`, of what came as it is: the forms of the pages write who speaks themselves."""
    permitted = permit(asked)
    if asked.command.EVENT.SPEC.record == LEARNER:
        check_speaker(current().asker, asked.learner, asked.command)
    return permitted
