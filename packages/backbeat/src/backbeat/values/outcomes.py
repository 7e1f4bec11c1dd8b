"""What a handler may return instead of a result."""

from dataclasses import dataclass

from backbeat.values.durations import Seconds


@dataclass(frozen=True, slots=True)
class Snooze:
    """Returned by a handler: run me again later. Uses no attempt.

    Attributes:
        delay: How long, in seconds or as timedelta.
    """

    delay: Seconds


@dataclass(frozen=True, slots=True)
class WaitForChildren:
    """Returned by a handler of a flow: run me again when the children that I added have ended.

    Uses no attempt. If all have ended already, the job runs again at once.
    """


@dataclass(frozen=True, slots=True)
class Cancel:
    """Returned by a handler: this job is not to be done. It ends as cancelled.

    Attributes:
        reason: Why, for whoever asks later.
    """

    reason: str = ""
