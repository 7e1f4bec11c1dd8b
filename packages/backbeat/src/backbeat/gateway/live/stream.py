"""The same events as a stream of server-sent events: one queue or one job each."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.live.gatekeeper import Gatekeeper
from backbeat.gateway.live.hub import Hub
from backbeat.gateway.live.listener import Listener
from backbeat.gateway.live.message import Message
from backbeat.gateway.live.refusal import Refused
from backbeat.gateway.live.request import read_job_request, read_queue_request
from backbeat.gateway.origins import Origins

_STATUS: Final = {
    "unauthorized": 401, "forbidden": 403, "bad-request": 400, "unknown-queue": 404,
    "no-events": 409, "too-many-clients": 503, "unavailable": 503,
}  # fmt: skip
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_RETRY_MS: Final = 1_000

Since = Annotated[str | None, Query(description="Last sequence that was seen; the header wins.")]
Token = Annotated[str | None, Query(description="A token for one job: EventSource has no headers.")]
LastEventId = Annotated[str | None, Header(description="Last sequence that was seen.")]


class Streams:
    """Clients of the hub that read a response which does not end."""

    def __init__(self, hub: Hub, gatekeeper: Gatekeeper, origins: Origins) -> None:
        """Serve nobody yet."""
        self._hub = hub
        self._gatekeeper = gatekeeper
        self._origins = origins

    def router(self) -> APIRouter:
        """The routes, for whichever application mounts them."""
        router = APIRouter(tags=["live"])

        @router.get("/live/{queue}", response_class=StreamingResponse)
        async def follow_queue(
            request: Request, queue: str, last_event_id: LastEventId = None, since: Since = None
        ) -> Response:
            """Follow what happens in a queue, from the last seen event on or from now on."""
            return await self._open(request, {"queue": queue, "since": last_event_id or since})

        @router.get("/live/{queue}/{job_id:path}", response_class=StreamingResponse)
        async def follow_job(
            request: Request,
            queue: str,
            job_id: str,
            last_event_id: LastEventId = None,
            since: Since = None,
            token: Token = None,
        ) -> Response:
            """Follow a job; the stream begins with its state and stays open after its end."""
            fields = {"queue": queue, "jobId": job_id, "since": last_event_id or since}
            return await self._open(request, fields, token)

        return router

    async def _open(
        self, request: Request, fields: dict[str, str | None], token: str | None = None
    ) -> Response:
        headers = {**self._origins.headers(request), **_HEADERS}
        try:
            listener = await self._listen(request, fields, token)
        except Refused as refused:
            return JSONResponse(refused.envelope, _STATUS[refused.code], headers)
        return StreamingResponse(
            self._events(listener), media_type="text/event-stream", headers=headers
        )

    async def _listen(
        self, request: Request, fields: dict[str, str | None], token: str | None
    ) -> Listener:
        if not self._origins.allows(request):
            raise Refused("forbidden", "pages of this origin may not connect: allow it by name")
        credentials = read_credentials(request, token)
        principal = await self._gatekeeper.admit(credentials)
        wish = read_job_request(fields) if "jobId" in fields else read_queue_request(fields)
        listener = Listener(credentials, principal, self._hub.limits)
        self._hub.enter(listener)
        try:
            await self._hub.subscribe(listener, wish)
        except BaseException:
            self._hub.exit(listener)
            raise
        return listener

    async def _events(self, listener: Listener) -> AsyncIterator[str]:
        try:
            yield f"retry: {_RETRY_MS}\n\n"
            while not listener.ended:
                try:
                    async with asyncio.timeout(self._hub.limits.heartbeat_s):
                        await listener.has_news()
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                for message in await listener.take():
                    yield _event(message)
        finally:
            self._hub.exit(listener)


def _event(message: Message) -> str:
    return f"id: {message.sequence}\nevent: {message.name}\ndata: {message.json}\n\n"
