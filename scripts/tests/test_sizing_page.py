"""The sizing guide says what was measured: each rounded figure is near that of its page."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
# How far a rounded figure may be from the published one: a new run moves them by less.
NEAR = 0.25


def rows(page: str, column: int = 1) -> dict[str, float]:
    """The first number of a column, by the first cell of each row of the page's tables."""
    found: dict[str, float] = {}
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        number = re.match(r"[\d,.]+", cells[column]) if len(cells) > column else None
        if number:
            found.setdefault(cells[0], float(number[0].replace(",", "")))
    return found


SAID = rows("how-to/sizing.md")
MEASURED = rows("reference/benchmarks.md")
FEATURES = rows("reference/benchmarks-features.md", column=3)


def test_the_guide_speaks_of_both_pages() -> None:
    assert len(SAID.keys() & MEASURED.keys()) >= 9
    assert len(SAID.keys() & FEATURES.keys()) >= 8
    assert SAID.keys() <= MEASURED.keys() | FEATURES.keys()


@pytest.mark.parametrize("name", sorted(SAID.keys() & MEASURED.keys()))
def test_a_figure_is_that_of_the_benchmarks(name: str) -> None:
    assert SAID[name] == pytest.approx(MEASURED[name], rel=NEAR)


@pytest.mark.parametrize("name", sorted(SAID.keys() & FEATURES.keys()))
def test_the_price_of_a_feature_is_that_of_its_page(name: str) -> None:
    assert SAID[name] == pytest.approx(FEATURES[name] / FEATURES["plain"], rel=NEAR)
