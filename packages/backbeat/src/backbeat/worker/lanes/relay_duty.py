"""Looks after outboxes that nobody empties: their worker died, or their producer did."""

import asyncio
import logging
import random
from typing import Final

from backbeat.app.connections import AsyncConnection
from backbeat.app.flow_post import flow_homes
from backbeat.engine.keys import relay_duty
from backbeat.errors import BackbeatError
from backbeat.worker.lanes.duty import take_duty

logger = logging.getLogger("backbeat.worker.relay")

_EVERY_SECONDS: Final = 5.0
# Without flows there is nothing to look after.
_IDLE_SECONDS: Final = 30.0
_SPREAD: Final = 0.2
# Shorter than the shortest pause, so that the duty is free again when it is due.
_DUTY_MS: Final = 3_500
# A target that failed over may have forgotten what it had received.
_PROBE_EVERY: Final = 12


class RelayDuty:
    """Takes its turn with all workers of the namespace: one of them is enough."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Look after nothing yet."""
        self._connection = connection
        self._rounds = 0

    async def run(self) -> None:
        """Look from time to time, until cancelled."""
        pause = _EVERY_SECONDS
        while True:
            await asyncio.sleep(pause * random.uniform(1 - _SPREAD, 1))  # noqa: S311 - spreads load
            try:
                pause = _EVERY_SECONDS if await self.look() else _IDLE_SECONDS
            except BackbeatError as error:
                logger.warning("looking after messages between queues failed: %s", error)

    async def look(self) -> bool:
        """Bring what lies there, if it is our turn; whether there are flows at all."""
        connection = self._connection
        queues = await flow_homes(connection)
        if not queues:
            return False
        key = relay_duty(connection.namespace)
        if await take_duty(connection.transport, key, _DUTY_MS):
            self._rounds += 1
            probe = self._rounds % _PROBE_EVERY == 0
            await connection.relay.bring(*queues, probe=probe)
        return True
