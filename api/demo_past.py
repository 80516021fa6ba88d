"""The demo's file gets its years: when each thing was entered is set back, in the demo alone.

The database alone says when something was recorded, and it says now; no role of the application
can say otherwise. The demo tells of years, and was recorded in one minute. So its own PostgreSQL's
superuser, who can do anything, sets the times once: after the last command was recorded, and
before anything was read. A real district has no such way, and must not have one.
"""

from collections.abc import Sequence
from contextlib import closing

from api.compose import System
from api.demo_district import Line, happened
from api.faults import Fault
from domain.application import Request
from domain.reads import AccessRecorded
from scheduler.session import open_session
from store.embedded import EmbeddedPostgres

REPLICA = "SET LOCAL session_replication_role = replica"  # the triggers that keep what was recorded
HEAD = "SELECT position FROM head WHERE tenant = %s FOR UPDATE"
READ = "SELECT coalesce(max(position), 0) AS position FROM standing WHERE tenant = %s"
# Each of the commands where it was expected, and no other.
SET_BACK = """
UPDATE event AS e SET recorded_at = told.at
FROM unnest(%(commands)s::uuid[], %(times)s::timestamptz[], %(positions)s::bigint[])
     AS told (command_id, at, position)
JOIN command AS c ON c.tenant = %(tenant)s AND c.command_id = told.command_id
WHERE e.tenant = %(tenant)s AND e.position = told.position AND c.first_position = told.position
"""
# No command stands behind a look: it is known by its place and by whose stream it is on.
SET_BACK_LOOKS = """
UPDATE event AS e SET recorded_at = told.at
FROM unnest(%(streams)s::uuid[], %(times)s::timestamptz[], %(positions)s::bigint[])
     AS told (stream, at, position)
WHERE e.tenant = %(tenant)s AND e.position = told.position AND e.stream = told.stream
      AND e.topic = 'access-recorded'
"""
SET_HEAD = "UPDATE head SET recorded_at = %s WHERE tenant = %s"
# Snapshots name the time of the last event; whoever misses one reads the events instead.
FORGET = "DELETE FROM snapshot WHERE tenant = %s"
NOT_OURS = (
    "The district in {home} holds entries that the demo did not record there, so its file cannot "
    "be given the years it tells of. Give the demo a directory of its own: --home DIR, or begin "
    "anew: --fresh."
)


def refuse_others(system: System, tenant: str) -> None:
    """Raise `Fault` unless this is the demo's district in the embedded PostgreSQL of its home."""
    settings = system.settings
    own = EmbeddedPostgres(settings.postgres_directory)
    if (
        settings.database_url is not None
        or settings.migrate_url is not None
        or settings.tenant != tenant
        or not own.running
        or system.databases.owner != own.conninfo
    ):
        raise Fault("Only the demo's own database has its times set, and this is another one.")


def check_empty(system: System) -> None:
    """Raise `Fault` where something is recorded already, by whom nobody knows."""
    head, _ = system.reader.head()
    if head:
        raise Fault(NOT_OURS.format(home=system.settings.home))


def set_back(system: System, tenant: str, lines: Sequence[Line]) -> None:
    """Let each line have been recorded when it says, all at once or not at all.

    `lines` are all that was ever recorded in the district, in that order. Raises `Fault` where
    they are not, where somebody has read already, or where this is no demo.
    """
    refuse_others(system, tenant)
    times = [happened(line) for line in lines]
    if times != sorted(times):
        raise ValueError("The demo's lines are not in the order in which they came to be.")
    placed = list(enumerate(lines, 1))
    requests = [(at, line) for at, line in placed if isinstance(line, Request)]
    looks = [(at, line) for at, line in placed if isinstance(line, AccessRecorded)]
    with closing(open_session(system.databases.owner)) as owner, owner.transaction():
        owner.execute(REPLICA)
        [head] = owner.execute(HEAD, (tenant,))
        [read] = owner.execute(READ, (tenant,))
        entered = {
            "tenant": tenant,
            "commands": [request.context.command_id for _, request in requests],
            "times": [happened(request) for _, request in requests],
            "positions": [position for position, _ in requests],
        }
        changed = owner.execute(SET_BACK, entered).rowcount
        seen = {
            "tenant": tenant,
            "streams": [look.originator_id for _, look in looks],
            "times": [happened(look) for _, look in looks],
            "positions": [position for position, _ in looks],
        }
        changed += owner.execute(SET_BACK_LOOKS, seen).rowcount
        if not changed == head["position"] == len(lines) or read["position"]:
            raise Fault(NOT_OURS.format(home=system.settings.home))
        owner.execute(SET_HEAD, (times[-1], tenant))
        owner.execute(FORGET, (tenant,))
