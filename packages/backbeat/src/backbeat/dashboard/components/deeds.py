"""Carrying out what changes something, and saying how it went."""

import logging
from collections.abc import Awaitable, Callable

from nicegui import ui

from backbeat.dashboard.visit import Visit
from backbeat.errors import BackbeatError
from backbeat.gateway.http.table import UNEXPECTED, row_of

logger = logging.getLogger("backbeat.dashboard")

# Does it; gives what to say afterwards.
Deed = Callable[[], Awaitable[str]]


async def carry_out(visit: Visit, deed: Deed) -> bool:
    """Do something that changes something, and say how it went; whether it went well."""
    client = ui.context.client
    try:
        await visit.count_write()
        said = await deed()
    except BackbeatError as error:
        with client:
            ui.notify(problem(error), type="negative")
        return False
    # What was clicked may be gone: the page was filled again meanwhile.
    with client:
        ui.notify(said, type="positive")
    visit.reader.hurry()
    return True


def problem(error: Exception) -> str:
    """What is said of an error, as REST says it."""
    row = row_of(error)
    if row is UNEXPECTED:
        logger.error("a page failed", exc_info=error)
    return row.says or str(error)
