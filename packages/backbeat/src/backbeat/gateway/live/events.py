"""Live events of an application: what is served, and what the application asks of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from backbeat import ConfigurationError, JobHandle
from backbeat.gateway.access import Credentials, Principal
from backbeat.gateway.access.job_tokens import JobTokens
from backbeat.gateway.errors import NoRoom
from backbeat.gateway.http.front import Front
from backbeat.gateway.live.gate import Gate
from backbeat.gateway.live.gatekeeper import Gatekeeper
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.request import Request
from backbeat.gateway.live.sockets import Sockets
from backbeat.gateway.live.stopping import told_of_stop
from backbeat.gateway.live.stream import stream
from backbeat.values import Seconds


class LiveEvents:
    """What happens in an application's queues, to browsers and programs, as it happens.

    Any number of processes may serve it, with no word between them: each reads the queues itself.

    Attributes:
        sockets: An ASGI application that speaks Socket.IO, to be mounted as `socket.io`.
    """

    def __init__(self, front: Front, tokens: JobTokens | None, limits: LiveLimits) -> None:
        """Connect to nothing yet.

        Args:
            front: That of the gateway: who may, from which origins, and how fast.
            tokens: Signs tokens for one job; the front recognises them. None: there are none.
            limits: What each client may use.
        """
        self._front = front
        self._tokens = tokens
        self._hub = Hub(front.service.following, limits)
        self._server = Sockets(self._hub, front)
        self._gatekeeper = Gatekeeper(front, limits.recheck_s)
        self._watching: list[asyncio.Task[None]] = []
        self.sockets = Gate(
            self._server.handle_request, front.origins, self._begin, limits.request_bytes
        )

    def token_for(self, handle: JobHandle[Any], ttl: Seconds = 3_600.0) -> str:
        """A token with which a browser may follow and read one job, and nothing else.

        Args:
            handle: The job.
            ttl: How long it is good for, at most 7 days. Defaults to an hour.

        Raises:
            ConfigurationError: There is no secret.
            InvalidOption: The time does not make sense.
        """
        if self._tokens is None:
            raise ConfigurationError("tokens need a secret: give LiveOptions(secret=...)")
        return self._tokens.issue(handle.queue.name, handle.id, ttl)

    async def open_stream(
        self, principal: Principal, credentials: Credentials, request: Request
    ) -> AsyncIterator[str]:
        """A stream of server-sent events, once it is known that there is one.

        Args:
            principal: Whose it is, as the front has recognised them.
            credentials: By which they are recognised again and again.
            request: What they follow.

        Raises:
            BackbeatError: They may not, have too many, or there is nothing to follow.
        """
        self._begin()
        listener = Listener(credentials, principal, self._hub.limits)
        self._hub.enter(listener)
        try:
            await self._hub.subscribe(listener, request)
        except BaseException:
            self._hub.exit(listener)
            raise
        return stream(self._hub, listener)

    async def close(self) -> None:
        """End all streams and sockets; safe to call twice. Clients connect again, elsewhere."""
        watching, self._watching = self._watching, []
        for task in watching:
            task.cancel()
        await self._hub.close()
        await self._server.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let clients go at the end of this, or at a signal to stop."""
        closing: set[asyncio.Task[None]] = set()
        try:
            with told_of_stop(lambda: closing.add(asyncio.create_task(self.close()))):
                yield
        finally:
            if closing:
                await asyncio.wait(closing)
            await self.close()

    def _begin(self) -> None:
        """Watch over clients from the first one on: a host may never run our lifespan."""
        self._hub.check_room()
        if len(self._server.eio.sockets) >= self._hub.limits.clients:
            raise NoRoom
        if not self._watching:
            self._watching = [
                asyncio.create_task(self._gatekeeper.watch(self._hub.listeners)),
                asyncio.create_task(self._server.drop_silent()),
            ]
