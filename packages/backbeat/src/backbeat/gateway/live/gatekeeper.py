"""Who may go on listening: asked again for as long as it lasts."""

import asyncio
import logging
from collections.abc import Collection

from backbeat.gateway.access import Principal
from backbeat.gateway.http.front import Front
from backbeat.gateway.live.listener import Listener

_log = logging.getLogger(__name__)

GRANT_ENDED = "grant-ended"


class Gatekeeper:
    """Asks again about everybody who is there."""

    def __init__(self, front: Front, recheck_s: float) -> None:
        """Ask about nobody yet.

        Args:
            front: Recognises people.
            recheck_s: Seconds between two questions about one listener.
        """
        self._front = front
        self._recheck_s = recheck_s

    async def watch(self, listeners: Collection[Listener]) -> None:
        """Ask again about all, over and over; ends those whose grant has ended.

        Args:
            listeners: Those who listen; read anew each time.
        """
        while True:
            present = list(listeners)
            # Spread over the time, so that a policy that asks a database is not flooded.
            pause = self._recheck_s / max(1, len(present))
            for listener in present:
                await asyncio.sleep(pause)
                await self._recheck(listener)
            if not present:
                await asyncio.sleep(self._recheck_s)

    async def _recheck(self, listener: Listener) -> None:
        if listener.ended:
            return
        principal = await self._recognise(listener)
        if principal is None:
            listener.end(GRANT_ENDED)
        else:
            listener.regrant(principal)

    async def _recognise(self, listener: Listener) -> Principal | None:
        try:
            return await self._front.recognise(listener.credentials)
        except Exception:  # noqa: BLE001 - policies are the user's code
            # Of an access policy nothing is known; in doubt those stay whose grant has not ended.
            _log.exception("the access policy failed")
        return self._front.current(listener.principal)
