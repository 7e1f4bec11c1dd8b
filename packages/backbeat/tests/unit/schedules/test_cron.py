"""Cron: what it accepts, where its slots lie, and what happens when the clocks are changed."""

from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.errors import InvalidOption
from backbeat.schedules.cron import Cron, cron
from packages.backbeat.tests.support.minute_walk import utc


def first(rule: Cron, after: datetime, count: int = 1) -> list[str]:
    """The first slots after a moment, by the wall of the rule's zone, with the distance to UTC."""
    found, ms = [], round(after.timestamp() * 1000)
    for _ in range(count):
        slot = rule.after(ms)
        assert slot is not None
        ms = slot
        found.append(datetime.fromtimestamp(ms / 1000, rule.zone).isoformat())
    return found


def test_a_slot_lies_after_the_moment_and_never_on_it() -> None:
    assert first(cron("0 3 * * *"), utc(2026, 5, 1, 3)) == ["2026-05-02T03:00:00+00:00"]
    before = round(utc(2026, 5, 1, 3).timestamp() * 1000) - 1
    assert cron("0 3 * * *").after(before) == before + 1


@pytest.mark.parametrize(
    ("expression", "slots"),
    [
        ("*/20 9-10 * * MON-FRI", ["2026-05-01T09:00", "2026-05-01T09:20", "2026-05-01T09:40"]),
        ("0 0 1,15 * *", ["2026-05-15T00:00", "2026-06-01T00:00", "2026-06-15T00:00"]),
        ("30 6 * FEB,DEC sun", ["2026-12-06T06:30", "2026-12-13T06:30", "2026-12-20T06:30"]),
        ("0 12 L * *", ["2026-05-31T12:00", "2026-06-30T12:00", "2026-07-31T12:00"]),
        ("0 12 LW * *", ["2026-05-29T12:00", "2026-06-30T12:00", "2026-07-31T12:00"]),
        ("0 12 * * FRI#2", ["2026-05-08T12:00", "2026-06-12T12:00", "2026-07-10T12:00"]),
        ("0 12 * * 5L", ["2026-05-29T12:00", "2026-06-26T12:00", "2026-07-31T12:00"]),
        ("15/20 9 * * *", ["2026-05-01T09:15", "2026-05-01T09:35", "2026-05-01T09:55"]),
        ("0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]),
        ("0 0 13 * FRI", ["2026-05-08T00:00", "2026-05-13T00:00", "2026-05-15T00:00"]),
    ],
)
def test_lists_ranges_steps_names_and_last_days_are_understood(
    expression: str, slots: list[str]
) -> None:
    found = first(cron(expression), utc(2026, 5, 1), 3)
    assert [slot[:16] for slot in found] == slots


def test_with_six_fields_the_second_goes_first() -> None:
    found = first(cron("*/20 59 23 * * *"), utc(2026, 5, 1), 4)
    assert [slot[8:19] for slot in found] == [
        "01T23:59:00", "01T23:59:20", "01T23:59:40", "02T23:59:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("60 * * * *", "the minute '60'"),
        ("0 24 * * *", "the hour '24'"),
        ("0 0 32 * *", "the day-of-month '32'"),
        ("0 0 * 13 *", "the month '13'"),
        ("0 0 * * 8", "the day-of-week '8'"),
        ("0 0 * * FRY", "the day-of-week 'FRY'"),
        ("*/0 * * * *", "the minute '\\*/0'"),
        ("5-1 * * * *", "the minute '5-1'"),
        ("61 0 0 * * *", "the second '61'"),
        ("0 0 31 2,4 *", "the day-of-month '31'"),
        ("0 0 * *", "five fields are needed, or six with the second first; these are 4"),
        ("", "these are 0"),
        ("@daily", "these are 1"),
    ],
)
def test_a_wrong_expression_is_refused_with_the_name_of_the_field(
    expression: str, message: str
) -> None:
    with pytest.raises(InvalidOption, match=message):
        cron(expression)


