"""What may be wrong with an installation, looked at one by one; nothing is changed.

Each check gives a `Finding`. What cannot be looked at, because something before it is wrong, says
so and is not counted as wrong itself.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep

from api import compose, doctor_files
from api.faults import MIGRATE, Fault, explain
from api.findings import Finding
from api.readiness import check_migrated, tenant_facts
from projections.schema import VERSION
from scheduler import runs
from scheduler.jobs import health_of, jobs
from scheduler.session import Session, name_tenant, open_session
from store.settings import Settings, server_version_check

WORKER = "Start `throughline worker`, or `throughline serve --with-worker`."

# What the app role may not do, by table; it has no business in the history but to append and read.
RIGHTS = """
SELECT current_user AS role,
       (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS mighty,
       pg_has_role('throughline_owner', 'SET') AS owner,
       (SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc
        WHERE proname = 'append_events' AND pronamespace = current_schema()::regnamespace
       ) AS appends,
       array(
           SELECT lower(p) || ' ' || t
           FROM unnest(ARRAY['event', 'command', 'head']) AS t,
                unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
           WHERE has_table_privilege(t, p)
       ) AS too_much
"""
SAFETY = """
SELECT name, setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'wal_level', 'synchronous_commit') ORDER BY name
"""
SERVED = "SELECT version FROM served WHERE tenant = %s"


@dataclass(frozen=True)
class Patient:
    """What the checks of the database look at."""

    session: Session
    settings: Settings
    projections: Sequence[str]


def examine(settings: Settings, projections: Sequence[str]) -> Iterator[Finding]:
    """All findings, in the order in which a person would mend them."""
    try:
        with _database(settings) as found:
            yield from _database_findings(found, settings, projections)
            yield doctor_files.keys(settings, found)
    except Exception as error:  # the expected ones are findings
        fault = explain(error)
        if fault is None:
            raise
        yield Finding("server", False, str(fault))
        yield doctor_files.keys(settings, None)
    yield doctor_files.disk(settings)


@contextmanager
def _database(settings: Settings) -> Iterator[compose.Databases]:
    """The database, if there is one: looking must not make one."""
    data = settings.postgres_directory / "data"
    if settings.database_url is None and not data.exists():
        raise Fault(
            f"There is no database in {settings.home.resolve()} yet. {MIGRATE} "
            "Where it lies elsewhere, say so with THROUGHLINE_HOME."
        )
    with compose.databases(settings) as found:
        yield found


def _database_findings(
    found: compose.Databases, settings: Settings, projections: Sequence[str]
) -> Iterator[Finding]:
    with open_session(found.app) as session:
        patient = Patient(session, settings, projections)
        yield Finding("server", True, f"PostgreSQL {session.info.server_version // 10_000} answers")
        wrong = False
        for name, check, needed in CHECKS:
            if wrong:
                yield Finding(name, None, "not looked at: see above")
                continue
            finding = _look(name, check, patient)
            wrong = needed and not finding.ok
            yield finding


def _look(name: str, check: "Check", patient: Patient) -> Finding:
    try:
        return check(patient)
    except Exception as error:  # the expected ones are findings
        fault = explain(error)
        if fault is None:
            raise
        return Finding(name, False, str(fault))


def version(patient: Patient) -> Finding:
    """PostgreSQL 18 or newer."""
    server_version_check(patient.session)
    return Finding("version", True, "18 or newer")


def migrated(patient: Patient) -> Finding:
    """The schema is at this code's revision."""
    check_migrated(patient.session)
    return Finding("migrated", True, "the schema is at the newest revision")


def district(patient: Patient) -> Finding:
    """The district is there."""
    tenant = patient.settings.tenant
    if tenant_facts(patient.session, tenant)["zone"] is None:
        return Finding("district", False, f"{tenant} is not in the database", MIGRATE)
    return Finding("district", True, tenant)


def writable(patient: Patient) -> Finding:
    """The server takes writes."""
    if tenant_facts(patient.session, patient.settings.tenant)["read_only"]:
        mend = "Let DATABASE_URL point at the primary, or turn default_transaction_read_only off."
        return Finding("writable", False, "the server is read-only", mend)
    return Finding("writable", True, "the server takes writes")


