"""Rules of schedules in one line, as they are shown: `cron 0 3 * * * Europe/Oslo`, `every 60 s`."""

from datetime import datetime
from typing import Final

from backbeat.errors import InvalidOption
from backbeat.schedules.at import at
from backbeat.schedules.cron import cron
from backbeat.schedules.every import every
from backbeat.schedules.rule import Rule

FORMS: Final = (
    "cron 0 3 * * * Europe/Oslo, every 60 s, every 60 s from 2026-12-24T18:00:30+01:00,"
    " or at 2026-12-24T18:00:00+01:00"
)

_DAYS: Final = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}


def read_rule(words: str) -> Rule:
    """The rule that is meant; of what `describe` says, the same rule.

    Raises:
        InvalidOption: None is; the message says which forms there are, or what is wrong.
    """
    kind, _, rest = words.strip().partition(" ")
    match kind:
        case "cron":
            return _cron(rest.split())
        case "every":
            period, _, anchor = rest.partition(" from ")
            return every(
                _seconds(period.strip().removesuffix("s").strip()),
                _moment(anchor.strip()) if anchor else None,
            )
        case "at":
            return at(_moment(rest.strip()))
    raise InvalidOption(f"a rule is written as {FORMS}")


def _cron(parts: list[str]) -> Rule:
    last = parts[-1] if len(parts) > 5 else ""
    # The sixth field may name days, where the first one is the second.
    zone = last if last[:1].isalpha() and last[:3].upper() not in _DAYS else ""
    fields = parts[:-1] if zone else parts
    return cron(" ".join(fields), zone or "UTC")


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidOption(f"every {text!r}: say how many seconds, as in every 60 s") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidOption(
            f"{text!r}: say a moment with its offset, as in 2026-12-24T18:00:00+01:00"
        ) from None
