"""Whose part to play in the demo: a page that lists people, and a cookie that says who it is.

There are such parts where nobody signs in, on loopback alone. The cookie names one of those on
offer; any other id in it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Response

from api.compose import Persona, System
from api.pages.answer import Answers, Trouble
from api.pages.posted import Posted
from api.signin.cookies import PART
from api.viewing import signed_in

ADDRESS = "/demo/people"
NOBODY_CHOSEN = Trouble(
    422,
    "Nobody was chosen",
    "Go back and choose one of the people on the list.",
)


@dataclass(frozen=True)
class Part:
    """Somebody to be. `sees`: in a sentence, what is open to them; `start`: a page to begin on."""

    persona: Persona
    sees: str
    start: str = "/"


def check(usual: Persona, parts: Sequence[Part]) -> None:
    """Raise `ValueError` where somebody about whom nothing is decided would be among them."""
    if parts and any(one.at_the_machine for one in (usual, *(part.persona for part in parts))):
        raise ValueError("who works at the machine plays no part, and nobody plays theirs")


def routes(router: APIRouter, system: System, answers: Answers, parts: Sequence[Part]) -> None:
    """The list, and the choice from it."""

    @router.get(ADDRESS)
    def people() -> Response:
        viewer = signed_in()
        return answers.page(
            "personas.html", parts=parts, chosen=viewer.person if viewer else system.persona.id
        )

    @router.post(ADDRESS)
    def choose(form: Posted) -> Response:
        wanted = form.get("person", "")
        part = next((part for part in parts if str(part.persona.id) == wanted), None)
        if part is None:
            raise NOBODY_CHOSEN
        page = answers.go(part.start)
        page.set_cookie(PART, wanted, path="/", httponly=True, samesite="lax")
        return page
