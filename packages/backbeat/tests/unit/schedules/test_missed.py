"""What becomes of slots that nobody fired in time."""

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.errors import InvalidOption
from backbeat.schedules.cron import cron
from backbeat.schedules.every import every
from backbeat.schedules.missed import (
    GRACE_MS,
    MOST_COUNTED,
    Decision,
    Missed,
    Window,
    check_missed,
    decide,
)
from backbeat.schedules.timetable import Timetable

MINUTE = 60_000
HOUR = 60 * MINUTE
HOURLY = Timetable("t", every(3600))
POLICIES: list[Missed] = ["skip", "one", "all", Window(2 * 3600)]


def after_hours(hours: float, missed: Missed, cap: int = 100) -> Decision:
    """What is decided that long after the slot of hour 1."""
    return decide(HOURLY, HOUR, HOUR + round(hours * HOUR), missed, cap)


@pytest.mark.parametrize("missed", POLICIES)
def test_a_slot_that_is_fired_in_time_runs_whatever_the_policy(missed: Missed) -> None:
    assert after_hours(0, missed) == Decision((HOUR,), 0, HOUR, 2 * HOUR)
    assert decide(HOURLY, HOUR, HOUR + GRACE_MS, missed).run == (HOUR,)


def test_skip_leaves_missed_slots_out() -> None:
    assert after_hours(0.5, "skip") == Decision((), 1, HOUR, 2 * HOUR)
    assert after_hours(3.5, "skip") == Decision((), 4, 4 * HOUR, 5 * HOUR)
    assert after_hours(3, "skip") == Decision((4 * HOUR,), 3, 4 * HOUR, 5 * HOUR)


def test_one_runs_the_newest_in_place_of_all() -> None:
    assert after_hours(0.5, "one") == Decision((HOUR,), 0, HOUR, 2 * HOUR)
    assert after_hours(3.5, "one") == Decision((4 * HOUR,), 3, 4 * HOUR, 5 * HOUR)
    assert after_hours(3, "one") == Decision((4 * HOUR,), 3, 4 * HOUR, 5 * HOUR)


def test_all_runs_every_one_the_oldest_first() -> None:
    assert after_hours(2.5, "all") == Decision((HOUR, 2 * HOUR, 3 * HOUR), 0, 3 * HOUR, 4 * HOUR)


def test_the_cap_leaves_the_oldest_out_and_does_not_count_what_is_in_time() -> None:
    assert after_hours(3.5, "all", cap=2) == Decision((3 * HOUR, 4 * HOUR), 2, 4 * HOUR, 5 * HOUR)
    assert after_hours(3, "all", cap=2).run == (2 * HOUR, 3 * HOUR, 4 * HOUR)


def test_a_window_runs_what_is_no_older_than_it() -> None:
    assert after_hours(3.5, Window(2 * 3600)).run == (3 * HOUR, 4 * HOUR)
    assert after_hours(3.5, Window(60)).run == ()
    assert after_hours(3, Window(60)).run == (4 * HOUR,)
    assert after_hours(3.5, Window(10 * 3600), cap=1).run == (4 * HOUR,)


def test_what_is_late_is_missed_as_soon_as_the_next_slot_is_due() -> None:
    each_second = Timetable("t", every(1))
    assert decide(each_second, 1_000, 5_200, "skip") == Decision((5_000,), 4, 5_000, 6_000)


def test_a_rule_that_ends_has_no_following_slot() -> None:
    table = Timetable("t", every(3600), end_ms=2 * HOUR)
    assert decide(table, HOUR, 5 * HOUR, "all") == Decision((HOUR, 2 * HOUR), 0, 2 * HOUR, None)


def test_years_of_missed_seconds_are_decided_at_once_and_not_counted_out() -> None:
    table = Timetable("t", cron("* * * * * *"))
    now_ms = 20 * 365 * 24 * HOUR
    decision = decide(table, 1_000, now_ms, "all", cap=3)
    assert decision.run == (now_ms - 3_000, now_ms - 2_000, now_ms - 1_000, now_ms)
    assert decision.left_out == MOST_COUNTED


def test_a_slot_that_jitter_put_off_holds_back_those_after_it() -> None:
    table = Timetable("t", every(1), jitter_ms=10_000)
    slot = 1_000
    late = next(each for each in range(1_000, 10**6, 1_000) if table.due(each) - each > 9_000)
    decision = decide(table, slot, late + 3_000, "all", cap=1_000)
    assert decision.run[-1] < late
    assert decision.following is not None
    assert decision.following <= late
    assert table.due(decision.following) > late + 3_000


@given(
    st.sampled_from(POLICIES), st.integers(0, 50), st.integers(1, 60), st.sampled_from([0, 3_000])
)
def test_every_due_slot_runs_or_is_left_out_and_nothing_else(
    missed: Missed, late_s: int, cap: int, jitter_ms: int
) -> None:
    table = Timetable("t", every(1), jitter_ms=jitter_ms)
    now_ms = table.due(7_000) + late_s * 1_000
    decision = decide(table, 7_000, now_ms, missed, cap)
    assert decision.following is not None
    due = list(takewhile(lambda each: each < (decision.following or 0), table.slots(6_999)))
    assert [*due[: decision.left_out], *decision.run] == due if decision.run else True
    assert decision.left_out + len(decision.run) == len(due)
    assert all(table.due(each) <= now_ms for each in due)
    assert table.due(decision.following) > now_ms


def test_a_policy_that_is_none_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidOption, match="missed"):
        check_missed("some", 1)  # type: ignore[arg-type] # what is refused
    with pytest.raises(InvalidOption, match="cap"):
        check_missed("all", 0)
    with pytest.raises(InvalidOption, match="duration"):
        Window(-1)
