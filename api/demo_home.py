"""Where the demo lives: a district of its own in the embedded PostgreSQL of a directory.

`demo.json` in that directory says for which day the district was made and, once all of it is
recorded, up to which position. A demo that was interrupted goes on with the same day: its command
ids are the same every time, so what is there already is not recorded again.
"""

import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event as Flag
from typing import Any
from zoneinfo import ZoneInfo

from api.compose import System
from api.demo_district import requests
from api.demo_district.staff import SCHOOLS, ZONE
from api.faults import Fault
from api.terminal import progress
from domain.errors import Refused
from projections.projector import NAMES
from scheduler.session import open_session
from store import embedded
from store.migrate import revision
from store.settings import Settings

TENANT = "demo"
SCHOOL_YEAR_STARTS = "08-01"
KEY_FILES = {"kek", "keys.sqlite", "keys.sqlite-journal"}
STOPPED = 130  # the exit code of a program that Ctrl-C ended
TURN = "SELECT pg_advisory_lock(hashtextextended('throughline demo', 0))"


@dataclass(frozen=True)
class Mark:
    """For which day the district was made, and the position of its last event when complete."""

    day: date
    position: int | None = None


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


def fill(system: System, stop: Flag) -> None:
    """Record the district unless it is complete, and bring the projections up to date.

    Raises `Fault` where `stop` is set on the way; the next call goes on from there.
    """
    path = system.settings.home / "demo.json"
    with closing(open_session(system.databases.app)) as turn:
        turn.execute(TURN)  # one demo at a time; held until this session closes
        mark = _read(path) or Mark(system.context().today)
        head, _ = system.reader.head()
        if mark.position is None or mark.position > head:
            mark = Mark(mark.day)
            _write(path, mark)
            _record(system, mark.day, stop)
            head, _ = system.reader.head()
            _write(path, Mark(mark.day, head))
        _project(system, head, stop)


def _record(system: System, day: date, stop: Flag) -> None:
    done = 0
    with progress("Recording four school years", None) as reach:
        for batch in requests(day):
            for answer in system.profiles.do_many(batch):
                if isinstance(answer, Refused):
                    raise answer  # the district is ours: a refusal is a defect of it
            done += len(batch)
            reach(done)
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
        return Mark(date.fromisoformat(said["day"]), said["position"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # not there, or torn: recording again adds nothing


def _write(path: Path, mark: Mark) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"day": mark.day.isoformat(), "position": mark.position}))
    draft.replace(path)
