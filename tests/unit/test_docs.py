"""The documentation is tested: the pages of the events are what the registry says.

`python -m tests.unit.test_docs` writes them anew.
"""

from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from domain.coding import clear_fields
from domain.event import Command, Event, command_name
from domain.vocabulary import EVENTS, GROUPS

DOCS = Path(__file__).parents[2] / "docs"


def page(group: str) -> str:
    """The page of one event group."""
    module = GROUPS[group]
    lines = [
        f"# Events: {group}",
        "",
        (module.__doc__ or "").strip(),
        "",
        (
            "Made from the registry (`python -m tests.unit.test_docs`); a test compares the two. "
            "Every event carries the [envelope](envelope.md) as well."
        ),
    ]
    for event in EVENTS.values():
        if event.SPEC.group == group:
            lines += section(event)
    return "\n".join(lines) + "\n"


def section(event: type[Event]) -> list[str]:
    spec = event.SPEC
    lines = [
        "",
        f"## {event.TOPIC}",
        "",
        f"{one_line(event.__doc__)} Kept {spec.purpose}.",
        "",
        f"- command: `{command_name(event.COMMAND)}`. {one_line(event.COMMAND.__doc__)}",
        f"- version {event.class_version}, retention group `{spec.retention}`, "
        f"data class `{spec.default}`"
        + ("" if len(spec.classes) == 1 else f" (or {', '.join(sorted(spec.classes))})"),
    ]
    own = {n: f for n, f in event.COMMAND.model_fields.items() if n not in Command.model_fields}
    return lines + (table(event, own) if own else [])


def envelope() -> str:
    """The page of what every event carries."""
    system = {
        name: info
        for name, info in Event.model_fields.items()
        if name not in Command.model_fields and name in clear_fields(Event)
    }
    given = ", ".join(f"`{name}`" for name in system)
    return "\n".join(
        [
            "# The envelope of every event",
            "",
            "What a writer may give with any command:",
            *table(Event, Command.model_fields),
            "",
            (
                f"The system adds, in clear: {given}; and, sealed, `entered_by_name`. The database "
                "gives `position` and `recorded_at`."
            ),
            "",
        ]
    )


def table(event: type[Event], fields: dict[str, FieldInfo]) -> list[str]:
    clear = clear_fields(event)
    rows = []
    for name, info in fields.items():
        stored = "clear" if name in clear else "sealed"
        needed = "yes" if info.is_required() else ""
        rows.append(f"| `{info.alias or name}` | {info.description} | {needed} | {stored} |")
    return ["", "| field | meaning | required | stored |", "|---|---|---|---|", *rows]


def one_line(doc: str | None) -> str:
    return " ".join((doc or "").split())


@pytest.mark.parametrize("group", GROUPS)
def test_each_event_group_has_its_page_as_the_registry_says(group: str) -> None:
    assert (DOCS / "events" / f"{group}.md").read_text() == page(group)


def test_the_envelope_has_its_page() -> None:
    assert (DOCS / "events" / "envelope.md").read_text() == envelope()


def test_every_decision_page_is_at_most_60_lines() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert pages
    assert {p.name for p in pages if len(p.read_text().splitlines()) > 60} == set()


if __name__ == "__main__":
    for name in GROUPS:
        (DOCS / "events" / f"{name}.md").write_text(page(name))
    (DOCS / "events" / "envelope.md").write_text(envelope())
