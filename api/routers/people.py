"""People who are no learners, and the district's own papers: one route for every command."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Depends, Path, Response
from pydantic import Field

from api.answers import Receipt
from api.asking import CursorsDep, RecordRoute, SystemDep
from api.people import PersonAnswer, person_answer
from api.problems import Stopped, wrong_field
from api.routers.commands import ANSWERS, RecordingDep, described, endpoint
from api.sight import current
from api.viewing import need_scope
from domain.district import check_place
from domain.event import Command
from domain.fields import ShortText
from domain.people import RegisterPerson, person_id
from domain.vocabulary import PEOPLE

PersonId = Annotated[UUID, Path(alias="person", description="The person's id, or the district's.")]


async def overseer() -> None:
    """Raise `Stopped` (403) for whoever does not keep the district's people and papers."""
    need_scope(current().asker.viewer, "admin")
    if not current().asker.oversees:
        raise Stopped(
            403,
            "people-not-yours",
            "Roles, assignments and the district's papers are kept by its administrators and its "
            "compliance officer. Ask one of them.",
        )


router = APIRouter(prefix="/v1", route_class=RecordRoute, dependencies=[Depends(overseer)])


class NewPerson(RegisterPerson):
    """Somebody to register, and by what they are known: one of our ids, or that of sign-in."""

    id: UUID | None = Field(
        default=None, description="The id to give; left out: made from issuer and subject, or new."
    )
    issuer: ShortText | None = Field(
        default=None,
        description="Who signs them in: the issuer of OpenID Connect.",
        examples=["https://id.maple.example"],
    )
    subject: ShortText | None = Field(
        default=None, description="Their subject there; it is not kept.", examples=["a81f3c"]
    )


NAMED_BY = ("id", "issuer", "subject")


@router.post(
    "/people",
    status_code=201,
    summary="Open the record of a person",
    tags=["people"],
    operation_id="register-somebody",
    responses=ANSWERS,
)
def register(*, somebody: NewPerson, recording: RecordingDep) -> Receipt:
    """Who signs in is known by `issuer` and `subject`, the same every time; others get an id."""
    given = somebody.model_fields_set.difference(NAMED_BY)
    command = RegisterPerson(**{name: getattr(somebody, name) for name in given})
    person = named_by(somebody, recording.system.settings.tenant, recording.command_id)
    return recording.record(person, command)


def named_by(somebody: NewPerson, tenant: str, command_id: UUID | None) -> UUID:
    """The id that a person is registered under. Raises `Stopped`."""
    issuer, subject = somebody.issuer, somebody.subject
    if (issuer is None) != (subject is None) or (issuer is not None and somebody.id is not None):
        raise wrong_field(
            422,
            "subject",
            "person-named-twice",
            "Give issuer and subject together, or id alone, or none of the three.",
        )
    if issuer is not None and subject is not None:
        return person_id(tenant, issuer, subject)
    # The same key gives the same person, so that a repeat finds the first answer.
    made = uuid5(command_id, "person") if command_id else uuid4()
    return somebody.id or made


@router.get(
    "/people/{person}",
    summary="A person's roles, assignments and trainings",
    tags=["people"],
    operation_id="read-person",
)
def read(
    *, response: Response, system: SystemDep, cursors: CursorsDep, person: PersonId
) -> PersonAnswer:
    """With their dates; those that have ended are there too. `ETag` has the record's version."""
    found = person_answer(system, cursors, person)
    about = [*(held.learner for held in found.assignments), *(r.own_record for r in found.roles)]
    shown = current().mentioned({one for one in about if one is not None})
    for held in found.assignments:  # whom it is about is a word about a child
        held.learner = held.learner if held.learner in shown else None
    for role in found.roles:
        role.own_record = role.own_record if role.own_record in shown else None
    response.headers["ETag"] = f'"{found.version}"'
    return found


def of_person(command_class: type[Command]) -> Callable[..., Receipt]:
    """The route function of one command, its path parameter named for a person."""
    give = endpoint(command_class)
    give.__annotations__["learner"] = PersonId
    return give


def placed(command_class: type[Command]) -> Callable[..., Any]:
    """The check that a command stands on the right record: a person's, or the district's."""

    async def check(system: SystemDep, person: PersonId) -> None:
        check_place(command_class, person, system.settings.tenant)

    return check


for name, command_class in PEOPLE.items():
    summary, description = described(command_class)
    router.add_api_route(
        f"/people/{{person}}/{name}",
        of_person(command_class),
        methods=["POST"],
        status_code=201,
        summary=summary,
        description=description,
        tags=[command_class.EVENT.SPEC.group],
        operation_id=name,
        responses=ANSWERS,
        dependencies=[Depends(placed(command_class))],
    )
