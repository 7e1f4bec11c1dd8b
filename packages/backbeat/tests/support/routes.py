"""Every route of the gateway, and what each is asked with."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI

from backbeat import Backbeat
from backbeat.gateway.access import Loopback
from backbeat.gateway.application import API, make_gateway

# What each route is asked with; a test finds the ones that are missing here.
PATHS: Final = {
    "{queue}": "mail",
    "{job_id}": "a",
    "{group}": "acme",
    "{name}": "nightly",
    "{number}": "1",
    "{flow_id}": "f1",
    "{key_id}": "a" * 12,
    "{fingerprint}": "0123456789abcdef",
}
BODIES: Final[dict[str, Any]] = {
    "/queues/{queue}/scale": {"concurrency": 3},
    "/queues/{queue}/drain": {"dryRun": True},
    "/queues/{queue}/clean": {"dryRun": True, "state": "failed"},
    "/queues/{queue}/obliterate": {"dryRun": True},
    "/queues/{queue}/jobs": {"name": "send", "data": {"to": "ada"}},
    "/queues/{queue}/jobs/bulk": {"jobs": [{"name": "send", "data": {"to": "ada"}}]},
    "/queues/{queue}/retry": {"ids": ["a"]},
    "/queues/{queue}/promote": {"ids": ["a"]},
    "/queues/{queue}/cancel": {"ids": ["nobody"]},
    "/queues/{queue}/remove": {"ids": ["nobody"]},
    "/queues/{queue}/reschedule": {"id": "a", "delay": 5},
    "/queues/{queue}/reprioritise": {"ids": ["a"], "priority": 3},
    "/queues/{queue}/data/{job_id}": {"data": {"to": "bob"}},
    "/queues/{queue}/replay": {"id": "a"},
    "/dead/{queue}/retry": {},
    "/schedules/{queue}/{name}": {"handler": "send", "data": {"to": "ada"}, "every": 60},
    "/groups/{queue}/pause": {"group": "acme"},
    "/groups/{queue}/resume": {"group": "acme"},
    "/groups/{queue}/{group}": {"weight": 2},
    "/limits/pause": {"name": "openai", "seconds": 1},
    "/limits/resume": {"name": "openai"},
    "/locks/take-away": {"name": "a", "confirm": "a"},
    "/breakers/{name}/open": {},
    "/flows/{queue}/{flow_id}/cancel": {},
    "/alerts/silence": {"pattern": "*"},
    "/alerts/unsilence": {"pattern": "*"},
    "/keys": {"name": "deploy", "actions": ["view"]},
}
WITHOUT: Final = frozenset(
    {
        "/queues/{queue}/pause", "/queues/{queue}/resume", "/schedules/{queue}/{name}/pause",
        "/schedules/{queue}/{name}/resume", "/schedules/{queue}/{name}/run",
        "/workers/{queue}/{number}/pause", "/workers/{queue}/{number}/resume",
        "/breakers/{name}/close", "/flows/{queue}/{flow_id}/retry",
        "/dead/{queue}/groups/{fingerprint}/retry", "/dead/{queue}/groups/{fingerprint}/remove",
    }
)  # fmt: skip
PUBLIC: Final = frozenset({"/health/live", "/health/ready"})
FOR_ALL: Final = frozenset({f"{API}/openapi.json"})
# Answered without what the caller may not see, instead of refused.
FILTERED: Final = frozenset(
    {"queues", "dead", "schedules", "workers", "health/queues", "flows", "alerts"}
)


def operations(gateway: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each operation of the document."""
    for path, methods in gateway.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def gateway() -> FastAPI:
    """A gateway that is asked nothing."""
    return make_gateway(Backbeat("redis://127.0.0.1:1"), access=Loopback())


ROUTES: Final = sorted(
    (method, path, operation.get("x-permission", ""))
    for method, path, operation in operations(gateway())
)


def asked(path: str) -> tuple[str, Any]:
    """Where to ask a route, and with which body."""
    short = path.removeprefix(API)
    for name, value in PATHS.items():
        path = path.replace(name, value)
    if short == "/schedules/{queue}/{name}/run":
        return path, None
    return path, BODIES.get(short)


def is_stream(path: str) -> bool:
    """Whether an answer of a route does not end."""
    return path.startswith("/live/")
