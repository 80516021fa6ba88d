"""A database made ready: migrated, with its projections' tables and its district."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from api.compose import Databases
from projections.schema import schema_sql
from scheduler.session import name_tenant, open_session
from store import migrate
from store.settings import Settings


def prepare(settings: Settings, given: Databases) -> dict[str, Any]:
    """Migrate and make the district; gives `before`, `after`, `tenant` and its `zone`.

    The app role takes the password that DATABASE_URL names. Safe to repeat.
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
    return {
        "before": done.before,
        "after": done.after,
        "tenant": settings.tenant,
        "zone": made["zone"],
    }
