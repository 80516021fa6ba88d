"""The web application of one system: the JSON API under /v1, the pages, the health routes."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from threading import Lock
from typing import Any

import orjson
from anyio import CapacityLimiter
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import Scope

from api.compose import System
from api.cursors import Cursors
from api.desk import desk_of
from api.metrics import Metrics
from api.middleware import Durable, Guarded, Observed
from api.pages import pages, personas
from api.pages.answer import Answers
from api.pages.personas import Part
from api.problems import MEANINGS, MEDIA_TYPE, Problem, Stopped, stopped
from api.routers import (
    accesses,
    attachments,
    audit,
    bulk,
    commands,
    compare,
    health,
    learners,
    notices,
    people,
    repeated,
    replay,
)
from api.signin.addresses import is_open
from api.signin.cookies import SESSION as COOKIE
from api.signin.office import open_office
from api.signin.pages import sign_in_pages
from api.signin.setup import SetUp
from api.signin.signed_in import SignedIn
from api.texts import Texts
from api.versions import without_versions
from api.watched import attended
from domain.vocabulary import GROUPS
from scheduler.metrics import JobMetrics
from store.settings import LOOPBACK

SPARE_CONNECTIONS = 4  # of the pool, for the projector and the clock of the same process
WAIT_SECONDS = 2.0  # for a connection, before somebody is told that the database is away
PROBLEMS = {
    400: "The request cannot be read: torn JSON, a cursor that is not ours.",
    401: "Nobody is signed in, or the token does not work.",
    403: "The token has not this scope, or the change came without the session's token.",
    404: "There is no such learner in this district, or no such address.",
    409: "The learner's content was erased, and nothing can be added to it.",
    412: "Somebody has changed what this command changes since `If-Match`.",
    413: "The body is too large.",
    415: "The body has another media type.",
    422: "A field does not keep a rule, or the record does not allow the command.",
    429: "Too many requests came from here; try again after `Retry-After`.",
    503: "The database or the keys are away; try again after `Retry-After`.",
}
SECURITY = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the district, made with `throughline token create`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The session of somebody who signed in. A change needs X-CSRF-Token too.",
    },
}
ABOUT = """
A learner's whole history: every command appends one event, and every read is folded from them.

