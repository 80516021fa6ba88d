"""Charts of series as SVG, made in this process: no script reaches the browser.

The SVG goes into the page itself, so that a page stays one answer: what it shows was read at
one position. Every chart stands beside a table of the same numbers, and is hidden from screen
readers in its favour.
"""

import json
import re
from functools import lru_cache
from textwrap import wrap
from typing import Any

import vl_convert
from markupsafe import Markup

from api.pages.series import Point, Series

WIDTH, HEIGHT = 400, 190
KEPT = 200  # pictures, of some 20 kB each
LONGEST, LINES = 28, 3  # letters of a line of an axis title, and how many lines
INK, QUIET, LINE = "#1f2a33", "#4d5b66", "#0b5c6b"

# The converter describes every mark for screen readers; the table does that better.
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')

CONFIG: dict[str, Any] = {
    "font": "Liberation Sans, Arial, sans-serif",
    "background": "#ffffff",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 12,
        "titleColor": INK,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "gridColor": "#e3e8ec",
    },
}


def chart(series: Series) -> Markup:
    """One series as an inline SVG: points joined by lines, no line across a gap, error bars.

    The value axis carries the name of the scale and does not start at zero.
    """
    return drawn(json.dumps(specification(series)))


@lru_cache(maxsize=KEPT)
def drawn(specified: str) -> Markup:
    """The picture of a specification; the same one is drawn once, which takes 50 ms."""
    svg = vl_convert.vegalite_to_svg(specified)
    spoken_by_the_table = _SPOKEN.sub("", svg).replace(
        "<svg ", '<svg aria-hidden="true" focusable="false" ', 1
    )
    return Markup(spoken_by_the_table)  # noqa: S704 - the converter escapes what it draws


def specification(series: Series) -> dict[str, Any]:
    """The Vega-Lite specification of a series."""
    rows = [
        _row(point, run) for run, points in enumerate(series.stretches) for point in points
    ]  # fmt: skip
    x = {
        "field": "on",
        "type": "temporal",
        "scale": {"type": "utc", "padding": 14},
        "title": "Date",
        "axis": {"format": "%b %Y", "tickCount": 5, "labelOverlap": True, "grid": False},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": False, "padding": 10, "nice": False},
        # In full, as the words beside the chart have it, but for a text that no axis could hold.
        "title": wrap(series.scale, LONGEST, max_lines=LINES, placeholder=" …"),
        "axis": {"tickCount": 5},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "line", "color": LINE, "strokeWidth": 2},
            "encoding": {"x": x, "y": y, "detail": {"field": "run", "type": "nominal"}},
        },
        {
            "mark": {"type": "point", "color": LINE, "filled": True, "size": 60, "opacity": 1},
            "encoding": {"x": x, "y": y},
        },
    ]
    if series.has_errors:
        bars = [r for r in rows if "low" in r]
        ends = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers.insert(
            0,
            {
                "data": {"values": bars},
                "mark": {"type": "rule", "color": QUIET, "strokeWidth": 1.5},
                "encoding": ends,
            },
        )
        for end in ("low", "high"):
            layers.insert(
                1,
                {
                    "data": {"values": bars},
                    "mark": {"type": "tick", "color": QUIET, "size": 10, "thickness": 1.5},
                    "encoding": {"x": x, "y": {**y, "field": end}},
                },
            )
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "config": CONFIG,
        "data": {"values": rows},
        "layer": layers,
    }


def _row(point: Point, run: int) -> dict[str, Any]:
    row: dict[str, Any] = {"on": point.on.isoformat(), "value": float(point.value), "run": run}
    if point.error is not None:
        row["low"] = float(point.value - point.error)
        row["high"] = float(point.value + point.error)
    return row
