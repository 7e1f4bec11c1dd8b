"""Charts over the last minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from nicegui import ui

_GREY: Final = "#8a94a6"
# Enough to tell apart; the others are one line.
MOST_LINES: Final = 6
_COLOURS: Final = ["#5b8def", "#2fb08a", "#e0a030", "#b07cf0", "#e5675c", "#45b5c4", _GREY]


class Chart:
    """Lines over time, one for each name."""

    def __init__(self, unit: str, *, colours: Sequence[str] = _COLOURS) -> None:
        """Show nothing yet; `unit` is said beside each value."""
        axis = {"axisLabel": {"color": _GREY}, "axisLine": {"lineStyle": {"color": _GREY}}}
        self._options: dict[str, Any] = {
            "color": list(colours), "animation": False,
            "grid": {"left": 8, "right": 12, "top": 32, "bottom": 4, "containLabel": True},
            "legend": {"top": 0, "left": 0, "textStyle": {"color": _GREY}, "icon": "circle",
                       "itemWidth": 8, "itemHeight": 8, "type": "scroll"},
            "tooltip": {"trigger": "axis", "renderMode": "richText"},
            "xAxis": {"type": "time", **axis, "splitLine": {"show": False}},
            "yAxis": {"type": "value", "minInterval": 1 if unit == "jobs" else 0, **axis,
                      "splitLine": {"lineStyle": {"color": "#8a94a633"}}},
            "series": [],
        }  # fmt: skip
        self._chart = ui.echart(self._options).classes("chart")

    def draw(self, times: Sequence[datetime], lines: Mapping[str, Sequence[float]]) -> None:
        """Draw lines; those beyond the six largest are drawn as one."""
        stamps = [round(each.timestamp() * 1000) for each in times]
        self._chart.options["series"] = [
            {
                "name": name, "type": "line", "showSymbol": len(stamps) < 3, "lineWidth": 2,
                "areaStyle": {"opacity": 0.08},
                "data": [[at, round(value, 3)] for at, value in zip(stamps, values, strict=True)],
            }
            for name, values in largest(lines).items()
        ]  # fmt: skip
        self._chart.update()


def largest(lines: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    """The lines with the largest sums, by name, and the sum of the others."""
    if len(lines) <= MOST_LINES:
        return dict(lines)
    order = sorted(lines, key=lambda name: -sum(lines[name]))
    kept, others = sorted(order[:MOST_LINES]), order[MOST_LINES:]
    rest = [sum(values) for values in zip(*(lines[name] for name in others), strict=True)]
    return {**{name: lines[name] for name in kept}, "others": rest}
