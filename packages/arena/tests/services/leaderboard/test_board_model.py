"""Boards against their model: random updates, reads and rebuilds, same answers."""

import os
from typing import Final

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from packages.arena.tests.services.leaderboard.machine import BoardMachine
from packages.backbeat.tests.support.private_server import PrivateServer

LONGER: Final = 50 if os.environ.get("FAULTS") == "long" else 1


def test_each_server_behaves_as_the_model(any_server: PrivateServer) -> None:
    BoardMachine.url = staticmethod(lambda: any_server.url)
    run_state_machine_as_test(
        BoardMachine,
        settings=settings(
            max_examples=15 * LONGER,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
