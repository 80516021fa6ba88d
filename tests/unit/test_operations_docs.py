"""docs/operations.md has a section for each command, with each of its options."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli import app
from scheduler.jobs import jobs

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()


def commands(group: Any, before: str = "throughline") -> Iterator[tuple[str, set[str]]]:
    """Each command's whole name, and its options."""
    for name, command in group.commands.items():
        whole = f"{before} {name}"
        if hasattr(command, "commands"):
            yield from commands(command, whole)
        else:
            options = {o for p in command.params for o in p.opts if o.startswith("--")}
            yield whole, options - {"--help"}


COMMANDS = dict(commands(get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_section_with_its_options(command: str) -> None:
    found = re.search(rf"^## {command}\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/operations.md has no section {command}"
    said = set(re.findall(r"`(--[a-z-]+)`", found.group(1)))
    assert said == COMMANDS[command]


def test_no_section_describes_a_command_that_is_not_there() -> None:
    assert set(re.findall(r"^## (throughline .+)$", PAGE, re.MULTILINE)) == set(COMMANDS)


def test_each_job_of_the_clock_is_in_the_table() -> None:
    for job in jobs([]):
        assert f"| `{job.name}` |" in PAGE
