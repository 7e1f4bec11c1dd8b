"""What every rule can do, and the moments that it names."""

from datetime import UTC, datetime, timedelta, tzinfo

from backbeat.schedules.at import At
from backbeat.schedules.cron import Cron
from backbeat.schedules.every import Every

Rule = Cron | Every | At


def zone_of(rule: Rule) -> tzinfo:
    """The zone in which people think of a rule: that of a cron, else UTC."""
    return rule.zone if isinstance(rule, Cron) else UTC


def describe(rule: Rule) -> str:
    """A rule as a person would write it, with all that it says."""
    match rule:
        case Cron():
            return f"cron {rule.expression}" + ("" if rule.tz == "UTC" else f" {rule.tz}")
        case Every():
            return f"every {_seconds(rule.period_ms)} s{_anchored(rule)}"
        case At():
            return f"at {_moment(rule.at_ms)}"


def _anchored(rule: Every) -> str:
    """Nothing where 1970 began with a slot: an hour's slots are the full hours."""
    return f" from {_moment(rule.anchor_ms)}" if rule.anchor_ms % rule.period_ms else ""


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03}".rstrip("0").rstrip(".")


def _moment(ms: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=ms)).isoformat()
