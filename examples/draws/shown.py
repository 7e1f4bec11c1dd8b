"""The statistics as people read them on a terminal."""

from typing import Final

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.table import Table

from examples.draws.analysis import Analysis, Share

_TITLES: Final = {
    "even_odd": "even, odd",
    "low_high": "low, high",
    "consecutive": "runs",
    "sum_distribution": "sum",
    "even_odd_lo_hi": "(even, odd),(low, high)",
    "even_odd_consecutive": "(even, odd),(runs)",
    "lo_hi_consecutive": "(low, high),(runs)",
    "even_odd_lo_hi_consecutive": "(even, odd),(low, high),(runs)",
    "red_ball_hotness": "red ball",
}


def show_analysis(console: Console, analysis: Analysis) -> None:
    """Print every distribution, the most frequent class first."""
    console.print(f"{analysis.total_draws:,} draws until {analysis.updated_date}")
    tables = [_table(name, shares) for name, shares in analysis.distributions().items()]
    console.print(Columns(tables))


def _table(name: str, shares: list[Share]) -> RenderableType:
    table = Table("class", "share", title=_TITLES[name], title_justify="left", box=None)
    table.columns[1].justify = "right"
    for share in shares:
        table.add_row(share.type, share.pct)
    return Group(table, "")
