"""Live events of an application: what is mounted, and what the application asks of it."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from backbeat import Backbeat, JobHandle
from backbeat.gateway.access import Access
from backbeat.gateway.live.gate import Gate
from backbeat.gateway.live.gatekeeper import Gatekeeper
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.refusal import Refused
from backbeat.gateway.live.sockets import Sockets
from backbeat.gateway.live.stopping import told_of_stop
from backbeat.gateway.live.stream import Streams
from backbeat.gateway.live.tokens import JobTokens
from backbeat.gateway.origins import Origins
from backbeat.values import Seconds


class LiveEvents:
    """What happens in an application's queues, to browsers and programs, as it happens.

    Any number of processes may serve it, with no word between them: each reads the queues itself.

    Attributes:
        router: Streams of server-sent events, `/live/{queue}` and `/live/{queue}/{job}`.
        sockets: An ASGI application that speaks Socket.IO, for the path `/socket.io`.
    """

    def __init__(
        self,
        app: Backbeat,
        *,
        access: Access,
        origins: Iterable[str] = (),
        secret: str | bytes | None = None,
        limits: LiveLimits = LiveLimits(),  # noqa: B008 - frozen
    ) -> None:
        """Connect to nothing yet.

        Args:
            app: The application; its declared queues can be followed.
            access: Who may.
            origins: Pages of which other origins may connect, such as "https://shop.example.com".
                Defaults to none: pages of the gateway's own origin only.
            secret: Signs tokens for one job, at least 32 bytes, the same in every process. Defaults
                to None: there are no such tokens.
            limits: What each client may use. Defaults to `LiveLimits()`.

        Raises:
            ConfigurationError: The secret is too short.
            InvalidOption: An origin is none.
        """
        self._tokens = JobTokens(secret)
        self._hub = Hub(app, limits)
        self._gatekeeper = Gatekeeper(access, self._tokens, limits.recheck_s)
        self._server = Sockets(self._hub, self._gatekeeper)
        allowed = Origins(origins)
        self.router: APIRouter = Streams(self._hub, self._gatekeeper, allowed).router()
        self.sockets = Gate(
            self._server.handle_request, allowed, self._check_room, limits.request_bytes
        )

    def token_for(self, handle: JobHandle[Any], ttl: Seconds = 3_600.0) -> str:
        """A token with which a browser may follow one job, see its result and nothing else.

        Args:
            handle: The job.
            ttl: How long it is good for, at most 7 days. Defaults to an hour.

        Raises:
            ConfigurationError: There is no secret.
            InvalidOption: The time does not make sense.
        """
        return self._tokens.issue(handle.queue.name, handle.id, ttl)

    async def close(self) -> None:
        """End all streams and sockets; safe to call twice. Clients connect again, elsewhere."""
        await self._hub.close()
        await self._server.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch over clients while this lasts; let them go at its end or at a signal to stop."""
        closing: set[asyncio.Task[None]] = set()
        watching = [
            asyncio.create_task(self._gatekeeper.watch(self._hub.listeners)),
            asyncio.create_task(self._server.drop_silent()),
        ]
        try:
            with told_of_stop(lambda: closing.add(asyncio.create_task(self.close()))):
                yield
        finally:
            for task in watching:
                task.cancel()
            await asyncio.wait([*watching, *closing])
            await self.close()

    def _check_room(self) -> None:
        self._hub.check_room()
        if len(self._server.eio.sockets) >= self._hub.limits.clients:
            raise Refused("too-many-clients", "this gateway has no room: connect again later")


def attach(
    app: Backbeat,
    web: FastAPI,
    *,
    access: Access,
    prefix: str = "/backbeat",
    origins: Iterable[str] = (),
    secret: str | bytes | None = None,
    limits: LiveLimits = LiveLimits(),  # noqa: B008 - frozen
) -> LiveEvents:
    """Serve live events in a web application: Socket.IO at `/socket.io`, streams under the prefix.

    Args:
        app: The application whose queues are followed.
        web: The web application. It is given a lifespan around its own.
        access: See `LiveEvents`.
        prefix: Path of the streams. Defaults to "/backbeat".
        origins: See `LiveEvents`.
        secret: See `LiveEvents`.
        limits: See `LiveEvents`.

    Raises:
        ConfigurationError: The secret is too short.
        InvalidOption: An origin is none.
    """
    live = LiveEvents(app, access=access, origins=origins, secret=secret, limits=limits)
    web.mount("/socket.io", live.sockets)
    web.include_router(live.router, prefix=prefix)
    inner = web.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[Any]:
        async with live.running(), inner(served) as state:
            yield state

    web.router.lifespan_context = lifespan
    return live
