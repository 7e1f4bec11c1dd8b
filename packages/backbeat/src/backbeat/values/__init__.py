"""Values that declarations, producers and handlers share: priorities, policies, outcomes."""

from backbeat.values.adaptive import Adaptive, Strain
from backbeat.values.breaker import Breaker
from backbeat.values.children import AtLeast, OnFailure, Share
from backbeat.values.durations import DAY, Seconds, seconds
from backbeat.values.keep import Keep
from backbeat.values.outcomes import Cancel, Snooze, WaitForChildren
from backbeat.values.priority import Priority
from backbeat.values.rate import Rate
from backbeat.values.retry import NO_RETRY, Backoff, Retry
from backbeat.values.unique import Unique

__all__ = [
    "DAY",
    "NO_RETRY",
    "Adaptive",
    "AtLeast",
    "Backoff",
    "Breaker",
    "Cancel",
    "Keep",
    "OnFailure",
    "Priority",
    "Rate",
    "Retry",
    "Seconds",
    "Share",
    "Snooze",
    "Strain",
    "Unique",
    "WaitForChildren",
    "seconds",
]
