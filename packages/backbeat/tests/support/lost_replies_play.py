"""What a driver of lost replies plays with: a scene with a damaged network in it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from backbeat import Backbeat
from backbeat.app.queue import Queue
from backbeat.engine.scripts import scripts
from backbeat.lua import Script
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scene import Scene

LEASE_S: Final = 3.0
LOSSES: Final = 2


@dataclass
class Play:
    """A scene with a damaged network in it.

    Attributes:
        scene: The scene, and its queue by a network that is in order.
        proxy: The damage.
        far_app: The same application by the damaged network.
    """

    scene: Scene
    proxy: FaultProxy
    far_app: Backbeat

    @property
    def far(self) -> Queue:
        """The queue by the damaged network."""
        return self.far_app.queue(fault_app.QUEUE)

    @property
    def near(self) -> Queue:
        """The same queue by a network that is in order."""
        return self.scene.queue

    def lose(
        self, script: str, times: int = LOSSES, known: Mapping[str, Script] | None = None
    ) -> None:
        """Lose the next replies of a script: of a queue's, or of others that are known."""
        known = known or scripts()
        # What is lost shall be its reply, not that of a server that does not know it.
        for each in known.values():
            self.scene.server.client.script_load(each.text)
        self.proxy.inject("cut_reply", known[script].sha.encode(), times=times)


Drive = Callable[[Play], Awaitable[None]]


async def put_off(play: Play) -> str:
    """A job that nobody starts; its id."""
    return (await play.near.add("effect", {"ms": 0}, delay=3_600)).id


async def cancelled(play: Play, count: int = 1) -> list[str]:
    """Jobs that were cancelled and are kept; their ids."""
    ids = [await put_off(play) for _ in range(count)]
    for job_id in ids:
        await play.near.cancel(job_id, "never mind")
    return ids
