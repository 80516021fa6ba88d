"""A database made ready: migrated, with its projections' tables and its district."""

from collections.abc import Callable
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from api.compose import Databases, System
from api.terminal import progress
from projections.projector import NAMES
from projections.schema import VERSION, schema_sql
from scheduler.session import name_tenant, open_session
from store import migrate
from store.settings import Settings

# The version of what serves, how far it has read, and how far there is to read.
STANDS = """
SELECT s.version, h.position AS head,
       (SELECT min(position) FROM standing WHERE tenant = h.tenant) AS reached
FROM head AS h JOIN served AS s ON s.tenant = h.tenant WHERE h.tenant = %s
"""


def prepare(settings: Settings, given: Databases, *, change_zone: bool = False) -> dict[str, Any]:
    """Migrate and make the district; gives `before`, `after`, `tenant` and its `zone`.

    The app role takes the password that DATABASE_URL names. With `change_zone` the district takes
    the zone of the settings; where it had another, that is `zone_before`. Safe to repeat.
    """
    password = conninfo_to_dict(settings.database_url or "").get("password")
    done = migrate.migrate(
        given.owner,
        app_password=None if password is None else str(password),
        extra=[schema_sql()],
    )
    with open_session(given.app) as session:
        name_tenant(session, settings.tenant)
        [made] = session.execute(
            "SELECT create_tenant(%s, %s) AS zone", (settings.tenant, settings.zone.key)
        )
    answer = {
        "before": done.before,
        "after": done.after,
        "tenant": settings.tenant,
        "zone": made["zone"],
    }
    if change_zone and made["zone"] != settings.zone.key:
        migrate.change_zone(given.owner, settings.tenant, settings.zone.key)
        answer |= {"zone": settings.zone.key, "zone_before": made["zone"]}
    return answer


def to_be_renewed(settings: Settings, given: Databases, *, migrated: bool) -> bool:
    """Whether another version made what people read; or a migration has just emptied it."""
    with open_session(given.app) as session:
        name_tenant(session, settings.tenant)
        [found] = session.execute(STANDS, (settings.tenant,))
    emptied = migrated and found["head"] > 0 and not found["reached"]
    return emptied or found["version"] != VERSION


def renew(system: System, go_on: Callable[[], None] = lambda: None) -> int:
    """Let this version's tables serve, full, with a bar on standard error; the generation's number.

    What serves meanwhile goes on serving. `go_on` is asked on the way, and may raise.
    """
    head, _ = system.reader.head()
    with progress("Building anew what people read", head * len(NAMES)) as reach:

        def reached(events: int) -> None:
            reach(events)
            go_on()

        generation = system.projector.renew(reached) or system.projector.served().generation
        system.projector.fill(generation, reached)
    return generation
