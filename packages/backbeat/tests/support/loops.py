"""Event loops for tests."""

import asyncio
from collections.abc import Mapping
from typing import Any

import uvloop
from _pytest.outcomes import Failed


def new_uvloop() -> asyncio.AbstractEventLoop:
    """A uvloop on which the time limit of a test works.

    The limit is an exception out of a signal handler; uvloop hands it to the exception handler and
    goes on waiting, for ever.
    """
    loop = uvloop.new_event_loop()
    loop.set_exception_handler(_stop_on_time_limit)
    return loop


def _stop_on_time_limit(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    if isinstance(context.get("exception"), Failed):
        loop.stop()
    else:
        loop.default_exception_handler(dict(context))
