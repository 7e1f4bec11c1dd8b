"""Charts over time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from nicegui import ui

_GREY: Final = "#8a94a6"
# Enough to tell apart; the others are one line.
MOST_LINES: Final = 6
COLOURS: Final = ("#5b8def", "#2fb08a", "#e0a030", "#b07cf0", "#e5675c", "#45b5c4", _GREY)
# As states have them everywhere.
OF_STATES: Final = {
    "completed": "#2fb08a", "failed": "#e5675c", "cancelled": _GREY, "added": "#5b8def",
    "waiting": "#5b8def", "delayed": "#b07cf0", "running": "#45b5c4",
}  # fmt: skip

Lines = Mapping[str, Sequence[float | None]]


class Chart:
    """Lines over time, one for each name; a gap where nothing is known."""

    def __init__(self, *, whole: bool = False, percent: bool = False) -> None:
        """Show nothing yet.

        Args:
            whole: Whether values are whole numbers. Defaults to False.
            percent: Whether they go from 0 to 100. Defaults to False.
        """
        axis = {"axisLabel": {"color": _GREY}, "axisLine": {"lineStyle": {"color": _GREY}}}
        self._chart = ui.echart({
            "animation": False,
            "grid": {"left": 8, "right": 16, "top": 32, "bottom": 4, "containLabel": True},
            "legend": {"top": 0, "left": 0, "textStyle": {"color": _GREY}, "icon": "circle",
                       "itemWidth": 8, "itemHeight": 8, "type": "scroll"},
            "tooltip": {"trigger": "axis", "renderMode": "richText"},
            "xAxis": {"type": "time", **axis, "axisLabel": {"color": _GREY, "hideOverlap": True},
                      "splitLine": {"show": False}},
            "yAxis": {"type": "value", "minInterval": 1 if whole else 0, "min": 0,
                      **({"max": 100} if percent else {}), **axis,
                      "splitLine": {"lineStyle": {"color": "#8a94a633"}}},
            "series": [],
        }).classes("chart")  # fmt: skip
        self._drawn: list[dict[str, Any]] = []

    def draw(self, times: Sequence[datetime], lines: Lines) -> None:
        """Draw lines, where they are others; those beyond the six largest are drawn as one."""
        stamps = [round(each.timestamp() * 1000) for each in times]
        series = [
            {
                "name": name, "type": "line", "showSymbol": len(stamps) < 3,
                "lineStyle": {"width": 2}, "areaStyle": {"opacity": 0.08},
                "color": OF_STATES.get(name, COLOURS[number]),
                "data": [
                    [at, None if value is None else round(value, 3)]
                    for at, value in zip(stamps, values, strict=True)
                ],
            }
            for number, (name, values) in enumerate(largest(lines).items())
        ]  # fmt: skip
        if series != self._drawn:
            self._drawn = series
            self._chart.options["series"] = series
            self._chart.update()


def largest(lines: Lines) -> dict[str, Sequence[float | None]]:
    """The lines with the largest sums, by name, and the sum of the others."""
    if len(lines) <= MOST_LINES:
        return dict(lines)
    order = sorted(lines, key=lambda name: -_total(lines[name]))
    kept, others = sorted(order[:MOST_LINES]), order[MOST_LINES:]
    rest = [_sum(values) for values in zip(*(lines[name] for name in others), strict=True)]
    return {**{name: lines[name] for name in kept}, "others": rest}


def _total(values: Sequence[float | None]) -> float:
    return _sum(values) or 0.0


def _sum(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
