"""The fault tests are tested: a worker that is wrong on purpose does not pass them."""

from collections.abc import Awaitable, Callable

import pytest

from packages.backbeat.tests.faults import test_frozen_workers
from packages.backbeat.tests.support.fault_report import Finding, publish
from packages.backbeat.tests.support.lost_replies_of_workers import worker_script
from packages.backbeat.tests.support.lost_replies_play import Play
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene
from packages.backbeat.tests.support.worker_mutants import WORKER_MUTANTS

Guard = Callable[[Scene, FaultProxy, int], Awaitable[None]]

FROZEN = test_frozen_workers.test_what_a_frozen_worker_says_after_its_lease_is_refused
RENEWALS_CUT = (
    test_frozen_workers.test_a_worker_whose_renewals_are_cut_stops_its_jobs_before_others_start_them
)


def lost_reply(script: str) -> Guard:
    return lambda scene, proxy, _: worker_script(Play(scene, proxy, scene.app), script)


# What is wrong -> what has to notice it.
GUARDS: dict[str, Guard] = {
    "a tick that is sent again has a new number": lost_reply("tick"),
    "runs go on when the lease is over": RENEWALS_CUT,
    "a lost lease is the end of the worker": lambda scene, _, seed: FROZEN(scene, seed),
    "reports have no number": lost_reply("report"),
    "nobody takes back what the dead held": lost_reply("reclaim"),
}


@pytest.mark.parametrize("mutant", WORKER_MUTANTS)
async def test_a_wrong_worker_is_noticed(
    scene: Scene, proxy: FaultProxy, mutant: str, seed: int
) -> None:
    scene.mutant = mutant
    scene.patience = 6.0
    with pytest.raises(AssertionError) as noticed:
        await GUARDS[mutant](scene, proxy, seed)
    print(f"{noticed.type.__name__}: {noticed.value}"[:300])  # noqa: T201 - with -s
    publish(Finding(f"wrong worker: {mutant}", n=1, seed=seed))
