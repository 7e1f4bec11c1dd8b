"""The stage of a fault test: a server, an application, a ledger, and workers in processes."""

import asyncio
import inspect
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from backbeat.app.queue import Queue
from backbeat.engine.calls.read import Counts
from backbeat.engine.keys import QueueKeys
from packages.backbeat.tests.support import fault_app
from packages.backbeat.tests.support.ledger import Ledger
from packages.backbeat.tests.support.nursery import Hand, Nursery
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.supervised import Supervised

LOOK_S: Final = 0.02
PATIENCE_S: Final = 30.0

Fact = Callable[[], bool | Awaitable[bool]]


class Scene:
    """One test's stage; the server's plain client looks behind it.

    Attributes:
        server: The server.
        ledger: What the handlers did.
        random: Where every choice of the test comes from.
        hands: The workers that were started here.
        accepted: Ids of the jobs that the server has acknowledged.
        mutant: What is wrong on purpose with the bare workers that start from now on.
        patience: Seconds after which what does not become true counts as false.
    """

    def __init__(
        self, server: PrivateServer, nursery: Nursery, folder: Path, rng: random.Random
    ) -> None:
        """Set the stage; nobody works yet."""
        self.server = server
        self.ledger = Ledger(folder / "ledger")
        self.random = rng
        self.hands: list[Hand] = []
        self.accepted: list[str] = []
        self.mutant: str | None = None
        self.patience = PATIENCE_S
        self.app = fault_app.build(server.url)
        self._nursery = nursery
        self._log_from = nursery.log.stat().st_size
        self._folder = folder
        self._supervised = ExitStack()

    async def close(self) -> None:
        """Clear the stage."""
        for hand in self.hands:
            if not hand.ended:
                hand.kill()
        self._supervised.close()
        await self.app.close()
        self.ledger.close()

    @property
    def queue(self) -> Queue:
        """The queue of most faults."""
        return self.app.queue(fault_app.QUEUE)

    @property
    def keys(self) -> QueueKeys:
        """Its keys."""
        return QueueKeys("bb", fault_app.QUEUE)

    @property
    def log(self) -> str:
        """What the bare workers have logged since the stage was set."""
        return self._nursery.log.read_bytes()[self._log_from :].decode(errors="replace")

    def work(self, *, url: str | None = None, **options: Any) -> Hand:
        """Start a worker.

        Args:
            url: Address of the server, if not directly. Defaults to the server's own.
            **options: Of `Worker`.
        """
        address = url or self.server.url
        hand = self._nursery.fork(address, self.ledger, mutant=self.mutant, **options)
        self.hands.append(hand)
        return hand

    def supervise(self, *, url: str | None = None, **options: Any) -> Supervised:
        """Start a supervisor with its workers.

        Args:
            url: Address of the server, if not directly. Defaults to the server's own.
            **options: Of `Supervisor`.
        """
        supervised = Supervised(
            url or self.server.url, self.ledger, log=self._folder / "supervisor.log", **options
        )
        return self._supervised.enter_context(supervised)

    async def ready(self, count: int) -> list[int]:
        """Wait until so many workers are registered; their process ids."""
        found: list[int] = []

        async def enough() -> bool:
            workers = await self.queue.workers()
            # One that is leaving right now has a lease still, and nothing to say of itself.
            found[:] = [worker.about["pid"] for worker in workers if "pid" in worker.about]
            return len(found) >= count

        await self.until(enough, f"{count} workers are there")
        return found

    async def add(self, count: int, name: str = "effect", *, ms: tuple[int, int]) -> Sequence[str]:
        """Add jobs that take a random time within these ms; their ids."""
        jobs = [(name, {"ms": self.random.randint(*ms)}) for _ in range(count)]
        ids = [handle.id for handle in await self.queue.add_many(jobs)]
        self.accepted += ids
        return ids

    async def counts(self) -> Counts:
        """The counts of the queue."""
        return await self.queue.counts()

    async def until(self, fact: Fact, what: str, *, seconds: float = 0.0) -> None:
        """Wait until something is true.

        Args:
            fact: What shall become true.
            what: The same in words.
            seconds: How long to wait. Defaults to the patience of the scene.
        """
        deadline = time.monotonic() + (seconds or self.patience)
        while True:
            found = fact()
            if await found if inspect.isawaitable(found) else found:
                return
            assert time.monotonic() < deadline, (
                f"still not: {what}\n{self.log[-3_000:]}{self._supervisor_log()[-3_000:]}"
            )
            await asyncio.sleep(LOOK_S)

    async def until_begun(self, count: int) -> None:
        """Wait until so many attempts have begun."""
        await self.until(lambda: self.ledger.begun() >= count, f"{count} attempts have begun")

    async def until_ended(self, *, seconds: float = 0.0) -> None:
        """Wait until every accepted job has ended."""

        async def over() -> bool:
            counts = await self.counts()
            return counts.completed + counts.failed + counts.cancelled >= len(self.accepted)

        await self.until(over, f"{len(self.accepted)} jobs have ended", seconds=seconds)

    async def until_registered(self, count: int) -> None:
        """Wait until the server knows exactly so many workers: the dead ones are reclaimed."""
        leases = self.keys.key("leases")
        await self.until(
            lambda: self.server.client.zcard(leases) == count,
            f"{count} workers are registered",
        )

    def _supervisor_log(self) -> str:
        path = self._folder / "supervisor.log"
        return path.read_text(errors="replace") if path.exists() else ""

    async def dismiss(self) -> None:
        """Let the workers that are left end as they should."""
        left = [hand for hand in self.hands if not hand.ended]
        pids = {hand.pid for hand in left}

        # One that dies, and one that starts, would make up the number, but not these.
        async def there() -> bool:
            return {worker.about.get("pid") for worker in await self.queue.workers()} == pids

        await self.until(there, f"the workers {pids} are registered, and no other")
        for hand in left:
            hand.stop()
        for hand in left:
            assert await asyncio.to_thread(hand.wait) == 0, self.log[-4_000:]
