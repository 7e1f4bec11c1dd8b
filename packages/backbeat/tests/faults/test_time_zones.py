"""Cron against a walk over every minute: ten years of named zones, every change of all zones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import pytest

from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.minute_walk import changes, utc, walk
from packages.backbeat.tests.support.zones import EXPRESSIONS, NAMED_ZONES, differences

# The first day of a walk is for its beginning: see `differences`.
BEFORE: Final = timedelta(days=3)
AFTER: Final = timedelta(hours=48)
YEARS: Final = range(2010, size(ci=2011, long=2020))
LAST_YEAR: Final = size(ci=2025, long=2037)
FIRST_YEAR: Final = size(ci=2025, long=2000)
EVERY_NTH: Final = size(ci=60, long=1)


@pytest.mark.parametrize("tz", NAMED_ZONES[:: size(ci=12, long=1)])
def test_ten_years_of_a_named_zone_are_those_of_the_walk(tz: str) -> None:
    days = size(ci=40, long=366)
    for year in YEARS:
        minutes = walk(ZoneInfo(tz), utc(year), utc(year) + timedelta(days=days))
        # The last days of a year are walked with the first of the next.
        assert differences(tz, EXPRESSIONS, minutes) == []
    for year in YEARS:
        minutes = walk(ZoneInfo(tz), utc(year) - timedelta(days=30), utc(year, 3))
        assert differences(tz, EXPRESSIONS, minutes) == []


def test_two_days_around_every_change_of_all_zones_are_those_of_the_walk() -> None:
    seen = 0
    for tz, change in _changes_of_all_zones():
        minutes = walk(ZoneInfo(tz), change - BEFORE, change + AFTER)
        assert differences(tz, EXPRESSIONS, minutes) == [], (tz, change)
        seen += 1
    assert seen
    publish(Finding("clocks changed: zones of the world, two days around", n=seen, seed=0))


def _changes_of_all_zones() -> Iterator[tuple[str, datetime]]:
    """Each zone's changes; zones that share all of them count once."""
    known: set[tuple[object, ...]] = set()
    for tz in sorted(available_timezones())[::EVERY_NTH]:
        zone = ZoneInfo(tz)
        found = changes(zone, utc(FIRST_YEAR), utc(LAST_YEAR + 1))
        signature = tuple((each, each.astimezone(zone).utcoffset()) for each in found)
        if signature not in known:
            known.add(signature)
            yield from ((tz, each) for each in found)
