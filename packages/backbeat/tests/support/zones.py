"""The zones and expressions on which cron is compared with the minute walk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from backbeat.schedules.cron import cron
from packages.backbeat.tests.support.minute_walk import slots

# Half hours, quarters, a skipped day, changes at midnight, of half an hour, and around Ramadan.
NAMED_ZONES: Final = (
    "Africa/Casablanca",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/Oslo",
    "Pacific/Apia",
    "Pacific/Chatham",
)
EXPRESSIONS: Final = (
    "*/20 * * * *",
    "30 2 * * *",
    "0 0 * * *",
    "*/15 1-3 * * *",
    "5 */3 * * *",
    "59 23 * * 0",
    "17 * 1,15 * *",
    "0 3 13 * 5",
    "*/20 0 */2 3,10 *",
    "30 12 28-31 * 1-5",
)


def differences(
    tz: str, expressions: Sequence[str], minutes: Sequence[tuple[datetime, datetime]]
) -> list[tuple[str, datetime]]:
    """The slots that only one of both knows, among these minutes, with their expressions.

    The first day is for the walk to get going: it cannot know what was shown before.
    """
    start, end = minutes[len(minutes) // 8][0], minutes[-1][0]
    found = []
    for expression in expressions:
        walked = {slot for slot in slots(expression, minutes) if slot > start}
        found += [(expression, slot) for slot in walked ^ ours(tz, expression, start, end)]
    return found


def ours(tz: str, expression: str, start: datetime, end: datetime) -> set[datetime]:
    """The slots of a rule after one moment, up to another."""
    rule, found = cron(expression, tz), set()
    ms, last_ms = round(start.timestamp() * 1000), round(end.timestamp() * 1000)
    while (slot := rule.after(ms)) is not None and slot <= last_ms:
        ms = slot
        found.add(datetime.fromtimestamp(slot / 1000, UTC))
    return found
