"""Whether a database is fit to serve: it answers, is new enough, migrated and writable.

Asked before a process builds anything, so that a fault is told in a sentence and at once.
"""

from typing import Any

import psycopg

from api.faults import MIGRATE, Fault
from scheduler.session import Session, name_tenant, open_session
from store.migrate import NEWEST, revision
from store.settings import server_version_check

FACTS = """
SELECT current_setting('transaction_read_only') = 'on' AS read_only,
       (SELECT zone FROM head WHERE tenant = %s) AS zone
"""


def check_ready(conninfo: str, tenant: str) -> str:
    """Gives the tenant's zone; `conninfo` is the app role's.

    Raises `Fault`, `ServerTooOldError` or `psycopg.Error` with what is wrong.
    """
    with open_session(conninfo) as session:
        server_version_check(session)
        check_migrated(session)
        facts = tenant_facts(session, tenant)
    if facts["read_only"]:
        raise psycopg.errors.ReadOnlySqlTransaction
    if facts["zone"] is None:
        raise Fault(f"The district {tenant} is not in the database. {MIGRATE}")
    return str(facts["zone"])


def check_migrated(session: Session) -> None:
    """Raises `Fault` unless the schema is at the revision that this code expects."""
    found, expected = revision(session), NEWEST
    if found is None:
        raise Fault(f"The database is not migrated. {MIGRATE}")
    if found != expected:
        raise Fault(
            f"The database is at revision {found}, and this version needs {expected}. {MIGRATE} "
            "If the database is the newer one, install the version that made it."
        )


def tenant_facts(session: Session, tenant: str) -> dict[str, Any]:
    """`read_only`, and the district's `zone` or None where there is no such district."""
    name_tenant(session, tenant)
    [facts] = session.execute(FACTS, (tenant,))
    return facts
