"""The two ways in which another server takes over, under one face."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from packages.backbeat.tests.support.cluster import Cluster
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.sentinels import Watched

Fall = Literal["kill", "freeze"]

_PATIENCE_S: Final = 20.0


@dataclass(frozen=True)
class Stage:
    """Servers of which one may fall.

    Attributes:
        kind: "cluster" or "sentinel".
        url: Their address.
        servers: All that may hold jobs.
        primary_of: The primary of a queue.
        heal: Brings back what has fallen.
    """

    kind: str
    url: str
    servers: list[PrivateServer]
    primary_of: Callable[[str], PrivateServer]
    heal: Callable[[], None]

    @classmethod
    def of_cluster(cls, cluster: Cluster) -> "Stage":
        """A cluster."""
        return cls(
            "cluster", cluster.url, [*cluster.nodes],
            lambda queue: cluster.primary_of(f"{{{queue}}}"), cluster.heal,
        )  # fmt: skip

    @classmethod
    def of_sentinels(cls, watched: Watched) -> "Stage":
        """A primary that Sentinels watch."""
        return cls(
            "sentinel", watched.url, watched.servers, lambda _: watched.primary, watched.heal
        )

    async def fall(self, queue: str, fall: Fall) -> float:
        """Let the primary of a queue fall, and wait until a replica has taken over.

        Returns:
            When that was, on `time.monotonic()`.
        """
        heirs = self.replicas_of(queue)
        old = self.primary_of(queue)
        if fall == "kill":
            old.kill()
        else:
            old.freeze()
        await until_async(lambda: any(role(heir)[0] == b"master" for heir in heirs))
        return time.monotonic()

    async def replicated(self, queue: str) -> None:
        """Wait until the replica of a queue's primary has everything."""
        client = self.primary_of(queue).client
        await until_async(lambda: _ask(client, "WAIT", 1, 1000) >= 1)

    async def watched(self, queue: str, job_id: str, *, times: int) -> None:
        """Wait until so many sessions wait for the end of a job."""
        client, key = self.primary_of(queue).client, f"bb:{{{queue}}}:watchers"

        def known() -> int:
            sessions = _ask(client, "HGET", key, job_id)
            return 0 if sessions is None else int(sessions.count(b",")) + 1

        await until_async(lambda: known() == times)

    def replicas_of(self, queue: str) -> list[PrivateServer]:
        """Who follows the primary of a queue."""
        port = self.primary_of(queue).port
        return [each for each in self.servers if role(each)[:3:2] == [b"slave", port]]

    async def bereave(self, queue: str) -> "Bereaved":
        """Let the replicas of a queue hear nothing any more."""
        primary, replicas = self.primary_of(queue), self.replicas_of(queue)
        for replica in replicas:
            replica.freeze()
        # What is on its way already would be read after the thaw.
        await asyncio.to_thread(_ask, primary.client, "CLIENT", "KILL", "TYPE", "replica")
        return Bereaved(primary, replicas)


@dataclass(frozen=True)
class Bereaved:
    """A primary whose replicas do not hear it."""

    primary: PrivateServer
    replicas: list[PrivateServer]

    def fall(self) -> None:
        """Let it fall; what only it knows is lost."""
        self.primary.kill()
        for replica in self.replicas:
            replica.thaw()


def role(server: PrivateServer) -> list[Any]:
    """What a server thinks it is; nothing of one that is not there."""
    return list(_ask(server.client, "ROLE")) if server.alive else []


async def until_async(condition: Callable[[], bool]) -> None:
    """Wait for what other processes do, while the event loop goes on."""
    deadline = time.monotonic() + _PATIENCE_S
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def _ask(client: Any, *command: str | int) -> Any:
    return client.execute_command(*command)
