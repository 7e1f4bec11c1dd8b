"""What every rule can do, and the moments that it names."""

from datetime import UTC, datetime, tzinfo

from backbeat.schedules.at import At
from backbeat.schedules.cron import Cron
from backbeat.schedules.every import Every

Rule = Cron | Every | At


def zone_of(rule: Rule) -> tzinfo:
    """The zone in which people think of a rule: that of a cron, else UTC."""
    return rule.zone if isinstance(rule, Cron) else UTC


def describe(rule: Rule) -> str:
    """A rule as a person would write it."""
    match rule:
        case Cron():
            return f"cron {rule.expression}" + ("" if rule.tz == "UTC" else f" {rule.tz}")
        case Every():
            return f"every {rule.period_ms / 1000:g} s"
        case At():
            return f"at {datetime.fromtimestamp(rule.at_ms / 1000, UTC).isoformat()}"
