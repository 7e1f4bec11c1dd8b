"""The engine against its models: the same random commands, and after each the same answers."""

import os
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
from packages.backbeat.tests.support.servers import Store

LONGER: Final = 20 if os.environ.get("FAULTS") == "long" else 1
STEPS: Final = 45
EXAMPLES: Final[dict[type[RuleBasedStateMachine], int]] = {
    OrderMachine: 20,
    KeepingMachine: 20,
    NewsMachine: 20,
    EngineMachine: 10,
    UniqueMachine: 40,
    ScheduleMachine: 50,
    BreakerMachine: 80,
}
# What differs between stores shows early; fakeredis takes many times as long for a script.
SHARE: Final = {"valkey": 1.0, "redis7": 0.3, "fakeredis": 0.08}


@pytest.mark.parametrize("commands", EXAMPLES)
def test_a_store_behaves_as_the_model(store: Store, commands: type[RuleBasedStateMachine]) -> None:
    machine = type("Machine", (commands,), {"store": staticmethod(lambda: store)})
    examples = max(round(EXAMPLES[commands] * SHARE[store.name]), 2)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples * LONGER,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
