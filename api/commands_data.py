"""`throughline migrate`, `rebuild`, `import csv` and `bench`."""

import json
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

import typer
from rich.table import Table

from api import compose
from api.faults import USAGE, Fault
from api.preparing import prepare, renew, to_be_renewed
from api.running import check_urls, ready_system
from api.terminal import give_json, note, out, progress, say
from domain.event import Context
from exchange.csv_import import Report
from exchange.csv_import import import_csv as bring_in
from exchange.mapping import read_mapping
from projections.projector import NAMES
from scheduler.session import name_tenant, open_session
from store.settings import read_settings

SHOWN = 50  # wrong rows in the table that a person reads; --json has all


def migrate(*, change_zone: bool, as_json: bool) -> None:
    """Migrate the database that MIGRATE_URL names, or the embedded one; make the district."""
    settings = read_settings()
    check_urls(settings)
    with compose.databases(settings, make=True) as found:
        made = not _has_district(found.owner, settings.tenant)
        done = prepare(settings, found, change_zone=change_zone) | {"district_made": made}
        if to_be_renewed(settings, found, migrated=done["before"] != done["after"]):
            with compose.system(settings, found) as system:
                done["generation"] = renew(system)
    if done["zone"] != settings.zone.key:
        note(
            f"The district keeps the zone it was made with, {done['zone']}; THROUGHLINE_ZONE "
            f"says {settings.zone.key}. Where the district moves to that one: `throughline "
            "migrate --change-zone`."
        )
    if "zone_before" in done:
        note(
            f"The district's days are those of {done['zone']} now, no longer of "
            f"{done['zone_before']}. Restart `serve` and `worker`."
        )
    if "generation" in done:
        note(f"What people read was built by this version: generation {done['generation']} serves.")
    if as_json:
        give_json(done)
        return
    if done["before"] != done["after"]:
        say(f"Migrated to revision {done['after']}; district {done['tenant']}, {done['zone']}.")
    elif not made:
        say(f"Nothing to migrate: revision {done['after']}, district {done['tenant']}.")
    if made:
        say(f"The district {done['tenant']} was made; its days are those of {done['zone']}.")


def _has_district(owner: str, tenant: str) -> bool:
    """Whether the district is there before anything is migrated or made."""
    with open_session(owner) as session:
        name_tenant(session, tenant)
        [schema] = session.execute("SELECT to_regclass('head') IS NOT NULL AS there")
        if not schema["there"]:
            return False
        return bool(session.execute("SELECT FROM head WHERE tenant = %s", (tenant,)).rowcount)


def rebuild(*, as_json: bool) -> None:
    """Fold the whole history anew beside what serves meanwhile, then switch to it at once."""
    with ready_system(read_settings()) as system:
        head, _ = system.reader.head()
        began = monotonic()
        with progress("Rebuilding", head * len(NAMES)) as reach:
            system.projector.rebuild(reach)
        done = {
            "events": head,
            "projections": list(NAMES),
            "parked": len(system.reader.parked()),
            "seconds": round(monotonic() - began, 3),
        }
    if as_json:
        give_json(done)
    else:
        say(f"Rebuilt {', '.join(NAMES)} from {head:,} events in {done['seconds']:.1f} s.")
        if done["parked"]:
            say(f"{done['parked']} events are parked: see `throughline doctor`.")


def import_csv(file: Path, mapping: Path, *, dry_run: bool, as_json: bool) -> None:
    """Record the table's rows; those that are wrong are told by line, column and rule."""
    read = read_mapping(mapping)
    if file.is_dir():
        raise Fault(f"{file} is a folder; name the table in it.", USAGE)
    if not file.is_file():
        raise Fault(f"There is no file {file}.", USAGE)
    with ready_system(read_settings()) as system, progress(file.name, None) as reach:

        def context(command_id: UUID) -> Context:
            return system.context(command_id)

        report = bring_in(
            system.profiles,
            system.settings.tenant,
            file,
            read,
            context,
            dry_run=dry_run,
            progress=reach,
        )
    if as_json:
        give_json(report.as_json())
    else:
        _show(report)
    if report.errors:
        raise typer.Exit(1)


def _show(report: Report) -> None:
    verb = "would be recorded" if report.dry_run else "recorded"
    say(
        f"{report.rows:,} rows: {report.recorded:,} entries {verb}, {report.repeated:,} were here "
        f"already, {report.skipped:,} rows skipped, {len(report.errors):,} problems."
    )
    if report.unused:
        say(f"Columns not used: {', '.join(report.unused)}.")
    if not report.errors:
        return
    table = Table("Line", "Column", "Rule", "What is wrong")
    for problem in report.errors[:SHOWN]:
        table.add_row(str(problem.line or ""), problem.column or "", problem.rule, problem.sentence)
    out().print(table)
    if len(report.errors) > SHOWN:
        say(f"… and {len(report.errors) - SHOWN:,} more: --json has them all.")


def bench(name: str, *, writers: int | None, as_json: bool) -> None:
    """Run a measurement of `api.bench`; `all` runs each in turn. `writers` is for `append`."""
    measurements = import_module("api.bench")  # it imports what only measuring needs
    known = measurements.names()
    if name not in (*known, "all"):
        raise Fault(f"There is no measurement {name}. There are: {', '.join(known)}, all.", USAGE)
    found: dict[str, Any] = {}
    for each in known if name == "all" else (name,):
        note(f"Measuring {each}")
        options = {"writers": writers} if writers is not None and each == "append" else {}
        found[each] = measurements.run(each, **options)
        if not as_json:
            say(json.dumps({each: found[each]}, indent=2))
    if as_json:
        give_json(found if name == "all" else found[name])
