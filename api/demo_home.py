"""Where the demo lives: a district of its own in the embedded PostgreSQL of a directory.

`demo.json` in that directory says for which day the district was made and, once all of it is
recorded, up to which position. A demo that was interrupted goes on with the same day: its command
ids are the same every time, so what is there already is not recorded again. When each thing was
recorded is set last, in one piece: see `api.demo_past`.
"""

import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from pathlib import Path
from threading import Event as Flag
from typing import Any
from zoneinfo import ZoneInfo

from api import demo_past
from api.compose import System
from api.demo_district import Line, in_order, whole
from api.demo_district.scans import scans
from api.demo_district.staff import SCHOOLS, ZONE
from api.faults import Fault
from api.preparing import renew
from api.routers.attachments import files_of
from api.terminal import progress
from domain.application import Request
from domain.errors import Refused
from domain.reads import AccessRecorded
from projections.projector import NAMES
from scheduler.session import open_session
from store import embedded
from store.migrate import revision
from store.settings import Settings

TENANT = "demo"
SCHOOL_YEAR_STARTS = "08-01"
KEY_FILES = {"kek", "keys.sqlite", "keys.sqlite-journal"}
STOPPED = 130  # the exit code of a program that Ctrl-C ended
WAY = 3  # how it is made: 1 on one day, 2 over the years it tells of, 3 with people in roles
BATCH = 10_000  # an append loads all its learners anew, so a few large ones
OLDER = (
    "An older version made this demo, and in it nobody has a role, so nobody may see anything. "
    "`throughline demo --fresh` deletes it and makes it anew."
)
TURN = "SELECT pg_advisory_lock(hashtextextended('throughline demo', 0))"


@dataclass(frozen=True)
class Mark:
    """For which day the district was made, and the position of its last event when complete.

    `way` is how this was done.
    """

    day: date
    position: int | None = None
    way: int = WAY


def settings_for(given: Settings, home: Path | None) -> Settings:
    """The settings of a demo: never another database, never another district."""
    own: dict[str, Any] = {
        "database_url": None,
        "migrate_url": None,
        "tenant": TENANT,
        "zone": ZoneInfo(ZONE),
        "school_year_starts": SCHOOL_YEAR_STARTS,
        "schools": SCHOOLS,
    }
    if home is not None:
        own |= {"home": home, "keys": None}
    return given.model_copy(update=own)


def fill(system: System, stop: Flag) -> Mark:
    """Record the district unless it is complete, and bring the projections up to date.

    Raises `Fault` where `stop` is set on the way (the next call goes on from there), where the
    district has entries that are not the demo's, and where an older version made it.
    """
    path = system.settings.home / "demo.json"
    with closing(open_session(system.databases.app)) as turn:
        turn.execute(TURN)  # one demo at a time; held until this session closes
        mark = _read(path)
        if mark is not None and mark.way != WAY:
            raise Fault(OLDER)
        head, _ = system.reader.head()
        if mark is None or mark.position is None or mark.position > head:
            mark = _make(system, path, mark, stop)
            head, _ = system.reader.head()
        served = system.projector.served()
        if served.generation not in served.ours:  # an older version made this home
            renew(system, lambda: _go_on_unless(stop))
        _project(system, head, stop)
    return mark


def _make(system: System, path: Path, begun: Mark | None, stop: Flag) -> Mark:
    """Record the district, or what is missing of it; its mark."""
    demo_past.refuse_others(system, TENANT)
    if begun is None:
        demo_past.check_empty(system)
        begun = Mark(system.context().today)
    _write(path, Mark(begun.day))
    with progress("Recording four school years", None) as reach:
        lines = whole(in_order(begun.day), begun.day)
        keep_scans(system, [line for line in lines if isinstance(line, Request)])
        reach(0, len(lines))
        _record(system, lines, reach, stop)
        demo_past.set_back(system, TENANT, lines)
    made = Mark(begun.day, len(lines))
    _write(path, made)
    return made


def keep_scans(system: System, requests: Sequence[Request]) -> None:
    """Keep the files that these entries name, each once."""
    for learner, group, file, content in scans(requests):
        files_of(system).keep(learner, group, [content], file.id)


def _record(
    system: System, lines: Sequence[Line], reach: Callable[[int], object], stop: Flag
) -> None:
    """Record the lines that are missing, each after the one before it.

    A request is recorded once, however often it is given. A look has no id to be known by; it was
    recorded where the record is long enough, since nobody else writes into it.
    """
    done, _ = system.reader.head()
    position = 0
    for entered, run in groupby(lines, key=lambda line: isinstance(line, Request)):
        rest = iter(run)
        while batch := list(islice(rest, BATCH)):
            if entered:
                for answer in system.profiles.do_many([r for r in batch if isinstance(r, Request)]):
                    if isinstance(answer, Refused):
                        raise answer  # the district is ours: a refusal is a defect of it
            elif position >= done:
                system.profiles.note([a for a in batch if isinstance(a, AccessRecorded)])
            position += len(batch)
            reach(position)
            _go_on_unless(stop)


def _project(system: System, head: int, stop: Flag) -> None:
    reached = system.reader.progress()
    behind = sum(head - reached.get(name, 0) for name in NAMES)
    if not behind:
        return
    with progress("Projecting", behind) as reach:
        done = 0

        def took(events: int) -> None:
            nonlocal done
            done += events
            reach(done)
            _go_on_unless(stop)

        system.projector.catch_up(took)


def _go_on_unless(stop: Flag) -> None:
    if stop.is_set():
        raise Fault("Stopped. The next `throughline demo` goes on from here.", STOPPED)


def clear(settings: Settings) -> None:
    """Delete the demo's database, keys and mark.

    Raises `Fault` where the database holds another district, or another process uses it.
    """
    if settings.postgres_directory.exists():
        with embedded.start(settings.postgres_directory) as server:
            others = [tenant for tenant in _tenants(server.conninfo) if tenant != TENANT]
        if others:
            raise Fault(
                f"The database in {settings.home} holds the district {others[0]} too, so it is "
                "not deleted. Give the demo a directory of its own: --home DIR."
            )
        if server.running:
            raise Fault("Another process uses the demo's database: stop that one first.")
        shutil.rmtree(settings.postgres_directory)
    for name in KEY_FILES:
        (settings.keys_directory / name).unlink(missing_ok=True)
    (settings.home / "demo.json").unlink(missing_ok=True)


def _tenants(conninfo: str) -> list[str]:
    with closing(open_session(conninfo)) as session:
        if revision(session) is None:
            return []
        return [r["tenant"] for r in session.execute("SELECT tenant FROM head")]


def _read(path: Path) -> Mark | None:
    try:
        said = json.loads(path.read_text())
        return Mark(date.fromisoformat(said["day"]), said["position"], said.get("way", 1))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # not there, or torn


def _write(path: Path, mark: Mark) -> None:
    draft = path.with_suffix(".new")
    said = {"day": mark.day.isoformat(), "position": mark.position, "way": mark.way}
    draft.write_text(json.dumps(said))
    draft.replace(path)
