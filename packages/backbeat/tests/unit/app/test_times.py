"""Times cross the border as whole ms that are never sooner than asked."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.app.times import moment, moment_ms, whole_ms
from backbeat.errors import InvalidOption


@pytest.mark.parametrize(
    ("duration", "ms"),
    [(0, 0), (1, 1_000), (1.1, 1_100), (0.0001, 1), (timedelta(minutes=1), 60_000)],
)
def test_durations_are_seconds_or_timedelta(duration: float | timedelta, ms: int) -> None:
    assert whole_ms(duration) == ms


@pytest.mark.parametrize("duration", [-1, float("nan"), float("inf"), timedelta(seconds=-1)])
def test_durations_that_are_none_are_refused(duration: float | timedelta) -> None:
    with pytest.raises(InvalidOption, match="duration"):
        whole_ms(duration)


def test_a_moment_is_the_same_in_every_zone() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)

    assert moment_ms(noon) == 1_767_268_800_000
    assert moment_ms(noon.astimezone(timezone(timedelta(hours=5)))) == moment_ms(noon)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidOption, match="no time zone"):
        moment_ms(datetime(2026, 1, 1))  # noqa: DTZ001 - the case


@given(st.integers(0, 4_000_000_000_000))
def test_whole_ms_go_there_and_back(ms: int) -> None:
    assert moment_ms(moment(ms)) == ms
