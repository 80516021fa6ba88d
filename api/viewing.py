"""Who looks: what sign-in found out about the person behind a request, and nothing about roles.

Roles are looked up in the person's record at each request. A header never says who somebody is.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request

from api.compose import Persona
from api.problems import Stopped
from domain.access.words import Assurance

# The same as in the request's state, for what has no request at hand: templates.
VIEWER: ContextVar["Viewer | None"] = ContextVar("viewer", default=None)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person, as identified. `scopes` limit a token; None leaves all to the person's roles.

    `csrf` is what a form of a session must send back; a token or a persona needs none.
    """

    person: UUID
    name: str = field(repr=False)
    how: Literal["demo", "session", "token", "terminal"]
    assurance: Assurance
    scopes: frozenset[str] | None = None
    csrf: str | None = field(default=None, repr=False)


def persona_viewer(persona: Persona) -> Viewer:
    """Who looks where no sign-in is set up: the demo's persona, or whoever runs the server."""
    if persona.at_the_machine:
        return Viewer(persona.id, persona.name, "terminal", Assurance.BASIC)
    return Viewer(persona.id, persona.name, "demo", Assurance.STRONG)


def viewer_of(request: Request) -> Viewer:
    """Who sent this request. Raises `Stopped` (401) where nobody is signed in."""
    found: Viewer | None = request.scope["state"].get("viewer")
    if found is None:
        raise sign_in_required()
    return found


async def given_viewer(request: Request) -> Viewer:
    return viewer_of(request)


ViewerDep = Annotated[Viewer, Depends(given_viewer)]


def sign_in_required() -> Stopped:
    """Nobody is known to have sent the request."""
    return Stopped(
        401,
        "sign-in-required",
        "Nobody is signed in. Sign in, or send a token of the district: `Authorization: Bearer …`.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def need_scope(viewer: Viewer, scope: str) -> None:
    """Raise `Stopped` (403) where a token is used that was not made for this."""
    if viewer.scopes is None or scope in viewer.scopes:
        return
    raise Stopped(
        403,
        "scope-missing",
        f"This token does not have the scope {scope}. Ask for one that has it.",
        headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
    )


def csrf_token() -> str | None:
    """What a form of this page must send as `csrf`; None where it needs nothing."""
    viewer = VIEWER.get()
    return viewer.csrf if viewer else None


def signed_in() -> Viewer | None:
    """Who looks at this page, for its header; None where nobody is known."""
    return VIEWER.get()
