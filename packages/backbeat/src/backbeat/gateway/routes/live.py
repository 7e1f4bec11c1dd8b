"""Live events as server-sent events: one queue or one job each."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import StreamingResponse
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from backbeat.gateway.access import Action
from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.errors import ForeignOrigin
from backbeat.gateway.http.front import Front
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.http.route import PERMISSION, PROBLEMS, GatewayRoute, Who
from backbeat.gateway.live import LiveEvents
from backbeat.gateway.live.request import Request as Wish
from backbeat.gateway.routes.parameters import JobId, QueueName
from backbeat.gateway.service import Caller


class ListeningRoute(GatewayRoute):
    """Counts what is opened, and takes a token in the address; only pages that may, may listen."""

    @override
    async def admit(self, front: Front, request: Request) -> Caller:
        if not front.origins.allows(request):
            raise ForeignOrigin
        one_job = "job_id" in request.path_params
        token = request.query_params.get("token") if one_job else None
        credentials = read_credentials(request, token)
        request.state.credentials = credentials
        principal = await front.listen(request, credentials)
        return Caller(principal, request_id(request.scope))


router = APIRouter(prefix="/live", tags=["live"], route_class=ListeningRoute)

_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_OPTIONS: Final[dict[str, Any]] = {
    "response_class": StreamingResponse,
    "openapi_extra": {PERMISSION: Action.VIEW.value},
    "responses": {
        **PROBLEMS,
        200: {
            "description": "Events, until either side ends it.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
}
_SEQUENCE: Final[dict[str, Any]] = {
    "max_length": 8_192,
    "description": "Last sequence that was seen.",
}

Since = Annotated[str | None, Query(**_SEQUENCE)]
LastEventId = Annotated[str | None, Header(**_SEQUENCE)]
Token = Annotated[
    str | None,
    Query(max_length=4_096, description="A token for one job: an EventSource has no headers."),
]


def _live(request: Request) -> LiveEvents:
    live: LiveEvents = request.app.state.live
    return live


Live = Annotated[LiveEvents, Depends(_live)]


@router.get("/{queue}", **_OPTIONS)
async def follow_queue(
    request: Request,
    who: Who,
    live: Live,
    queue: QueueName,
    last_event_id: LastEventId = None,
    since: Since = None,
) -> Response:
    """Follow what happens in a queue, from the last seen event on or from now on."""
    wish = Wish(queue, None, last_event_id or since or None)
    return _answer(await live.open_stream(who.principal, request.state.credentials, wish))


@router.get("/{queue}/{job_id:path}", **_OPTIONS)
async def follow_job(
    request: Request,
    who: Who,
    live: Live,
    queue: QueueName,
    job_id: JobId,
    last_event_id: LastEventId = None,
    since: Since = None,
    token: Token = None,
) -> Response:
    """Follow a job; the stream begins with its state and stays open after its end."""
    wish = Wish(queue, job_id, last_event_id or since or None)
    return _answer(await live.open_stream(who.principal, request.state.credentials, wish))


def _answer(events: AsyncIterator[str]) -> Response:
    return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)
