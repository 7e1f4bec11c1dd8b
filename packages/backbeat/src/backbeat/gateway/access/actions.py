"""What can be done through the gateway, as access is granted."""

from enum import StrEnum


class Action(StrEnum):
    """One permission; every route and every event names exactly one."""

    VIEW = "view"
    """Names, counts, states, times: everything but what a job carries."""

    READ_DATA = "read-data"
    """Payloads, results, progress, logs and traces of jobs."""

    ADD = "add"
    """Add jobs, start flows, run a schedule now."""

    RETRY = "retry"
    """Retry, promote, reschedule and reprioritise jobs."""

    CANCEL = "cancel"
    """Cancel jobs and flows."""

    REMOVE = "remove"
    """Remove jobs that are not active, clean what is kept."""

    PAUSE = "pause"
    """Pause and resume queues, workers, groups and schedules."""

    CONFIGURE = "configure"
    """Schedules, limits, groups, scale, alert rules and silences."""

    EDIT_DATA = "edit-data"
    """Change a payload, and replay a job with another one."""

    DESTROY = "destroy"
    """Drain and obliterate, release somebody else's lock."""

    ADMINISTER = "administer"
    """API keys and the audit log."""
