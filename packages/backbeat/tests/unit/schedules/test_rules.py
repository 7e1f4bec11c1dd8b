"""Every, at, and what a schedule makes of a rule: bounds and jitter."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.errors import InvalidOption
from backbeat.schedules.at import at
from backbeat.schedules.cron import cron
from backbeat.schedules.every import every
from backbeat.schedules.rule import describe, zone_of
from backbeat.schedules.timetable import Timetable

NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001 - what is refused


def test_every_hour_is_every_full_hour() -> None:
    noon = round(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp() * 1000)
    assert every(3600).after(noon - 1) == noon
    assert every(timedelta(hours=1)).after(noon) == noon + 3_600_000


def test_an_anchor_moves_all_slots_also_those_before_it() -> None:
    rule = every(60, anchor=datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC))
    assert rule.after(rule.anchor_ms) == rule.anchor_ms + 60_000
    assert rule.after(rule.anchor_ms - 60_001) == rule.anchor_ms - 60_000


@given(st.integers(10, 10**9), st.integers(0, 2 * 10**12), st.integers(0, 2 * 10**12))
def test_the_slots_of_every_lie_one_period_apart(period: int, anchor: int, ms: int) -> None:
    rule = every(period / 1000, anchor=datetime.fromtimestamp(anchor // 1000, UTC))
    first = rule.after(ms)
    assert ms < first <= ms + period
    assert rule.after(first) == first + period
    assert (first - rule.anchor_ms) % period == 0


def test_at_has_one_slot() -> None:
    rule = at(datetime(2026, 1, 1, tzinfo=UTC))
    assert rule.after(0) == rule.at_ms
    assert rule.after(rule.at_ms) is None


def test_what_cannot_be_is_refused_with_its_name() -> None:
    with pytest.raises(InvalidOption, match="every"):
        every(0.001)
    with pytest.raises(InvalidOption, match=r"anchor .* has no time zone"):
        every(60, anchor=NAIVE)
    with pytest.raises(InvalidOption, match=r"at .* has no time zone"):
        at(NAIVE)


def test_a_preview_tells_the_next_slots_in_the_zone_of_the_rule() -> None:
    after = datetime(2030, 3, 30, tzinfo=UTC)
    slots = cron("30 2 * * *", "Europe/Oslo").preview(2, after=after)
    assert [slot.isoformat() for slot in slots] == [
        "2030-03-30T02:30:00+01:00", "2030-03-31T03:00:00+02:00",
    ]  # fmt: skip
    assert every(60).preview(1, after=after) == [after + timedelta(minutes=1)]
    assert at(after).preview(5, after=after - timedelta(1)) == [after]
    assert at(after).preview(5, after=after) == []
    with pytest.raises(InvalidOption, match="after"):
        every(60).preview(1, after=NAIVE)


def test_rules_are_described_as_people_write_them() -> None:
    assert describe(cron("0  3 * * *", "Europe/Oslo")) == "cron 0 3 * * * Europe/Oslo"
    assert describe(cron("0 3 * * *")) == "cron 0 3 * * *"
    assert describe(every(1.5)) == "every 1.5 s"
    assert describe(at(datetime(2026, 1, 1, tzinfo=UTC))) == "at 2026-01-01T00:00:00+00:00"
    assert str(zone_of(cron("0 3 * * *", "Europe/Oslo"))) == "Europe/Oslo"
    assert zone_of(every(1)) is UTC


def test_no_slot_lies_before_the_start_or_after_the_end() -> None:
    table = Timetable("t", every(10), start_ms=25_000, end_ms=50_000)
    assert list(table.slots(0)) == [30_000, 40_000, 50_000]
    assert Timetable("t", every(10), start_ms=30_000).after(0) == 30_000
    assert table.after(50_000) is None


def test_jitter_hangs_on_nothing_but_name_and_slot() -> None:
    table = Timetable("nightly", every(60), jitter_ms=30_000)
    again = Timetable("nightly", every(600), jitter_ms=30_000)
    other = Timetable("hourly", every(60), jitter_ms=30_000)
    slots = list(islice(table.slots(0), 200))
    assert [table.due(slot) for slot in slots] == [again.due(slot) for slot in slots]
    assert [table.due(slot) for slot in slots] != [other.due(slot) for slot in slots]


def test_jitter_lies_between_the_slot_and_the_most_and_spreads() -> None:
    table = Timetable("nightly", every(60), jitter_ms=1_000)
    put_off = [table.due(slot) - slot for slot in islice(table.slots(0), 2_000)]
    assert 0 <= min(put_off) < 20
    assert 980 < max(put_off) <= 1_000
    assert 450 < sum(put_off) / len(put_off) < 550
    assert all(Timetable("t", every(60)).due(slot) == slot for slot in (0, 60_000))


def test_slots_rise() -> None:
    slots = list(islice(Timetable("t", cron("*/7 * * * *", "Europe/Oslo")).slots(0), 500))
    assert all(earlier < later for earlier, later in pairwise(slots))
