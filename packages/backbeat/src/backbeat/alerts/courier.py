"""Brings notices to their channels: at least once, and so many times at most."""

import asyncio
import logging
import random
import time
from collections.abc import Iterable
from typing import Final

import msgspec

from backbeat.alerts.channels.channel import Channel, DeliveryFailed, Notice
from backbeat.app.redaction import Redactor
from backbeat.engine.alerts.client import AlertClient, Delivery
from backbeat.errors import BackbeatError

logger = logging.getLogger("backbeat.alerts")

# Seconds between two attempts; after the last the notice is given up.
PAUSES_S: Final = (5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0)
# Longer than any channel may take, so that nobody else brings what is being brought.
LEASE_S: Final = 120.0
LONGEST_S: Final = 60.0
# A channel whose attempt takes longer holds no further notices: others need the room.
SLOW_S: Final = 5.0
_MOST_IN_HAND: Final = 100
_SPREAD: Final = 0.2


class Courier:
    """Takes what is due and brings it. Each channel has a line of its own, one notice at a time."""

    def __init__(
        self,
        client: AlertClient,
        channels: Iterable[Channel],
        *,
        longest: float = LONGEST_S,
        slow: float = SLOW_S,
        redactor: Redactor | None = None,
    ) -> None:
        """Bring nothing yet. Belongs to the running event loop.

        Args:
            client: Where notices wait.
            channels: Who brings them.
            longest: Seconds after which an attempt is given up. Defaults to 60.
            slow: Seconds of an attempt after which the notices behind it are put off. Defaults to
                5.
            redactor: Takes secrets out of why an attempt failed. Defaults to one that knows the
                usual ones.
        """
        self._client = client
        self._longest = longest
        self._slow = slow
        self._redactor = redactor or Redactor()
        self._channels = {channel.name: channel for channel in channels}
        self._lines: dict[str, list[tuple[float, Delivery]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._begun: dict[str, float] = {}
        self._in_hand: set[str] = set()

    async def step(self) -> None:
        """Take what is due, and let it be brought; waits for no channel."""
        await self._put_off([each for name in self._lines for each in self._behind(name)])
        until = time.monotonic() + LEASE_S - LONGEST_S
        free = _MOST_IN_HAND - len(self._in_hand)
        for delivery in await self._client.take(free, round(LEASE_S * 1000)) if free else []:
            if delivery.id in self._in_hand:
                continue
            if self._is_slow(delivery.channel):
                await self._put_off([delivery])
                continue
            self._in_hand.add(delivery.id)
            self._lines.setdefault(delivery.channel, []).append((until, delivery))
            if delivery.channel not in self._tasks:
                task = asyncio.create_task(self._serve(delivery.channel))
                self._tasks[delivery.channel] = task

    async def settled(self) -> None:
        """Wait until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """Stop; what is in hand is brought by another, once its time is over."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _is_slow(self, name: str) -> bool:
        begun = self._begun.get(name)
        return begun is not None and time.monotonic() - begun > self._slow

    def _behind(self, name: str) -> list[Delivery]:
        """Take the notices out of a line that stand behind a slow attempt."""
        if not self._is_slow(name):
            return []
        behind = [delivery for _, delivery in self._lines[name]]
        self._lines[name].clear()
        self._in_hand.difference_update(delivery.id for delivery in behind)
        return behind

    async def _put_off(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            await self._failed(delivery, "the attempt before it takes long")

    async def _serve(self, name: str) -> None:
        line = self._lines[name]
        try:
            while line:
                until, delivery = line.pop(0)
                try:
                    # What had to wait for too long may be another's by now.
                    if time.monotonic() < until:
                        self._begun[name] = time.monotonic()
                        await self._bring(delivery)
                except BackbeatError as error:
                    logger.warning("a notice is brought again later: %s", error)
                finally:
                    self._begun.pop(name, None)
                    self._in_hand.discard(delivery.id)
        finally:
            self._in_hand.difference_update(delivery.id for _, delivery in line)
            line.clear()
            del self._tasks[name]

    async def _bring(self, delivery: Delivery) -> None:
        try:
            async with asyncio.timeout(self._longest):
                await self._deliver(delivery)
        except DeliveryFailed as error:
            await self._failed(delivery, str(error))
        except TimeoutError:
            await self._failed(delivery, f"it took longer than {self._longest:g} s")
        except Exception as error:
            logger.exception("channel %s failed", delivery.channel)
            await self._failed(delivery, type(error).__name__)
        else:
            await self._client.settle(delivery, -1, "delivered", "")

    async def _deliver(self, delivery: Delivery) -> None:
        channel = self._channels.get(delivery.channel)
        if channel is None:
            raise DeliveryFailed("there is no channel of this name here")
        notice = msgspec.json.decode(delivery.text, type=Notice)
        await channel.deliver(notice)

    async def _failed(self, delivery: Delivery, why: str) -> None:
        words = self._redactor.text(why)[:500]
        if delivery.attempts >= len(PAUSES_S):
            logger.error("a notice for %s is given up: %s", delivery.channel, words)
            await self._client.settle(delivery, -1, "abandoned", words)
            return
        share = random.uniform(1 - _SPREAD, 1 + _SPREAD)  # noqa: S311 - spreads load
        wait_ms = round(PAUSES_S[delivery.attempts] * share * 1000)
        logger.warning("channel %s: %s; again in %d ms", delivery.channel, words, wait_ms)
        await self._client.settle(delivery, wait_ms, "failed", words)
