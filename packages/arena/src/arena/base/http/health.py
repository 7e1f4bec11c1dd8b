"""Health, for probes and people; nobody has to be signed in, and little is told."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

from fastapi import APIRouter
from starlette.requests import Request

from arena.base.errors import Unavailable
from backbeat.gateway.http import Envelope, ProblemEnvelope, Shown

# Asks one store; raises where it does not answer.
Check = Callable[[], Awaitable[object]]

_PATIENCE_S: Final = 2.0

logger = logging.getLogger("arena.health")
router = APIRouter(prefix="/health", tags=["health"])


class Alive(Shown):
    """This process serves."""

    status: Literal["ok"] = "ok"


class Ready(Alive):
    """Every store answers; in so many milliseconds."""

    stores: dict[str, float]


@router.get("/live")
async def live() -> Envelope[Alive]:
    """Whether this process serves; asks nobody."""
    return Envelope(data=Alive())


@router.get("", responses={503: {"model": ProblemEnvelope}})
@router.get("/ready", responses={503: {"model": ProblemEnvelope}})
async def ready(request: Request) -> Envelope[Ready]:
    """Whether every store answers."""
    checks: Mapping[str, Check] = request.app.state.checks
    times = await asyncio.gather(*map(_time_of, checks.items()))
    silent = [name for name, took in zip(checks, times, strict=True) if took is None]
    if silent:
        raise Unavailable("not every store answers", details={"stores": silent}, retry_after=1)
    found = {name: took for name, took in zip(checks, times, strict=True) if took is not None}
    return Envelope(data=Ready(stores=found))


async def _time_of(named: tuple[str, Check]) -> float | None:
    name, check = named
    asked_at = time.monotonic()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            await check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the store does not serve
        logger.warning("%s does not answer: %s", name, type(error).__name__)
        return None
    return round((time.monotonic() - asked_at) * 1000, 1)
