"""A bar chart as SVG, drawn by hand: no library, one file, readable on light and dark pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_WIDTH: Final = 760
_LABELS: Final = 170
_VALUES: Final = 110
_ROW: Final = 30
_BAR: Final = 20
_TOP: Final = 44


@dataclass(frozen=True)
class Bar:
    """One line of the chart.

    Attributes:
        label: Whose figure it is.
        value: The figure, not negative.
        text: The figure as written at the end of the bar.
        ours: Whether to draw it in the colour that stands out.
    """

    label: str
    value: float
    text: str
    ours: bool = False


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """The chart as the text of an SVG file; longer bars are larger values.

    Raises:
        ValueError: There is nothing to draw.
    """
    if not bars:
        raise ValueError("a chart needs at least one bar")
    height = _TOP + _ROW * len(bars) + 10
    longest = max(bar.value for bar in bars) or 1.0
    rows = [line for place, bar in enumerate(bars) for line in _row(place, bar, longest)]
    return "\n".join([*svg_head(title, height), *rows, "</svg>"]) + "\n"


def svg_head(title: str, height: int) -> list[str]:
    """The beginning of a picture: its size, its title, and how it looks in light and dark."""
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        "<style>",
        "  text { font: 14px sans-serif; fill: #444; }",
        "  .title { font-weight: bold; }",
        "  .bar { fill: #9aa5b1; }",
        "  .ours { fill: #e4572e; }",
        "  @media (prefers-color-scheme: dark) { text { fill: #ccc; } }",
        "</style>",
        f'<text class="title" x="0" y="20">{escape(title)}</text>',
    ]


def _row(place: int, bar: Bar, longest: float) -> list[str]:
    top = _TOP + place * _ROW
    width = max(1.0, bar.value / longest * (_WIDTH - _LABELS - _VALUES))
    kind = "bar ours" if bar.ours else "bar"
    shape = f'x="{_LABELS}" y="{top}" width="{width:.1f}" height="{_BAR}" rx="2"'
    line = top + _BAR - 5
    return [
        f'<text x="{_LABELS - 10}" y="{line}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{kind}" {shape}/>',
        f'<text x="{_LABELS + width + 8:.1f}" y="{line}">{escape(bar.text)}</text>',
    ]
