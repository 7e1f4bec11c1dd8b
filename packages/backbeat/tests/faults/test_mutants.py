"""The tests are tested: small wrong changes of the scripts are noticed, every one of them."""

import importlib

import pytest
import redis

from backbeat.errors import BackbeatError
from packages.backbeat.tests.support import alert_bench, queue_bench
from packages.backbeat.tests.support.alert_bench import AlertBench
from packages.backbeat.tests.support.chaos import Chaos
from packages.backbeat.tests.support.fault_report import Finding, publish
from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.mutant import CHAOS, Mutant, mutated
from packages.backbeat.tests.support.mutants import MUTANTS
from packages.backbeat.tests.support.mutants_of_upkeep import ALERT_MUTANTS, UPKEEP_MUTANTS
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import QueueBench

SEEDS = 6
STEPS = 2_000
NOTICED = (AssertionError, pytest.fail.Exception, BackbeatError, redis.ResponseError)
ENGINE_TESTS = "packages.backbeat.tests.integration.engine"


def test_the_chaos_that_notices_them_passes_without_any(valkey: PrivateServer) -> None:
    for seed in range(SEEDS):
        valkey.client.flushall()
        Chaos(valkey.client, seed).live_through(STEPS)


@pytest.mark.parametrize(
    "mutant", [*MUTANTS, *UPKEEP_MUTANTS, *ALERT_MUTANTS], ids=lambda mutant: mutant.name
)
def test_a_mutant_does_not_survive(
    mutant: Mutant, valkey: PrivateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = chaos if mutant.guard == CHAOS else engine_test
    scripts = mutated(mutant)
    for script in scripts().values():
        # A mutant has to be a wrong script, not a broken one.
        valkey.client.script_load(script.text)
    if mutant.room == "alerts":
        monkeypatch.setattr(alert_bench, "alert_scripts", scripts)
    else:
        monkeypatch.setattr("backbeat.engine.scripts.scripts", scripts)
        monkeypatch.setattr(queue_bench, "scripts", scripts)
    # By an oracle's word, or an error of the server or of ours; a broken test notices nothing.
    with pytest.raises(NOTICED) as noticed:
        guard(mutant, valkey)
    print(f"{noticed.type.__name__}: {noticed.value}"[:300])  # noqa: T201 - with -s
    publish(Finding(f"mutant: {mutant.name}", n=1, seed=0))


def chaos(mutant: Mutant, server: PrivateServer) -> None:
    for seed in range(SEEDS):
        server.client.flushall()
        Chaos(server.client, seed).live_through(STEPS)


def engine_test(mutant: Mutant, server: PrivateServer) -> None:
    file, _, name = mutant.guard.partition("::")
    server.client.flushall()
    test = getattr(importlib.import_module(f"{ENGINE_TESTS}.{file}"), name)
    if mutant.room == "alerts":
        test(AlertBench(server.client))
        return
    bench = QueueBench(server.client)
    test(bench)
    check(server.client, bench.keys)
