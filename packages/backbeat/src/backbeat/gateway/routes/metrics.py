"""Metrics, as Prometheus reads them."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from backbeat.gateway.access import Action
from backbeat.gateway.http.route import Desk, GatewayRoute, Who, needs

router = APIRouter(tags=["metrics"], route_class=GatewayRoute)


class Exposition(PlainTextResponse):
    """The text format of Prometheus."""

    media_type = "text/plain; version=0.0.4"


_OPTIONS: Final = needs(Action.VIEW, costly=True)


@router.get("/metrics", response_class=Exposition, **_OPTIONS)
async def read_metrics(who: Who, desk: Desk) -> Response:
    """What is measured of all queues; any one process answers for all workers."""
    return Exposition(await desk.metrics.text(who))
