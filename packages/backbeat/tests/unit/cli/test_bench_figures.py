"""The sums behind the figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.cli.bench.figures import Samples, percentile, starts_per_second

values = st.lists(st.floats(min_value=0, max_value=1e9), min_size=1, max_size=300)
shares = st.integers(min_value=0, max_value=1000).map(lambda per_mille: per_mille / 1000)


def test_the_median_of_three_rounds_is_the_figure() -> None:
    samples = Samples()
    for value in (10.0, 40.0, 20.0):
        samples.add("drain_per_s", value)

    assert samples.figures().drain_per_s == 20.0
    assert samples.by_round() == {"drain_per_s": [10.0, 40.0, 20.0]}


def test_what_was_not_measured_stays_none() -> None:
    samples = Samples()
    samples.add("worker_us_per_job", None)

    assert samples.figures().worker_us_per_job is None
    assert samples.by_round() == {}


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(KeyError):
        Samples().add("jobs_per_fortnight", 1.0)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 1.0), (0.5, 50.0), (0.99, 99.0), (0.999, 100.0), (1.0, 100.0)]
)
def test_percentiles_of_one_to_a_hundred_are_by_nearest_rank(share: float, expected: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == expected


def test_the_99th_percentile_of_300_is_the_fourth_worst() -> None:
    assert percentile(range(1, 301), 0.99) == 297


@given(values, shares)
def test_a_percentile_is_a_value_that_enough_others_do_not_exceed(
    found: list[float], share: float
) -> None:
    result = percentile(found, share)

    assert result in found
    assert sum(value <= result for value in found) >= share * len(found) - 1e-9


@pytest.mark.parametrize(("found", "share"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(found: list[float], share: float) -> None:
    with pytest.raises(ValueError, match=r"no values|between 0 and 1"):
        percentile(found, share)


def test_a_rate_counts_the_gaps_between_starts() -> None:
    ten_ms = [number * 10_000_000 for number in range(101)]

    assert starts_per_second(ten_ms) == pytest.approx(100.0)


@pytest.mark.parametrize("starts", [[], [5], [5, 5]])
def test_a_rate_without_a_span_is_refused(starts: list[int]) -> None:
    with pytest.raises(ValueError, match="lie apart"):
        starts_per_second(starts)
