"""What the command line prints: results on standard output, everything else on standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Reach(Protocol):
    """Says how much is done by now, and where that was not known before, of how much."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


def out() -> Console:
    """Where results go; lines are never broken for a narrow pipe."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True)


def err() -> Console:
    """Where progress, warnings and faults go."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """A line of a result, in plain text."""
    out().print(text, markup=False)


def note(text: str) -> None:
    """A line beside the result."""
    err().print(text, markup=False)


def give_json(value: Any) -> None:
    """A result as one JSON object: all that stands on standard output."""
    sys.stdout.write(json.dumps(value, default=str, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Reach]:
    """A bar on standard error; gives the function that says how much is done by now.

    Without a terminal there is no bar, only a line at the end.
    """
    console = err()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        reached = 0

        def reach(done: int, total: int | None = None) -> None:
            nonlocal reached
            reached = done
            bar.update(task, completed=done, total=total)

        yield reach
    if not console.is_terminal:
        note(f"{what}: {reached:,}")
