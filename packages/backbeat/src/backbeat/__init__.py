"""Backbeat: background jobs for Python on Valkey and Redis.

These are the names for everyday use; `backbeat.app` has the types of what they return.
"""

from typing import TYPE_CHECKING

from backbeat.app import (
    Backbeat,
    Batch,
    Depends,
    Flow,
    FlowHandle,
    FlowInfo,
    FlowJob,
    Groups,
    Handler,
    Job,
    JobHandle,
    JobInfo,
    Keyring,
    Limit,
    Lock,
    Queue,
    Semaphore,
)
from backbeat.engine.states import State
from backbeat.errors import (
    BackbeatError,
    ConfigurationError,
    DecryptionError,
    FlowActive,
    FlowNotFound,
    GroupFull,
    InvalidJob,
    InvalidOption,
    InvalidPayload,
    JobActive,
    JobCancelled,
    JobError,
    JobFailed,
    JobNotFound,
    KeyNotFound,
    LeaseLost,
    LockError,
    LockLost,
    NotGranted,
    OutcomeUnknown,
    PayloadTooLarge,
    Permanent,
    ProtocolError,
    QueueActive,
    QueueClosed,
    QueueEncrypted,
    QueueError,
    QueueFull,
    QueueNotFound,
    ResultNotKept,
    ScheduleNotFound,
    ServerUnavailable,
    StorageFull,
    Throttled,
    WorkerNotFound,
)
from backbeat.schedules.at import at
from backbeat.schedules.cron import cron
from backbeat.schedules.every import every
from backbeat.schedules.missed import Window
from backbeat.values import (
    Adaptive,
    AtLeast,
    Breaker,
    Cancel,
    Keep,
    Priority,
    Rate,
    Retry,
    Share,
    Snooze,
    Unique,
    WaitForChildren,
)

if TYPE_CHECKING:
    from backbeat.gateway.mounting import mount
    from backbeat.worker import Worker

__all__ = [
    "Adaptive",
    "AtLeast",
    "Backbeat",
    "BackbeatError",
    "Batch",
    "Breaker",
    "Cancel",
    "ConfigurationError",
    "DecryptionError",
    "Depends",
    "Flow",
    "FlowActive",
    "FlowHandle",
    "FlowInfo",
    "FlowJob",
    "FlowNotFound",
    "GroupFull",
    "Groups",
    "Handler",
    "InvalidJob",
    "InvalidOption",
    "InvalidPayload",
    "Job",
    "JobActive",
    "JobCancelled",
    "JobError",
    "JobFailed",
    "JobHandle",
    "JobInfo",
    "JobNotFound",
    "Keep",
    "KeyNotFound",
    "Keyring",
    "LeaseLost",
    "Limit",
    "Lock",
    "LockError",
    "LockLost",
    "NotGranted",
    "OutcomeUnknown",
    "PayloadTooLarge",
    "Permanent",
    "Priority",
    "ProtocolError",
    "Queue",
    "QueueActive",
    "QueueClosed",
    "QueueEncrypted",
    "QueueError",
    "QueueFull",
    "QueueNotFound",
    "Rate",
    "ResultNotKept",
    "Retry",
    "ScheduleNotFound",
    "Semaphore",
    "ServerUnavailable",
    "Share",
    "Snooze",
    "State",
    "StorageFull",
    "Throttled",
    "Unique",
    "WaitForChildren",
    "Window",
    "Worker",
    "WorkerNotFound",
    "at",
    "cron",
    "every",
    "mount",
]


def __getattr__(name: str) -> object:
    """A program that only enqueues does not pay for the worker, nor for the gateway."""
    if name == "Worker":
        from backbeat.worker import Worker

        return Worker
    if name == "mount":
        from backbeat.gateway.mounting import mount

        return mount
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
