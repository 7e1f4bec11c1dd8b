"""What a check found."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: Name of the check.
        level: "ok", "warn" for what may hurt later, "fail" for what loses or stops jobs.
        what: What was seen.
        advice: What to do; empty when all is well.
    """

    check: str
    level: Level
    what: str
    advice: str = ""