def zone(patient: Patient) -> Finding:
    """The database and the settings mean the same calendar days."""
    kept = tenant_facts(patient.session, patient.settings.tenant)["zone"]
    said = patient.settings.zone.key
    if kept != said:
        says = f"the district keeps {kept}, THROUGHLINE_ZONE says {said}"
        return Finding("time zone", False, says, f"Set THROUGHLINE_ZONE={kept}.")
    return Finding("time zone", True, said)


def app_role(patient: Patient) -> Finding:
    """The role that serves can append through the function, and change nothing."""
    [role] = patient.session.execute(RIGHTS)
    mend = "Let DATABASE_URL name throughline_app, and run `throughline migrate`."
    if role["mighty"]:
        says = f"{role['role']} is a superuser, or passes row-level security"
        return Finding("app role", False, says, mend)
    if role["owner"]:
        return Finding("app role", False, f"{role['role']} can become the owner", mend)
    if role["too_much"]:
        says = f"{role['role']} may {', '.join(role['too_much'])}"
        return Finding("app role", False, says, mend)
    if not role["appends"]:
        return Finding("app role", False, f"{role['role']} may not append", mend)
    return Finding("app role", True, f"{role['role']} appends and reads, and changes nothing")


def crash_safety(patient: Patient) -> Finding:
    """What is answered as recorded survives a crash of the server."""
    found = {r["name"]: r["setting"] for r in patient.session.execute(SAFETY)}
    off = [name for name in ("fsync", "full_page_writes") if found[name] != "on"]
    if off:
        says = f"{' and '.join(off)} off: a crash can lose what was recorded, or tear it"
        return Finding("crash safety", False, says, "Turn on in postgresql.conf, then restart.")
    return Finding("crash safety", True, "fsync and full_page_writes are on")


def projections(patient: Patient) -> Finding:
    """The projections are this version's, and up to date or on their way."""
    name_tenant(patient.session, patient.settings.tenant)
    [served] = patient.session.execute(SERVED, (patient.settings.tenant,))
    if served["version"] != VERSION:
        says = "another version of Throughline made what people read"
        return Finding("projections", False, says, MIGRATE)
    before = _lags(patient)
    if max(before.values()):
        sleep(1)
    after = _lags(patient)
    still = [name for name, lag in after.items() if lag and lag >= before[name]]
    if still:
        says = ", ".join(f"{name} is {after[name]:,} events behind" for name in still)
        return Finding("projections", False, f"{says}, and does not move", WORKER)
    behind = max(after.values())
    return Finding("projections", True, f"{behind:,} events behind" if behind else "up to date")


def _lags(patient: Patient) -> dict[str, int]:
    health = health_of(patient.session, patient.settings.tenant, patient.projections)
    return {name: figures["lag"] for name, figures in health.items()}


def parked(patient: Patient) -> Finding:
    """No event was set aside as one that a projection cannot take."""
    name_tenant(patient.session, patient.settings.tenant)
    found = list(
        patient.session.execute(
            "SELECT projection, position, error FROM parked WHERE tenant = %s ORDER BY position",
            (patient.settings.tenant,),
        )
    )
    if found:
        first = found[0]
        says = (
            f"{len(found)} parked; the first is event {first['position']} in "
            f"{first['projection']} ({first['error']})"
        )
        mend = "Install the version that takes it, then `throughline rebuild`."
        return Finding("parked events", False, says, mend)
    return Finding("parked events", True, "none")


def clock(patient: Patient) -> Finding:
    """The jobs have run when they should."""
    known = jobs(patient.projections)
    late = runs.overdue(runs.last_runs(patient.session, [j.name for j in known]), known)
    if late:
        return Finding("clock", False, f"overdue: {', '.join(j.name for j in late)}", WORKER)
    return Finding("clock", True, "all jobs have run when they should")


Check = Callable[[Patient], Finding]

# In order; where one that the others need is wrong, those after it are not looked at.
CHECKS: tuple[tuple[str, Check, bool], ...] = (
    ("version", version, True),
    ("migrated", migrated, True),
    ("district", district, True),
    ("writable", writable, False),
    ("time zone", zone, False),
    ("app role", app_role, False),
    ("crash safety", crash_safety, False),
    ("projections", projections, False),
    ("parked events", parked, False),
    ("clock", clock, False),
)
