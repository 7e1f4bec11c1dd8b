"""The engine against its model: the same random commands, and after each the same answers."""

import os
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from packages.backbeat.tests.model.breaker_machine import BreakerMachine
from packages.backbeat.tests.model.machine import (
    EngineMachine,
    KeepingMachine,
    NewsMachine,
    OrderMachine,
)
from packages.backbeat.tests.model.schedule_machine import ScheduleMachine
from packages.backbeat.tests.model.unique_machine import UniqueMachine
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import Store, fake_store

LONGER: Final = 20 if os.environ.get("FAULTS") == "long" else 1


@pytest.mark.parametrize(
    ("commands", "examples"),
    [(OrderMachine, 20), (KeepingMachine, 20), (NewsMachine, 20), (EngineMachine, 10)],
)
def test_valkey_behaves_as_the_model(
    valkey: PrivateServer, commands: type[RuleBasedStateMachine], examples: int
) -> None:
    _run(lambda: Store("valkey", valkey.client), examples, 50, commands)


@pytest.mark.needs_redis7
def test_redis_7_behaves_as_the_model(redis7: PrivateServer) -> None:
    _run(lambda: Store("redis7", redis7.client), examples=15, steps=50)


def test_fakeredis_behaves_as_the_model() -> None:
    _run(fake_store, examples=6, steps=40)


def test_unique_keys_are_held_on_valkey_as_in_the_model(valkey: PrivateServer) -> None:
    _run(lambda: Store("valkey", valkey.client), 40, 40, UniqueMachine)


def test_unique_keys_are_held_on_fakeredis_as_in_the_model() -> None:
    _run(fake_store, 5, 30, UniqueMachine)


def test_runs_of_a_schedule_overlap_on_valkey_as_in_the_model(valkey: PrivateServer) -> None:
    _run(lambda: Store("valkey", valkey.client), 50, 40, ScheduleMachine)


def test_runs_of_a_schedule_overlap_on_fakeredis_as_in_the_model() -> None:
    _run(fake_store, 4, 30, ScheduleMachine)


def test_a_breaker_on_valkey_behaves_as_the_model(valkey: PrivateServer) -> None:
    _run(lambda: Store("valkey", valkey.client), 80, 40, BreakerMachine)


@pytest.mark.needs_redis7
def test_a_breaker_on_redis_7_behaves_as_the_model(redis7: PrivateServer) -> None:
    _run(lambda: Store("redis7", redis7.client), 15, 40, BreakerMachine)


def test_a_breaker_on_fakeredis_behaves_as_the_model() -> None:
    _run(fake_store, 5, 30, BreakerMachine)


def _run(
    store: Callable[[], Store],
    examples: int,
    steps: int,
    commands: type[RuleBasedStateMachine] = EngineMachine,
) -> None:
    machine = type("Machine", (commands,), {"store": staticmethod(store)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples * LONGER,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