def test_an_unknown_zone_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidOption, match="tz 'Europe/Olso'"):
        cron("0 3 * * *", tz="Europe/Olso")
    with pytest.raises(InvalidOption, match=r"tz '\.\./etc'"):
        cron("0 3 * * *", tz="../etc")


OSLO = "Europe/Oslo"  # forward 2026-03-29 02:00 -> 03:00, back 2026-10-25 03:00 -> 02:00


def test_a_time_that_the_clock_skips_runs_once_right_after_the_gap() -> None:
    found = first(cron("30 2 * * *", OSLO), utc(2026, 3, 28), 3)
    assert found == [
        "2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00",
    ]  # fmt: skip


def test_several_times_that_are_skipped_run_once_together() -> None:
    found = first(cron("*/15 2-3 * * *", OSLO), utc(2026, 3, 29), 3)
    assert found == [
        "2026-03-29T03:00:00+02:00", "2026-03-29T03:15:00+02:00", "2026-03-29T03:30:00+02:00",
    ]  # fmt: skip


def test_whoever_asks_a_moment_before_the_gap_ends_gets_the_slot_right_after_it() -> None:
    end = round(utc(2026, 3, 29, 1).timestamp() * 1000)
    assert cron("30 2 * * *", OSLO).after(end - 1) == end
    assert cron("30 2 * * *", OSLO).after(end) != end
    assert cron("30 4 * * *", OSLO).after(end - 1) != end


def test_a_time_that_the_clock_shows_twice_runs_the_first_time() -> None:
    found = first(cron("30 2 * * *", OSLO), utc(2026, 10, 24), 3)
    assert found == [
        "2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00",
    ]  # fmt: skip


def test_whoever_asks_between_the_two_showings_gets_the_next_day() -> None:
    between = utc(2026, 10, 25, 1, 10)  # 02:10 for the second time
    found = first(cron("30 2 * * *", OSLO), between)
    assert found == ["2026-10-26T02:30:00+01:00"]


@pytest.mark.parametrize("day", [utc(2026, 3, 28, 22), utc(2026, 10, 24, 22)])
@pytest.mark.parametrize(("expression", "minutes"), [("*/10 * * * *", 10), ("30 * * * *", 60)])
def test_a_star_in_the_hour_keeps_the_distance_whatever_the_clock_does(
    day: datetime, expression: str, minutes: int
) -> None:
    rule, ms, slots = cron(expression, OSLO), round(day.timestamp() * 1000), []
    for _ in range(8 * 60 // minutes):
        following = rule.after(ms)
        assert following is not None
        slots.append(ms := following)
    assert {later - earlier for earlier, later in pairwise(slots)} == {minutes * 60_000}


def test_a_day_that_a_zone_skips_is_made_up_for_at_the_beginning_of_the_next() -> None:
    # Samoa went from the end of 29 December 2011 to the beginning of the 31st.
    found = first(cron("0 12 * * *", "Pacific/Apia"), utc(2011, 12, 29, 20), 3)
    assert [slot[:16] for slot in found] == [
        "2011-12-29T12:00", "2011-12-31T00:00", "2011-12-31T12:00",
    ]  # fmt: skip


def test_midnight_where_the_clock_skips_it_runs_at_one() -> None:
    found = first(cron("0 0 * * *", "America/Sao_Paulo"), utc(2018, 11, 3, 12), 2)
    assert found == ["2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"]


@given(
    st.sampled_from(["30 2 * * *", "*/7 1-3 * * *", "*/10 * * * *", "0 */3 * * SUN"]),
    st.sampled_from([OSLO, "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca"]),
    st.integers(min_value=1_500_000_000_000, max_value=1_900_000_000_000),
)
def test_the_next_slot_is_the_same_from_every_moment_before_it(
    expression: str, tz: str, ms: int
) -> None:
    rule = cron(expression, tz)
    slot = rule.after(ms)
    assert slot is not None
    assert slot > ms
    assert rule.after(slot - 1) == slot
    assert rule.after((ms + slot) // 2 if (ms + slot) // 2 < slot else ms) == slot
