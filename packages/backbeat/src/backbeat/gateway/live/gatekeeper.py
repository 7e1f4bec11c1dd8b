"""Who may listen, at the beginning and for as long as it lasts."""

import asyncio
import logging
from collections.abc import Iterable
from datetime import UTC, datetime

from backbeat.gateway.access import Access, Credentials, Principal
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.refusal import Refused
from backbeat.gateway.live.tokens import JobTokens

_log = logging.getLogger(__name__)

GRANT_ENDED = "grant-ended"


class Gatekeeper:
    """Asks for everybody who comes, and again for everybody who is there."""

    def __init__(self, access: Access, tokens: JobTokens, recheck_s: float) -> None:
        """Ask nobody yet.

        Args:
            access: Who is recognised, besides those with a token for a job.
            tokens: Tokens for one job.
            recheck_s: Seconds between two questions about one listener.
        """
        self._access = access
        self._tokens = tokens
        self._recheck_s = recheck_s

    async def admit(self, credentials: Credentials) -> Principal:
        """Who this is.

        Raises:
            Refused: Unknown, or no longer granted anything.
        """
        principal = await self._recognise(credentials)
        if principal is None:
            raise Refused("unauthorized", "connect with credentials that are known and not expired")
        return principal

    async def watch(self, listeners: Iterable[Listener]) -> None:
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
        principal = await self._recognise(listener.credentials, listener.principal)
        if principal is None:
            listener.end(GRANT_ENDED)
        else:
            listener.regrant(principal)

    async def _recognise(
        self, credentials: Credentials, before: Principal | None = None
    ) -> Principal | None:
        principal = self._tokens.recognise(credentials.bearer)
        if principal is None:
            try:
                principal = await self._access.recognise(credentials)
            except Exception:  # noqa: BLE001 - policies are the user's code
                # Of an access policy nothing is known; in doubt nobody new comes in.
                _log.exception("the access policy failed")
                principal = before
        if principal is None or not principal.is_current(datetime.now(UTC)):
            return None
        return principal
