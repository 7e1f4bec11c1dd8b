"""Both faces have the same names: what is missing without an event loop is said here, with why."""

import inspect
from typing import Any

import pytest

from backbeat import app
from backbeat.app import Backbeat, SyncBackbeat

PAIRS: list[tuple[type[Any], type[Any], set[str]]] = [
    (
        Backbeat,
        SyncBackbeat,
        # Declarations are made on the application itself, whatever face is used afterwards.
        {"place", "queues", "schedule", "middleware", "middlewares", "settings", "sync"}
        | {"scripts"}
        # What operators look at through the command line.
        | {"locks", "known_queue", "known_queues", "queue_names"}
        # What the gateway and its pages are made of, which run in a loop.
        | {"limits", "metrics", "trace", "vitals"},
    ),
    (
        app.Queue,
        app.SyncQueue,
        {"declare", "enter", "job", "batch", "stub", "call", "payload", "parts", "limits", "sync"}
        # Streams that never end are for async code; each worker, which is async, introduces itself.
        | {"events", "introduce"}
        # What jobs are encrypted with, whatever face adds them.
        | {"encryption", "encrypts"}
        # What operators look at through the command line and the gateway.
        | {"running"},
    ),
    (app.JobHandle, app.SyncJobHandle, set()),
    (app.Flow, app.SyncFlow, set()),
    (app.FlowHandle, app.SyncFlowHandle, set()),
    (app.BreakerControl, app.SyncBreakerControl, set()),
    (app.Schedules, app.SyncSchedules, set()),
    (app.Limit, app.SyncLimit, {"look", "take", "sync"}),
    (app.Lock, app.SyncLock, {"sync"}),
    (app.QueueGroups, app.SyncQueueGroups, set()),
]


def names(face: type[Any]) -> set[str]:
    return {name for name in dir(face) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("face", "sync", "missing"), PAIRS, ids=[pair[0].__name__ for pair in PAIRS]
)
def test_both_faces_have_the_same_names(
    face: type[Any], sync: type[Any], missing: set[str]
) -> None:
    assert names(face) - names(sync) == missing
    assert not missing - names(face)
    for name in names(face) & names(sync):
        method, twin = getattr(face, name), getattr(sync, name)
        if face is Backbeat or not inspect.isfunction(method):
            continue
        # Without an event loop there is no `asyncio.timeout`, so a time limit may be an argument.
        taken = [each for each in inspect.signature(twin).parameters if each != "timeout"]
        assert taken == [each for each in inspect.signature(method).parameters if each != "timeout"]
        assert not inspect.iscoroutinefunction(twin)


@pytest.mark.parametrize("name", ["flow", "flow_of", "flows", "breaker", "breakers"])
def test_what_an_application_is_asked_takes_the_same_arguments(name: str) -> None:
    ours = inspect.signature(getattr(Backbeat, name)).parameters
    assert list(ours) == list(inspect.signature(getattr(SyncBackbeat, name)).parameters)
