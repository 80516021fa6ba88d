"""The routes that answer a GET, and every address and filter by which they can be asked."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from tests.integration.access.twins import (
    ANA,
    BEGAN,
    CLEA,
    CLEO,
    FAR,
    NOTE,
    PLAIN,
    SECRET,
    ZED,
    Twin,
    named,
)

# Of the machine, for whoever runs it: they hold counts and times of requests, and no record.
RUNNING = {"/metrics", "/healthz", "/readyz", "/openapi.json"}


def shown_routes(app: FastAPI) -> list[APIRoute]:
    """Every route that answers a GET."""
    found = [r for r in routes_of(app.routes) if "GET" in (r.methods or ())]
    return [route for route in found if route.path not in RUNNING]


def routes_of(found: Sequence[Any]) -> Iterator[APIRoute]:
    """The routes, those of the parts as well."""
    for one in found:
        if isinstance(one, APIRoute):
            yield one
        yield from routes_of(getattr(getattr(one, "original_router", None), "routes", ()))


def paths(template: str, made: Twin) -> Iterator[str]:
    """The addresses of a route: each of its names with everything that it can be."""
    values: dict[str, list[object]] = {
        "learner": [ANA, CLEO, CLEA, ZED, FAR, named("nobody")],
        "entry": [PLAIN, SECRET, NOTE, named("changed"), named("nobody")],
        "attachment": [named("nobody")],
        "person": [named("okonjo"), named("nobody")],
        "position": [
            made.hidden[0],
            made.hidden[-1] + 1,
            made.system.recorder.max_notification_id(),
        ],
        "token": ["torn"],
        "name": ["pages.css"],
    }
    found = [template]
    for name in re.findall(r"{(\w+)}", template):
        choices = values.get(name, [PLAIN, SECRET, NOTE, named("nobody")])
        found = [path.replace(f"{{{name}}}", str(one)) for path in found for one in choices]
    yield from found


def queries(route: APIRoute, made: Twin) -> Iterator[dict[str, str]]:
    """Each filter of a route by itself."""
    before, after = (made.cursors.position(p) for p in (made.hidden[0], made.hidden[-1]))
    instant = (BEGAN + timedelta(seconds=made.hidden[0])).isoformat()
    today = made.system.context().today.isoformat()
    values: dict[str, list[str]] = {
        "on": [today[:8] + "01", "2024-01-01"],
        "known": [before, after, instant],
        "other_known": [before, after],
        "viewer": ["recipient"],
        "limit": ["1", "2"],
        "area": ["social_emotional"],
        "year": ["2026"],
        "order": ["newest"],
        "page": ["2"],
        "before": [str(made.hidden[0]), str(made.hidden[-1])],
        "school": ["south-high", "north-high"],
        "grade": ["09"],
        "overdue": ["true"],
        "person": [str(named("okonjo"))],
        "type": ["observation-recorded", "comment-made"],
        "kind": ["refused"],
        "state": ["reviewed"],
        "recorded": [str(made.hidden[0])],
        "with": [today[:8] + "01"],
    }
    for name in sorted(names(route)):
        for value in values.get(name, ()):
            yield {name: value}
            if name == "known" and "on" in names(route):
                yield {name: value, "on": today}


def names(route: APIRoute) -> set[str]:
    def of(dependant: Any) -> set[str]:
        own = {p.alias for p in dependant.query_params}
        return own.union(*map(of, dependant.dependencies))

    return of(route.dependant)
