"""A week of schedules: which fires when, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from backbeat.app import ScheduleInfo
from backbeat.dashboard.visit import Visit
from backbeat.pages.look import box, link, text

DAYS: Final = 7
# Slots of a schedule that are worked out; of one that has more it is said that it goes on.
MOST_SLOTS: Final = 30
_MOST_SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """What a schedule does on a day.

    Attributes:
        schedule: The schedule.
        slots: Its slots of that day that are known, in UTC.
        goes_on: Whether more of them were not worked out.
    """

    schedule: ScheduleInfo
    slots: tuple[datetime, ...]
    goes_on: bool

    @property
    def words(self) -> str:
        """The times."""
        if not self.slots:
            return "goes on"
        times = ", ".join(f"{each:%H:%M}" for each in self.slots[:_MOST_SHOWN])
        more = len(self.slots) - _MOST_SHOWN
        if self.goes_on:
            return f"{times}, and goes on"
        return f"{times} and {more:,} more" if more > 0 else times


def week(
    slots: Sequence[tuple[ScheduleInfo, Sequence[datetime]]], today: date
) -> dict[date, list[Entry]]:
    """What fires on each of the next days, by the first slot of the day.

    Args:
        slots: Schedules with their next slots, `MOST_SLOTS` of them at most.
        today: The first day, in UTC.
    """
    days: dict[date, list[Entry]] = {today + timedelta(days=day): [] for day in range(DAYS)}
    for schedule, times in slots:
        there = [each.astimezone(UTC) for each in times]
        cut = there[-1].date() if len(there) >= MOST_SLOTS else None
        for day, entries in days.items():
            found = tuple(each for each in there if each.date() == day)
            goes_on = cut is not None and day >= cut
            if found or goes_on:
                entries.append(Entry(schedule, found, goes_on))
    for entries in days.values():
        entries.sort(key=lambda entry: (not entry.slots, entry.slots[:1], entry.schedule.name))
    return days


def draw_week(visit: Visit, days: dict[date, list[Entry]]) -> None:
    """Draw it: a column for each day."""
    with box("week"):
        for day, entries in days.items():
            with box("day"):
                text(f"{day:%a %d %b}", "quiet", "small", tag="h3")
                for entry in entries:
                    with box("slot", *(["off"] if entry.schedule.paused else [])):
                        name, queue = entry.schedule.name, entry.schedule.queue
                        link(name, visit.href("schedules", queue, name))
                        text(entry.words, "quiet", "small", "number")
                if not entries:
                    text("nothing", "quiet", "small")