Send `Idempotency-Key` with a command and it is recorded once, however often it is sent. Send
`If-Match` with the `ETag` of what you looked at and a change to what somebody else has changed
since is refused. Every answer states its coordinates. What cannot be done is answered as an
RFC 9457 problem that names the field and the rule.
"""


def create_app(
    system: System,
    hosts: Collection[str] = LOOPBACK,
    sign_in: SetUp | None = None,
    parts: Sequence[Part] = (),
) -> FastAPI:
    """The application; the system stays the caller's to close.

    `hosts` are the names it answers for. Without `sign_in` everybody is the system's persona, so
    listen on loopback alone; `parts` are the demo's people, of whom they can choose one. Run it
    without an access log: the request log is its
    own, and holds no path.
    """
    app = FastAPI(
        title="Throughline",
        version="1",
        summary="The history of learner profiles",
        description=ABOUT,
        openapi_tags=[
            *({"name": n, "description": (g.__doc__ or "").partition("\n")[0]}
              for n, g in GROUPS.items()),
            {"name": "bulk", "description": "Many commands at once."},
            {"name": "attachments", "description": "Sealed files beside the entries."},
            {"name": "reading", "description": "Profile, timeline, audit log, lists."},
            {"name": "replay", "description": "What held on a day, as known at a moment."},
            {"name": "health", "description": "For whoever runs the server."},
        ],
        openapi_url=None,  # served below
        docs_url=None,  # that page would load its script from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # Its spans and logs would hold the text of errors, and so a person's data.
        telemetry={
            "tracing": False, "metrics": False, "logs": False, "operation_spans": False,
            "auto_configure": False,
        },
    )  # fmt: skip
    if parts and (sign_in or not set(hosts) <= set(LOOPBACK)):
        raise ValueError("parts are played where nobody signs in, on loopback")
    personas.check(system.persona, parts)
    system = attended(system)
    app.state.system = system
    app.state.desk = desk_of(system)
    app.state.cursors = Cursors(lambda: system.mapper.keys.secret(system.settings.tenant, "cursor"))
    app.state.texts = Texts(app.state.cursors)
    app.state.metrics = Metrics()
    app.state.lookers = CapacityLimiter(2)  # threads of `/readyz` alone
    app.state.metrics.registry.register(JobMetrics(system.datastore))
    app.state.answers = answers = Answers(system, [part.persona for part in parts])
    app.state.office = office = open_office(system, sign_in, app.state.desk) if sign_in else None
    # What is asked most comes first: a request is held against one address after another. Put in
    # here as they are, for the addresses are whole: `include_router` holds it against each twice.
    for router in (
        learners.router, replay.router, repeated.router, compare.router, accesses.router,
        audit.router, people.router, health.router, attachments.router, bulk.router,
        notices.router, pages(answers, parts), commands.router,
        *([sign_in_pages(answers, office)] if office else []),
    ):  # fmt: skip
        app.router.routes.extend(router.routes)
    for kind, _ in MEANINGS:
        app.add_exception_handler(kind, answer)
    public = sign_in.public if sign_in else None
    secure = bool(sign_in and sign_in.secure)
    # The last one added is the first to see a request.
    app.add_middleware(Durable, flush=system.recorder.ensure_durable, within="/v1/")
    app.add_middleware(
        SignedIn,
        persona=system.persona,
        office=office,
        respond=respond,
        parts=[part.persona for part in parts],
    )
    app.add_middleware(Guarded, hosts=hosts, respond=respond, public=public)
    app.add_middleware(Observed, metrics=app.state.metrics, respond=respond, secure=secure)
    serve_document(app)
    return app


def serve_document(app: FastAPI) -> None:
    """Serve the OpenAPI document; made at the first request, which takes seconds."""
    lock = Lock()
    made: list[bytes] = []

    @app.get("/openapi.json", include_in_schema=False)
    def document() -> Response:
        with lock:
            if not made:
                made.append(orjson.dumps(openapi(app)))
        return Response(made[0], media_type="application/json")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """As many threads as connections, so that no thread waits for one that another holds."""
    system: System = app.state.system
    limiter, pool = current_default_thread_limiter(), system.datastore.pool
    before = limiter.total_tokens, pool.timeout
    limiter.total_tokens = max(2, pool.max_size - SPARE_CONNECTIONS)
    pool.timeout = WAIT_SECONDS
    yield
    limiter.total_tokens, pool.timeout = before


async def answer(request: Request, error: Exception) -> Response:
    """The problem an error means; what is unexpected goes on to the outermost middleware."""
    problem = stopped(error)
    if problem is None:
        raise error
    return respond(request.scope, without_versions(problem, error, request))


def respond(scope: Scope, problem: Stopped) -> Response:
    """The problem, as a page where a browser asked for one."""
    wanted = Headers(scope=scope).get("accept", "")
    if "text/html" in wanted and not scope["path"].startswith("/v1/"):
        state = scope["app"].state
        answers: Answers = state.answers
        return answers.error_page(problem.status)
    return problem.response()


def openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the problems that every route of the API can answer."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = document["components"]["schemas"]
    for model in (Problem, bulk.BulkLine, bulk.BulkAnswer):
        own = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(own.pop("$defs", {}))
        schemas[model.__name__] = own
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    if app.state.office:
        document["components"]["securitySchemes"] = SECURITY
        document["security"] = [{name: []} for name in SECURITY]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            if app.state.office and is_open(path):
                operation["security"] = []
            if path.startswith("/v1/"):
                operation["responses"].update(problems())
            else:
                operation["responses"].pop("422", None)
    return document


def problems() -> dict[str, Any]:
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        str(status): {"description": text, "content": {MEDIA_TYPE: schema}}
        for status, text in PROBLEMS.items()
    }
