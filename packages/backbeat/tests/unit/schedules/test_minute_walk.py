"""Cron against a walk over every minute: a sample here, all of it with `make faults`."""

from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from packages.backbeat.tests.support.minute_walk import changes, utc, walk
from packages.backbeat.tests.support.zones import EXPRESSIONS, NAMED_ZONES, differences

WINDOW = timedelta(hours=48)


@pytest.mark.parametrize("tz", NAMED_ZONES)
def test_two_weeks_around_a_change_of_each_named_zone_are_those_of_the_walk(tz: str) -> None:
    zone = ZoneInfo(tz)
    [*_, change] = changes(zone, utc(2010), utc(2020)) or [utc(2019, 6)]
    week = timedelta(days=7)
    assert differences(tz, EXPRESSIONS, walk(zone, change - week, change + week)) == []


def test_the_last_change_of_some_of_all_zones_is_that_of_the_walk() -> None:
    for tz in sorted(available_timezones())[::23]:
        zone = ZoneInfo(tz)
        for change in changes(zone, utc(2024), utc(2026))[-1:]:
            window = walk(zone, change - WINDOW, change + WINDOW)
            assert differences(tz, EXPRESSIONS[:6], window) == [], tz
