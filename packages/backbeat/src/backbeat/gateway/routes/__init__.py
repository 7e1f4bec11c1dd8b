"""One file a resource: its addresses, what they take, and what they answer."""

from typing import Final

from fastapi import APIRouter

from backbeat.gateway.routes import (
    alerts,
    audit,
    breakers,
    dead,
    document,
    flows,
    groups,
    health,
    intake,
    jobs,
    keys,
    limits,
    live,
    locks,
    metrics,
    queues,
    schedules,
    workers,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    document.router,
    health.router,
    queues.router,
    intake.router,
    jobs.router,
    dead.router,
    schedules.router,
    workers.router,
    groups.router,
    limits.router,
    locks.router,
    breakers.router,
    flows.router,
    alerts.router,
    keys.router,
    audit.router,
)

# At addresses that outlast the API: probes and browsers know them by heart.
UNVERSIONED: Final[tuple[APIRouter, ...]] = (health.probes, metrics.router, live.router)
