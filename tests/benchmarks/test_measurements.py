"""Each measurement runs, in small, and gives the figures under their names. Nothing is timed."""

from typing import Any

import pytest

from api.bench import names, run

SMALL: dict[str, dict[str, Any]] = {
    "append": {"writers": 2, "seconds": 0.2, "rounds": 1},
    "project": {"learners": 2, "runner_events": 20, "rounds": 1},
    "import": {"pupils": 20, "rounds": 1},
}
RATIOS = {
    "append": ("ratio_to_library", "ratio_to_bare", "ratio_command_to_library"),
    "project": ("ratio_to_runner", "ratio_to_write"),
    "import": ("ratio_to_copy",),
}


def test_every_measurement_is_held_here() -> None:
    assert set(names()) == SMALL.keys() == RATIOS.keys()


@pytest.mark.parametrize("name", SMALL)
def test_a_measurement_gives_raw_figures_medians_and_ratios(name: str) -> None:
    result = run(name, **SMALL[name])
    assert result["bench"] == name
    assert all(result[ratio] > 0 for ratio in RATIOS[name])
    assert result["median"].keys() == result["events_per_second"].keys()
    if name == "append":
        assert (result["missed"], result["lost"]) == (0, 0)
        assert result["tailed"] > 0
