"""Boards against their model: random updates, reads and rebuilds, same answers."""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from packages.arena.tests.services.leaderboard.machine import BoardMachine
from packages.backbeat.tests.support.fault_report import size
from packages.backbeat.tests.support.private_server import PrivateServer


def test_each_server_behaves_as_the_model(any_server: PrivateServer) -> None:
    BoardMachine.url = staticmethod(lambda: any_server.url)
    run_state_machine_as_test(
        BoardMachine,
        settings=settings(
            max_examples=size(ci=15, long=300),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
