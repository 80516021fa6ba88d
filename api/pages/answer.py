"""How a page leaves: rendered, durable in all it read, with the headers that pages need.

What a view cannot show is a `Trouble`, told here; every other error goes on to the application,
which comes back for `error_page`.
"""

from collections.abc import Callable, Coroutine, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from api.compose import Persona, System
from api.desk import Asker
from api.pages import difference_words, said, words
from api.sight import Sight, current, looking, open_sight, seeing
from api.viewing import csrf_token, signed_in
from domain.access.words import STAFF, Role
from domain.errors import Denied

T = TypeVar("T")
HERE = Path(__file__).parent
FILES = {"pages.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
# What is missing where an emergency changes nothing: of sign-in, of the log, of a form's role.
NO_EMERGENCY = ("FERPA-99.31-c", "FERPA-99.32-c", "local-officer", "local-staff")
YEAR = 31_536_000  # seconds

HEADERS = {
    # Stricter than the application's: our own stylesheet and icon, and no script at all.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    # With `no-referrer` a browser blanks the Origin of our own forms, which is what is checked.
    "Referrer-Policy": "same-origin",
}


class Trouble(Exception):
    """A page that cannot be shown: what happened and what to do, for a person."""

    def __init__(self, status: int, title: str, sentence: str, *, emergency: bool = False) -> None:
        super().__init__(title)
        self.status, self.title, self.sentence = status, title, sentence
        self.emergency = emergency  # whether it can be opened in an emergency


UNKNOWN_PAGE = Trouble(
    404,
    "There is no page at this address",
    "It may have been mistyped or cut off. The caseload leads to every learner.",
)
UNKNOWN_LEARNER = Trouble(
    404,
    "There is no such learner here",
    "The address may belong to another district, or part of it is missing. "
    "Look the learner up by name on the caseload.",
)
AWAY = Trouble(
    503,
    "The records cannot be reached right now",
    "Nothing is lost: everything that was confirmed is kept. Wait a minute and load the page "
    "again. If that does not help, tell whoever runs this system; “throughline doctor” says what "
    "is wrong.",
)
REFUSED = Trouble(
    403,
    "This was refused",
    "Nothing was recorded. The form was opened before you last signed in, or it did not come from "
    "a page of this system. If you filled it in here, go back to what you typed, copy it, and send "
    "it from a new form.",
)
WRONG_USE = Trouble(
    405,
    "This address cannot be used this way",
    "It may only take what a form sends, or only show a page. The caseload leads on.",
)
OUR_FAULT = Trouble(
    500,
    "Something went wrong on our side",
    "The page could not be made, and the fault is ours. Try again; if that does not help, tell "
    "whoever runs this system what you were doing.",
)
NOT_UNDERSTOOD = Trouble(
    400,
    "This could not be understood",
    "Nothing was recorded. Go back and try again, or start from the caseload.",
)
SIGNED_OUT = Trouble(
    401,
    "You are not signed in any more",
    "Nothing was recorded. Sign in again in another window, then go back to what you typed, copy "
    "it, and send it from a new form.",
)
TOO_MANY = Trouble(
    429,
    "Too many requests came from here",
    "Wait a minute, then load the page again.",
)
TROUBLES = {t.status: t for t in (UNKNOWN_PAGE, AWAY, REFUSED, WRONG_USE, SIGNED_OUT, TOO_MANY)}


def emergency_of(request: Request, sight: Sight, denied: Denied) -> str | None:
    """The address at which staff open this learner's record in an emergency, where they can."""
    learner = request.path_params.get("learner")
    helps = not denied.code.startswith(NO_EMERGENCY)
    staff = not STAFF.isdisjoint(sight.asker.roles)
    if learner is None or request.method != "GET" or not (helps and staff):
        return None
    return f"/learners/{learner}/emergency"


def not_for_you(denied: Denied, *, emergency: bool = False) -> Trouble:
    """What to say to somebody who may not see this."""
    return Trouble(
        403,
        "This is not open to you",
        f"{denied.sentence} What is missing has the code {denied.code}. Your request was noted, "
        "as every request is. If you need to see this, ask the privacy officer.",
        emergency=emergency,
    )


def home_name() -> str:
    """What the first page is called: only staff have a caseload."""
    sight = looking()
    if sight is None or not sight.asker.looked_up or sight.asker.is_custodian:
        return "Caseload"
    roles = sight.asker.roles
    if Role.GUARDIAN in roles:
        return "Your children"
    return "Your record" if Role.LEARNER in roles else "Learners"


def of_asker(what: Callable[[Asker], T], otherwise: T) -> T:
    """Something about who asks, where something was read for somebody."""
    sight = looking()
    return what(sight.asker) if sight is not None and sight.asker.looked_up else otherwise


def warnings() -> list[str]:
    """What the privacy officer is to mend, in words; nobody else is told."""
    none: tuple[str, ...] = ()
    return [words.WARNINGS[code] for code in of_asker(lambda asker: asker.warnings, none)]


class Answers:
    """Renders the pages of one system."""

    def __init__(self, system: System, parts: Sequence[Persona] = ()) -> None:
        """`parts`: the people whom somebody can be in the demo."""
        self.system = system
        self.personas = {one.id: one for one in (system.persona, *parts)}
        self.files = {name: (HERE / "static" / name).read_bytes() for name in FILES}
        self.env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        zone = system.zone
        self.env.filters.update(
            day=words.day,
            dated=words.dated,
            when=words.when,
            school=lambda code: words.school(code, system.settings.schools),
            grade=words.grade,
            stretch=words.stretch,
            number=words.number,
            language=words.language,
            capitalize_first=lambda text: text[:1].upper() + text[1:],
            by=said.by,
            remark_line=said.remark_line,
            moment=lambda at: words.moment(at, zone),
            origin=lambda entry, told=(): said.origin(entry, zone, told),
            late=lambda entry: said.late(entry, zone),
            change=lambda made, counts=None: said.change(made, zone, counts),
            before=said.before,
            whose=said.whose,
            source_says=lambda entry: said.source_says(entry, zone),
            removal=lambda removed, on: difference_words.removal(removed, on, zone),
        )
        self.env.globals.update(
            acting=self.acting,
            home_name=home_name,
            may=lambda what, learner: current().could(what, learner),
            switch=bool(parts),
            csrf=csrf_token,
            signed_in=signed_in,
            count=words.count,
            warnings=warnings,
            outside=lambda: of_asker(lambda asker: asker.outside, otherwise=False),
            sees_part=lambda: of_asker(lambda asker: asker.sees_part, otherwise=False),
            notice=lambda: sight.serve() if (sight := looking()) else None,
            static=self._static,
            # What a page says otherwise where it has to: a page of today is about nothing else.
            live=True,
            says=False,
            shown_at=lambda: system.context().now,
            records={},
            notes={},
            query=lambda **values: urlencode({k: v for k, v in values.items() if v}),
        )

    def acting(self) -> Persona:
        """Who asks. The role is empty where it would have to be looked up."""
        viewer = signed_in()
        if viewer is None:
            return self.system.persona
        known = self.personas.get(viewer.person)
        return known or Persona(viewer.person, viewer.name, "")

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A rendered page of what was read."""
        return self.unread(name, status, **values)

    def unread(self, name: str, status: int, **values: Any) -> HTMLResponse:
        """A rendered page that tells nothing that was read."""
        html = self.env.get_template(name).render(values)
        return HTMLResponse(html, status, headers=HEADERS)

    def go(self, url: str) -> RedirectResponse:
        """Send the browser on with a GET."""
        return RedirectResponse(url, 303, headers=HEADERS)

    def settle(self, sight: Sight, page: Response | None = None) -> None:
        """Write into the log what the page shows, and make durable what it tells."""
        if not sight.settle(page.body if page else None):
            self.system.recorder.ensure_durable()

    def trouble(self, trouble: Trouble) -> HTMLResponse:
        """The page for what went wrong."""
        return self.page("trouble.html", trouble.status, trouble=trouble)

    def error_page(self, status: int) -> HTMLResponse:
        """The page for a status that the application came to."""
        told = TROUBLES.get(status) or (NOT_UNDERSTOOD if status < 500 else OUR_FAULT)
        return self.unread("trouble.html", status, trouble=told)

    def file(self, name: str) -> Response:
        """A stylesheet or picture of our own, kept by the browser until it changes."""
        if name not in self.files:
            raise UNKNOWN_PAGE
        kept = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
        return Response(self.files[name], media_type=FILES[name], headers=kept)

    def _static(self, name: str) -> str:
        """The address of a file, another one whenever its content is."""
        return f"/static/{name}?v={sha256(self.files[name]).hexdigest()[:12]}"


def telling(answers: Answers) -> type[APIRoute]:
    """A route class that answers a `Trouble` with its page."""

    class PageRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            view = super().get_route_handler()

            async def handle(request: Request) -> Response:
                sight, named = open_sight(request), request.path_params.get("learner")
                with seeing(sight):
                    try:
                        page = await view(request)
                    except Trouble as trouble:
                        sight.ended(trouble, trouble.status, named)
                        page = await run_in_threadpool(answers.trouble, trouble)
                    except Denied as denied:
                        sight.ended(denied, 403, named)
                        way = emergency_of(request, sight, denied)
                        if way and "emergency" in request.query_params:
                            page = answers.go(way)
                        else:
                            told = not_for_you(denied, emergency=way is not None)
                            page = await run_in_threadpool(answers.trouble, told)
                    except RequestValidationError:  # an id or number in the address that is none
                        page = await run_in_threadpool(answers.trouble, UNKNOWN_PAGE)
                    except Exception as error:
                        sight.ended(error, 500, named)
                        await run_in_threadpool(answers.settle, sight)
                        raise
                    try:
                        await run_in_threadpool(answers.settle, sight, page)
                    except Exception:
                        if page.status_code < 500:  # one that says we cannot tells nothing else
                            raise
                    return page

            return handle

    return PageRoute
