"""Cron against a walk over every minute: ten years of named zones, every change of all zones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import pytest

from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, size
from packages.backbeat.tests.support.minute_walk import changes, utc, walk
from packages.backbeat.tests.support.zones import EXPRESSIONS, NAMED_ZONES, differences

# The first eighth of a walk is for its beginning: see `differences`.
BEFORE: Final = timedelta(days=3)
AFTER: Final = timedelta(hours=48)
WARMING_UP: Final = timedelta(days=size(ci=7, long=60))
DAYS: Final = size(ci=40, long=366)
YEARS: Final = range(2010, size(ci=2011, long=2020))
# From 1970, where the times of a schedule begin, to the last changes that files of zones list.
DECADES: Final = (
    [range(start, min(start + 10, 2038)) for start in range(1970, 2038, 10)]
    if LONG
    else [range(2025, 2026)]
)
EVERY_NTH: Final = size(ci=60, long=1)


@pytest.mark.parametrize("tz", NAMED_ZONES[:: size(ci=12, long=1)])
def test_ten_years_of_a_named_zone_are_those_of_the_walk(tz: str) -> None:
    for year in YEARS:
        # What comes before the year is for the beginning of the walk.
        start, end = utc(year) - WARMING_UP, utc(year) + timedelta(days=DAYS)
        assert differences(tz, EXPRESSIONS, walk(ZoneInfo(tz), start, end)) == []


@pytest.mark.parametrize("decade", DECADES, ids=lambda years: str(years.start))
def test_two_days_around_every_change_of_all_zones_are_those_of_the_walk(decade: range) -> None:
    seen = 0
    for tz, change in _changes_of_all_zones(decade):
        minutes = walk(ZoneInfo(tz), change - BEFORE, change + AFTER)
        assert differences(tz, EXPRESSIONS, minutes) == [], (tz, change)
        seen += 1
    assert seen
    fault = f"clocks changed, {decade.start} to {decade.stop - 1}: two days around in all zones"
    publish(Finding(fault, n=seen, seed=0))


def _changes_of_all_zones(years: range) -> Iterator[tuple[str, datetime]]:
    """Each zone's changes; zones that share all of them count once."""
    known: set[tuple[object, ...]] = set()
    for tz in sorted(available_timezones())[::EVERY_NTH]:
        zone = ZoneInfo(tz)
        found = [
            each
            for each in changes(zone, utc(years.start), utc(years.stop))
            if _on_the_minute(zone, each)
        ]
        signature = tuple((each, each.astimezone(zone).utcoffset()) for each in found)
        if signature not in known:
            known.add(signature)
            yield from ((tz, each) for each in found)


def _on_the_minute(zone: ZoneInfo, change: datetime) -> bool:
    """Whether the walk, which steps by minutes of UTC, can see the zone's minutes before it.

    Liberia alone had an odd half minute after 1969, until January 1972.
    """
    offset = (change - BEFORE).astimezone(zone).utcoffset()
    return offset is not None and not offset % timedelta(minutes=1)
