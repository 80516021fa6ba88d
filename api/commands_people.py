"""`throughline person`: who may do what in the district, from the machine itself.

On a fresh installation nobody has a role yet; the first administrator is made here.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from pydantic import ValidationError

from api.compose import System
from api.cursors import Cursors
from api.faults import USAGE, Fault
from api.gates import check_learner
from api.people import Held, PersonAnswer, person_answer
from api.running import ready_system
from api.sentences import said
from api.terminal import give_json, say
from domain.application import Request
from domain.district import check_place
from domain.errors import Refused
from domain.event import Command
from domain.people import (
    Assign,
    CompleteTraining,
    EndAssignment,
    EndRole,
    GrantRole,
    RegisterPerson,
    district_id,
    person_id,
)
from store.settings import read_settings


@dataclass(frozen=True)
class Days:
    """The stretch of days as it was typed; neither given means from today on."""

    start: str | None = None
    until: str | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The command's field `effective`; without a first day where that is today."""
        typed = {"from": self.start, "until": self.until}
        given = {name: day for name, day in typed.items() if day is not None}
        return {"effective": given} if given else {}


@dataclass(frozen=True)
class NamedBy:
    """By what a person is known: at most one of an id, issuer and subject, or the district."""

    id: str | None = None
    issuer: str | None = None
    subject: str | None = None
    district: bool = False

    def of(self, tenant: str) -> UUID:
        """The id of the record. Raises `Fault`."""
        if (self.issuer is None) != (self.subject is None):
            raise Fault("Give --issuer and --subject together.", USAGE)
        ways = [self.id, self.issuer, self.district or None]
        if sum(way is not None for way in ways) > 1:
            raise Fault("Give --id, or --issuer with --subject, or --district: one of them.", USAGE)
        if self.issuer is not None and self.subject is not None:
            return person_id(tenant, self.issuer, self.subject)
        if self.district:
            return district_id(tenant)
        return identified(self.id, "--id") if self.id else uuid4()


def add(name: str, email: str | None, by: NamedBy, *, as_json: bool) -> None:
    """Open the record of a person; a name of `-` is read from standard input."""
    given = sys.stdin.readline() if name == "-" else name
    fields = {"name": given, **({"email": email} if email else {})}
    give(by.of(read_settings().tenant), RegisterPerson, fields, "person", as_json=as_json)


def role(person: str, name: str, days: Days, own_record: str | None, *, as_json: bool) -> None:
    """Give a person a role."""
    fields = {"role": name, **optional(own_record=own_record), **days.fields}
    give(identified(person, "PERSON"), GrantRole, fields, "grant", as_json=as_json)


def assign(person: str, to: Mapping[str, str | None], days: Days, *, as_json: bool) -> None:
    """Assign a person, in a role that they have."""
    fields = {**optional(**to), **days.fields}
    give(identified(person, "PERSON"), Assign, fields, "assignment", as_json=as_json)


def training(person: str, course: str, on: str | None, *, as_json: bool) -> None:
    """Record that a person finished the privacy training."""
    fields = {"course": course, **Days(on).fields}
    give(identified(person, "PERSON"), CompleteTraining, fields, "certification", as_json=as_json)


def end(person: str, item: str, on: str | None, *, as_json: bool) -> None:
    """End a role or an assignment; the day is the first on which it no longer holds."""
    which = identified(item, "The id of the role or assignment")

    whose = identified(person, "PERSON")
    with ready_system(read_settings()) as system:
        kind, field = ending(asked(system, whose), which)
        done = told(system, whose, kind, {field: which, **Days(on).fields})
    if as_json:
        give_json({"person": whose, field: which, "version": done["version"]})
    else:
        say("Its end is recorded.")


def ending(found: PersonAnswer, which: UUID) -> tuple[type[Command], str]:
    """The command that ends a role or an assignment, and its field for the id. Raises `Fault`."""
    if which in {r.id for r in found.roles}:
        return EndRole, "grant"
    if which in {a.id for a in found.assignments}:
        return EndAssignment, "assignment"
    raise Fault(
        "This person has no role and no assignment with this id: `throughline person show` has "
        "them.",
        USAGE,
    )


def show(person: str, *, as_json: bool) -> None:
    """Show a person's roles, assignments and trainings."""
    whose = identified(person, "PERSON")
    with ready_system(read_settings()) as system:
        found = asked(system, whose)
        system.recorder.ensure_durable()
    if as_json:
        give_json(found.model_dump(mode="json", by_alias=True))
        return
    say(f"{found.name}, version {found.version}")
    for held, what in described(found):  # no table: an id is there to be copied, and would be cut
        until = f" until {held.until.isoformat()}" if held.until else ""
        say(what)
        say(f"  {held.id}  from {held.start.isoformat()}{until}")


def described(found: PersonAnswer) -> list[tuple[Held, str]]:
    """Each thing on the record, and what it is in a few words."""
    return [
        *((r, f"role: {words(r.role)}") for r in found.roles),
        *(
            (a, f"{words(a.role)}: {a.kind} {a.code or a.learner or ''}".rstrip())
            for a in found.assignments
        ),
        *((t, f"training: {t.course}") for t in found.trainings),
    ]


def words(code: str) -> str:
    return code.replace("_", " ")


# -- giving a command -------------------------------------------------------------------------


def give(
    person: UUID,
    kind: type[Command],
    fields: Mapping[str, Any],
    made: str,
    *,
    as_json: bool,
) -> None:
    """Give a command for a person and print the id of what it made: the field `made`."""
    with ready_system(read_settings()) as system:
        done = told(system, person, kind, fields)
    if as_json:
        ids = {"person": person, made: done[made]} if made in done else {"person": person}
        give_json({**ids, "version": done["version"]})
    else:
        say(str(done.get(made, person)))


def told(
    system: System, person: UUID, kind: type[Command], fields: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the command; the ids of its event. Raises `Fault`."""
    context = system.context()
    if "effective" in fields:
        fields = {**fields, "effective": {"from": context.today, **fields["effective"]}}
    try:
        command = kind.model_validate(fields)
    except ValidationError as error:
        # The error keeps what was typed: only its sentences are told.
        found = [said(e, kind) for e in error.errors(include_input=False, include_url=False)]
    else:
        try:
            check_place(kind, person, system.settings.tenant)
            check_learner(system.profiles, command)
            event = system.profiles.do(Request(person, command, context)).event
        except Refused as refused:
            raise Fault(f"{refused.field}: {refused}") from None
        return {n: v for n, v in vars(event).items() if n in kind.model_fields} | {
            "version": event.originator_version
        }
    raise Fault(" ".join(f"{name}: {sentence}" for name, _, sentence in found), USAGE)


def asked(system: System, person: UUID) -> PersonAnswer:
    """What is on file about a person. Raises `Fault`."""
    cursors = Cursors(lambda: system.mapper.keys.secret(system.settings.tenant, "cursor"))
    try:
        return person_answer(system, cursors, person)
    except Refused as refused:
        raise Fault(str(refused), USAGE) from None


def optional(**fields: str | None) -> dict[str, str]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value is not None}


def identified(text: str, name: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Fault(f"{name} must be an id, as `throughline person add` printed it.", USAGE) from (
            None
        )
