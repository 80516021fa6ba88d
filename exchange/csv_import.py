"""Bringing a table in: its rows become commands, recorded a few thousand at a time.

A command's id is made of the source's own key, so what was brought in before is recognised: a
second run adds nothing, and a run that was killed goes on where it stopped when started again.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from domain.application import Profiles
from domain.event import Context
from exchange.csv_part import BATCH, REMEMBERED, Job, Report, bring_part, put_together
from exchange.csv_processes import bring_parts
from exchange.csv_reading import open_table
from exchange.mapping import TableMapping
from exchange.row_commands import Part

__all__ = ["Report", "import_csv"]

LINES_SHARED = 20_000  # from here on several processes are worth the second they take to start
MOST_PROCESSES = 8  # more than that wait for the one order of the appends

MakeContext = Callable[[UUID], Context]
Progress = Callable[[int, int], None]


def import_csv(
    profiles: Profiles,
    tenant: str,
    path: Path,
    mapping: TableMapping,
    context_factory: MakeContext,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Record what the mapping makes of a table.

    `context_factory` says who imports, in which zone and when; every command then gets an id of
    its own. `progress` is told, after each batch, the line reached and the number of lines. A dry
    run decides every command and records none. A long table is shared among as many processes as
    there are processors: each records the rows of its own learners.

    Raises FileRefused where the file cannot be read at all; nothing was recorded then. Errors of
    the store pass through: what was recorded until then stays, and the import can be repeated.
    """
    table = open_table(path, mapping)
    began_after = profiles.recorder.max_notification_id() or 0
    context = context_factory(UUID(int=0))
    job = Job(
        table, tenant, context, began_after, dry_run=dry_run, batch=BATCH, remembered=REMEMBERED
    )
    job.reader(profiles)  # the whole file is refused where a column is missing

    def tell(line: int) -> None:
        if progress is not None:
            progress(line, table.lines)

    many = min(len(os.sched_getaffinity(0)), MOST_PROCESSES)
    if many == 1 or table.lines < LINES_SHARED:
        return put_together([bring_part(profiles, job, tell)])
    jobs = [replace(job, part=Part(number, many)) for number in range(many)]
    return put_together(bring_parts(dict(profiles.env), jobs, tell))
