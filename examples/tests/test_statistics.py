"""Our statistics against upstream's own, on the real draws."""

from pathlib import Path

import msgspec
import pytest

from examples.draws.analysis import Analysis, Share
from examples.draws.compare import compared, differences
from examples.draws.csv_file import read_draws
from examples.draws.draw import Draw
from examples.draws.tallies import Tallies


@pytest.fixture(scope="module")
def upstream(feeds: Path) -> Analysis:
    text = (feeds / "us_powerball.powerball-analysis.json").read_bytes()
    return msgspec.json.decode(text, type=Analysis)


@pytest.fixture(scope="module")
def ours(feeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    with Tallies(tmp_path_factory.mktemp("real") / "draws.sqlite3") as tallies:
        for draw in read_draws(feeds / "us_powerball.csv"):
            assert isinstance(draw, Draw)
            with tallies.once(draw.date.isoformat()):
                tallies.add(draw)
        analysis = tallies.analysis()
    assert analysis is not None
    return analysis


def test_every_field_equals_upstreams_analysis(ours: Analysis, upstream: Analysis) -> None:
    assert differences(ours, upstream) == []
    assert compared(upstream) == "9 distributions, 208 classes"


def test_the_analysis_covers_exactly_the_draws_of_the_file(
    ours: Analysis, upstream: Analysis
) -> None:
    assert (upstream.total_draws, upstream.updated_date) == (1_390, "08/05/2026")
    assert (ours.total_draws, ours.updated_date) == (1_390, "08/05/2026")


def test_written_as_json_it_has_upstreams_form(
    ours: Analysis, upstream: Analysis, feeds: Path
) -> None:
    """Nothing of upstream's file is left out: written again it is the same JSON, ties aside."""
    text = (feeds / "us_powerball.powerball-analysis.json").read_bytes()
    assert msgspec.to_builtins(upstream) == msgspec.json.decode(text)
    assert sorted_shares(msgspec.to_builtins(ours)) == sorted_shares(msgspec.json.decode(text))


@pytest.mark.parametrize("name", ["total_draws", "updated_date", "share", "class", "order"])
def test_a_difference_is_found_wherever_it_is(ours: Analysis, name: str) -> None:
    assert len(differences(ours, changed(ours, name))) == 1


def changed(analysis: Analysis, name: str) -> Analysis:
    red = analysis.red_ball_hotness
    changes: dict[str, dict[str, object]] = {
        "total_draws": {"total_draws": 1_389},
        "updated_date": {"updated_date": "08/03/2026"},
        "share": {"red_ball_hotness": [Share(red[0].type, "99.99%"), *red[1:]]},
        "class": {"red_ball_hotness": red[:-1]},
        "order": {"red_ball_hotness": red[::-1]},
    }
    return msgspec.structs.replace(analysis, **changes[name])


def sorted_shares(value: object) -> object:
    if isinstance(value, dict):
        return {key: sorted_shares(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(value, key=lambda share: (share["pct"], share["type"]))
    return value
