"""`/metrics`: what is measured, for whoever keeps the house running."""

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from arena.base.http.permission import Repeated, needs
from arena.base.http.route import HouseRoute
from arena.base.identity import Role

router = APIRouter(tags=["health"], route_class=HouseRoute)

_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    **needs(Role.OPERATOR, repeated=Repeated.NEVER),
)
async def metrics(request: Request) -> PlainTextResponse:
    """Requests of this process, and all queues and their servers, in the words of Prometheus."""
    state = request.app.state
    text = state.metrics.exposition() + await state.jobs.metrics()
    return PlainTextResponse(text, media_type=_TEXT)
