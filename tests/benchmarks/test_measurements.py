"""Each measurement runs, in small, and gives the figures under their names. Nothing is timed."""

from datetime import date
from itertools import chain
from typing import Any

import pytest

from api.bench import names, project, run
from api.demo_district.district import requests

SMALL: dict[str, dict[str, Any]] = {
    "append": {"writers": 2, "seconds": 0.2, "rounds": 1},
    "project": {"learners": 2, "runner_events": 20, "rounds": 1},
    "import": {"pupils": 20, "rounds": 1},
    "asof": {"sizes": (100, 200), "rounds": 1, "times": 1},
    "cohort": {"learners": 3, "rounds": 1},
    "read": {"learners": 2, "requests": 40, "rounds": 1},
    "scale": {"events": 400, "copies": 2, "rounds": 1, "times": 1},
}
RATIOS = {
    "append": ("ratio_to_library", "ratio_to_bare", "ratio_command_to_library"),
    "project": ("ratio_to_runner", "ratio_to_write"),
    "import": ("ratio_to_copy",),
    "asof": (
        "past_to_current",
        "long_to_short",
        "library_to_ours",
        "library_snapshot_to_ours",
    ),
    "cohort": ("singles_to_cohort",),
    "read": ("ratio_to_unaudited", "ratio_to_bare"),
    "scale": ("large_to_small",),
}


def test_every_measurement_is_held_here() -> None:
    assert set(names()) == SMALL.keys() == RATIOS.keys()


@pytest.mark.parametrize("name", SMALL)
def test_a_measurement_gives_raw_figures_medians_and_ratios(name: str) -> None:
    result = run(name, **SMALL[name])
    assert result["bench"] == name
    assert all(result[ratio] > 0 for ratio in RATIOS[name])
    raw = next(
        result[unit]
        for unit in ("events_per_second", "answers_per_second", "milliseconds")
        if unit in result
    )
    assert result["median"].keys() == raw.keys()
    if name == "append":
        assert (result["missed"], result["lost"]) == (0, 0)
        assert result["tailed"] > 0


def test_what_is_projected_named_files_that_nobody_had_kept() -> None:
    """At its own size the measurement met a learner with a scan, and ended there."""
    demo = chain.from_iterable(requests(date(2026, 3, 20)))
    assert any(one.command.attachments for one in demo)
    measured = chain.from_iterable(project.histories(240))
    assert not any(one.command.attachments for one in measured)
