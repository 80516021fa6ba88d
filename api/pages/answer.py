"""How a page leaves: rendered, durable in all it read, with the headers that pages need.

What a view cannot show is a `Trouble`, told here; every other error goes on to the application,
which comes back for `error_page`.
"""

from collections.abc import Callable, Coroutine
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from api.compose import System
from api.pages import difference_words, said, words

HERE = Path(__file__).parent
FILES = {"pages.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
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

    def __init__(self, status: int, title: str, sentence: str) -> None:
        super().__init__(title)
        self.status, self.title, self.sentence = status, title, sentence


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
    "What was sent did not come from a page of this system, so nothing was recorded. "
    "Open the form here and send it again.",
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
TROUBLES = {t.status: t for t in (UNKNOWN_PAGE, AWAY, REFUSED, WRONG_USE)}


class Answers:
    """Renders the pages of one system."""

    def __init__(self, system: System) -> None:
        self.system = system
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
            change=lambda made: said.change(made, zone),
            whose=said.whose,
            source_says=lambda entry: said.source_says(entry, zone),
            removal=lambda removed, on: difference_words.removal(removed, on, zone),
        )
        self.env.globals.update(
            persona=system.persona,
            count=words.count,
            static=self._static,
            # What a page says otherwise where it has to: a page of today is about nothing else.
            live=True,
            says=False,
            records={},
            notes={},
            query=lambda **values: urlencode({k: v for k, v in values.items() if v}),
        )

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A rendered page; all that it read is durable before it leaves."""
        page = self.unread(name, status, **values)
        self.system.recorder.ensure_durable()
        return page

    def unread(self, name: str, status: int, **values: Any) -> HTMLResponse:
        """A rendered page that tells nothing that was read."""
        html = self.env.get_template(name).render(values)
        return HTMLResponse(html, status, headers=HEADERS)

    def go(self, url: str) -> RedirectResponse:
        """Send the browser on with a GET, once all that was written and read is durable."""
        self.system.recorder.ensure_durable()
        return RedirectResponse(url, 303, headers=HEADERS)

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
                try:
                    return await view(request)
                except Trouble as trouble:
                    return await run_in_threadpool(answers.trouble, trouble)
                except RequestValidationError:  # an id or a number in the address that is none
                    return await run_in_threadpool(answers.trouble, UNKNOWN_PAGE)

            return handle

    return PageRoute
