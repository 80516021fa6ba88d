"""`throughline demo`: a made-up district, its own database, and pages to look at it."""

import logging
from contextlib import ExitStack, closing
from pathlib import Path

from api import compose, demo_home, serving
from api.app import create_app
from api.demo_district import FEATURED, past_day
from api.demo_district.outsiders import TUTORED
from api.demo_district.parts import PERSONA, parts
from api.logs import configure_logs
from api.pages.words import day
from api.preparing import prepare
from api.running import behind, settle_heap
from api.terminal import note, say
from store.settings import read_settings

HOST = "127.0.0.1"


def demo(*, port: int | None, home: Path | None, no_serve: bool, fresh: bool) -> None:
    """Make the district unless it is there, then serve it until stopped."""
    settings = demo_home.settings_for(read_settings(), home)
    configure_logs(logging.WARNING)  # what is printed is for a person
    with ExitStack() as stack:
        stop = stack.enter_context(serving.until_told())
        listening = None
        if not no_serve:
            listening = stack.enter_context(
                closing(serving.listen(HOST, settings.port if port is None else port))
            )
        if fresh:
            demo_home.clear(settings)
        note(f"Starting PostgreSQL in {settings.home}")
        found = stack.enter_context(compose.databases(settings, make=True))
        prepare(settings, found)
        system = stack.enter_context(compose.system(settings, found, PERSONA))
        settle_heap()  # a third off the time to make the district, too
        made = demo_home.fill(system, stop)
        if listening is None:
            return
        stack.enter_context(behind(system))
        _show(serving.address_of(listening), made)
        serving.serve(create_app(system, parts=parts(made.day)), listening, stop)


def _show(address: str, made: demo_home.Mark) -> None:
    say(f"\nThe demo district is at {address} (Ctrl-C stops it). Look at:\n")
    say(f"  {address}\n    the caseload: 240 learners of three schools, one of them entered twice")
    for featured in FEATURED:
        say(f"  {address}/learners/{featured.learner}\n    {featured.name}: {featured.why}")
    asked = past_day(made.day)
    say(
        f"  {address}/learners/{asked.learner}/replay?on={asked.on}&known=then\n"
        f"    what our file said of {asked.name} on {day(asked.on)}, and what we know today"
    )
    _show_people(address, made)
    say("")


def _show_people(address: str, made: demo_home.Mark) -> None:
    say(f"\nYou are {PERSONA.name}, {PERSONA.role}. Be somebody else:\n\n  {address}/demo/people")
    for part in parts(made.day)[1:]:
        say(f"    {part.persona.name}, {part.persona.role}. {part.sees}")
    say(
        f"  {address}/learners/{TUTORED.id}/access\n"
        f"    as the compliance officer: who saw {TUTORED.name}, and why that was allowed"
    )
