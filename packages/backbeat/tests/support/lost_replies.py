"""For each script of the engine: a call whose reply is lost, and what shows its one effect.

A new script needs an entry in one of these tables; `test_lost_replies` names those that have none.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from packages.backbeat.tests.support.lost_replies_of_dead import DEAD_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_flows import FLOW_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_groups import GROUP_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_jobs import JOB_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_queues import QUEUE_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_schedules import SCHEDULE_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_verifying import VERIFY_DRIVERS
from packages.backbeat.tests.support.lost_replies_of_workers import WORKER_DRIVERS
from packages.backbeat.tests.support.lost_replies_play import Drive, Play


async def _of_flow(play: Play, script: str) -> None:
    await FLOW_DRIVERS[script](play.far_app, play.scene.app, play.lose)


DRIVERS: Final[Mapping[str, Drive]] = {
    **JOB_DRIVERS,
    **QUEUE_DRIVERS,
    **GROUP_DRIVERS,
    **DEAD_DRIVERS,
    **SCHEDULE_DRIVERS,
    **WORKER_DRIVERS,
    **VERIFY_DRIVERS,
    **{script: partial(_of_flow, script=script) for script in FLOW_DRIVERS},
}
