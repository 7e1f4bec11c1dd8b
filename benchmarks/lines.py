"""Line charts side by side as SVG, drawn by hand like the bars of chart.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from benchmarks.chart import svg_head

_PANEL: Final = 220
_GAP: Final = 50
_TOP: Final = 70
_HEIGHT: Final = 180
_COLOURS: Final = ("#e4572e", "#3d6fb4", "#4d9a5b", "#8a6fb0", "#c29b38")


@dataclass(frozen=True)
class Panel:
    """One chart: a line for each name, all of them with the same places on the way.

    Attributes:
        title: Above it.
        lines: Name and values, from left to right.
    """

    title: str
    lines: Sequence[tuple[str, Sequence[float]]]


def line_chart(title: str, panels: Sequence[Panel], bottom: str) -> str:
    """The charts as the text of an SVG file, all to one scale.

    Args:
        title: Of all of them.
        panels: From left to right.
        bottom: What the way from left to right means.

    Raises:
        ValueError: There is nothing to draw.
    """
    values = [value for panel in panels for _, line in panel.lines for value in line]
    if not values:
        raise ValueError("a chart needs at least one line")
    height = _TOP + _HEIGHT + 50
    body = [
        text
        for place, panel in enumerate(panels)
        for text in _panel(place * (_PANEL + _GAP), panel, max(values) or 1.0)
    ]
    foot = f'<text x="0" y="{height - 10}">{escape(bottom)}</text>'
    return "\n".join([*svg_head(title, height), *body, foot, "</svg>"]) + "\n"


def _panel(left: int, panel: Panel, most: float) -> list[str]:
    base = _TOP + _HEIGHT
    frame = f"M{left},{_TOP} V{base} H{left + _PANEL}"
    lines = [
        f'<text x="{left}" y="{_TOP - 20}">{escape(panel.title)}</text>',
        f'<path d="{frame}" fill="none" stroke="#9aa5b1"/>',
    ]
    for number, (name, values) in enumerate(panel.lines):
        colour = _COLOURS[number % len(_COLOURS)]
        step = _PANEL / max(len(values) - 1, 1)
        points = " ".join(
            f"{left + place * step:.1f},{base - value / most * _HEIGHT:.1f}"
            for place, value in enumerate(values)
        )
        lines += [
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2">',
            f"<title>{escape(name)}</title></polyline>",
            f'<text x="{left + 8}" y="{_TOP + 8 + 17 * number}" style="fill:{colour}">'
            f"{escape(name)}</text>",
        ]
    return lines
