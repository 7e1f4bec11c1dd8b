"""Quiet hours end when the wall says so, whatever clocks do meanwhile."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.base.errors import Invalid
from arena.services.notifications.model.quiet_hours import QuietHours

ZONES = [
    "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Antarctica/Troll",
    "America/Santiago", "Africa/Cairo", "UTC", "Pacific/Apia", "Asia/Kathmandu",
]  # fmt: skip
NIGHT = QuietHours("Europe/Oslo", 22 * 60, 7 * 60)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def walked(quiet: QuietHours, now_ms: int) -> int | None:
    """The same, by looking at each minute in turn."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    begun = moment
    while True:
        wall = moment.astimezone(ZoneInfo(quiet.zone))
        minute = wall.hour * 60 + wall.minute
        inside = (
            quiet.start <= minute < quiet.end
            if quiet.start < quiet.end
            else not quiet.end <= minute < quiet.start
        )
        if not inside:
            return None if moment == begun else round(moment.timestamp() * 1000)
        moment = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("now", "over"),
    [
        ("2026-11-26T20:59:59Z", None),
        ("2026-11-26T21:00:00Z", "2026-11-27T06:00:00Z"),
        ("2026-11-27T05:59:59.999Z", "2026-11-27T06:00:00Z"),
        ("2026-11-27T06:00:00Z", None),
        ("2026-03-28T22:30:00Z", "2026-03-29T05:00:00Z"),  # an hour shorter
        ("2026-10-24T21:30:00Z", "2026-10-25T06:00:00Z"),  # an hour longer
    ],
)
def test_the_night_ends_at_seven_on_the_wall(now: str, over: str | None) -> None:
    assert NIGHT.over_at(ms(now)) == (ms(over) if over else None)


def test_an_end_that_clocks_leap_over_is_when_they_do() -> None:
    quiet = QuietHours("Europe/Oslo", 60, 150)  # until 02:30, which is not on 29 March
    assert quiet.over_at(ms("2026-03-29T00:30:00Z")) == ms("2026-03-29T01:00:00Z")


def test_a_day_without_the_end_is_quiet_to_the_next_one() -> None:
    quiet = QuietHours("America/Santiago", 1, 0)  # midnight is not on 6 September
    assert quiet.over_at(ms("2026-09-06T00:00:00Z")) == ms("2026-09-07T03:00:00Z")


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    quiet = QuietHours("Europe/Oslo", 60, 150)
    assert quiet.over_at(ms("2026-10-25T00:45:00Z")) is None  # 02:45, the first time
    assert quiet.over_at(ms("2026-10-25T01:15:00Z")) == ms("2026-10-25T01:30:00Z")


def test_clocks_that_are_put_back_to_before_the_beginning_end_it() -> None:
    quiet = QuietHours("Antarctica/Troll", 61, 0)  # from 01:01; 03:00 becomes 01:00
    assert quiet.over_at(ms("2026-10-25T00:00:00Z")) == ms("2026-10-25T01:00:00Z")


# Around changes of the clock in these zones, where something can go wrong.
MOMENTS = st.sampled_from(
    [ms(f"{day}T00:00:00Z") for day in
     ("2026-03-08", "2026-03-29", "2026-04-05", "2026-04-24", "2026-09-06", "2026-10-04",
      "2026-10-25", "2026-10-30", "2026-11-01", "2026-11-26")]
)  # fmt: skip


@settings(max_examples=1_000, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.integers(0, 1_439),
    st.integers(0, 1_439),
    MOMENTS,
    st.integers(-36 * 3_600_000, 36 * 3_600_000),
)
def test_it_is_the_first_minute_that_is_not_quiet(
    zone: str, start: int, end: int, day: int, offset: int
) -> None:
    if start != end:
        quiet = QuietHours(zone, start, end)
        assert quiet.over_at(day + offset) == walked(quiet, day + offset)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "x" * 999])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(Invalid, match="no time zone"):
        QuietHours(zone, 0, 1)


def test_times_that_are_none_are_refused() -> None:
    for start, end in ((0, 0), (-1, 5), (0, 1_440)):
        with pytest.raises(Invalid, match="quiet hours"):
            QuietHours("UTC", start, end)
