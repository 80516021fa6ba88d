"""Measurements: each runs its variants in turns on one fresh server and gives one JSON object.

Figures are medians over rounds; a ratio is the median of the rounds' own ratios, so that a slow
moment of the machine weighs on both sides alike.
"""

from collections.abc import Callable
from typing import Any

Result = dict[str, Any]


def names() -> tuple[str, ...]:
    """The measurements there are."""
    return ("append", "project", "import", "asof", "cohort", "scale", "read")


def run(name: str, **options: Any) -> Result:
    """Run one measurement. Raises `KeyError` for a name that is not in `names`."""
    from api.bench import (  # noqa: PLC0415 - heavy, and only here
        append,
        asof,
        cohort,
        importing,
        project,
        reads,
        scale,
    )

    measure: dict[str, Callable[..., Result]] = {
        "append": append.measure,
        "project": project.measure,
        "import": importing.measure,
        "asof": asof.measure,
        "cohort": cohort.measure,
        "scale": scale.measure,
        "read": reads.measure,
    }
    return measure[name](**options)
