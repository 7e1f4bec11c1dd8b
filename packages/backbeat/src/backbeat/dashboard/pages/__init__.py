"""The pages, one a file; importing this makes them known to NiceGUI."""

from backbeat.dashboard.pages import (
    alerts,
    audit,
    dead,
    dead_group,
    find,
    flow,
    flows,
    groups,
    job,
    keys,
    limits,
    overview,
    queue,
    schedule,
    schedules,
    workers,
)
from backbeat.dashboard.site import SITE

__all__ = [
    "SITE",
    "alerts",
    "audit",
    "dead",
    "dead_group",
    "find",
    "flow",
    "flows",
    "groups",
    "job",
    "keys",
    "limits",
    "overview",
    "queue",
    "schedule",
    "schedules",
    "workers",
]
