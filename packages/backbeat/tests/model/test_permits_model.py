"""Locks, semaphores and rates against their models: random calls at random times, same answers."""

import os
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from packages.backbeat.tests.model.permit_machines import (
    BucketMachine,
    LockMachine,
    PermitMachine,
    SemaphoreMachine,
    WindowMachine,
)
from packages.backbeat.tests.support.servers import Store

LONGER: Final = 30 if os.environ.get("FAULTS") == "long" else 1
MACHINES: Final = (LockMachine, SemaphoreMachine, WindowMachine, BucketMachine)
EXAMPLES: Final = {"valkey": 8, "redis7": 4, "fakeredis": 1}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_store_behaves_as_the_model(machine: type[PermitMachine], store: Store) -> None:
    machine.store = lambda: store
    _run(machine, EXAMPLES[store.name])


def _run(machine: type[PermitMachine], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples * LONGER,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
