"""The first contact with the server: a command does not wait a minute for one that is not there."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from typing_extensions import override

from backbeat.app import Backbeat
from backbeat.errors import ServerUnavailable

_PATIENCE_S: Final = 5.0


async def make_contact(app: Backbeat) -> None:
    """Connect, starting an embedded server if need be, and hear that there is a server.

    Raises:
        ServerUnavailable: Nobody answers within five seconds.
    """
    connection = await app.connections.open()
    with _last_words() as heard:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await connection.transport.execute("PING")
        except TimeoutError:
            why = heard.words or "nobody answers"
            raise ServerUnavailable(f"given up after {_PATIENCE_S:g} s: {why}") from None


class _LastWords(logging.Handler):
    """Keeps what was logged last: the reason, if this comes to nothing."""

    words = ""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.words = record.getMessage()


@contextmanager
def _last_words() -> Iterator[_LastWords]:
    transport = logging.getLogger("backbeat.transport")
    handler, propagate = _LastWords(), transport.propagate
    transport.addHandler(handler)
    transport.propagate = False
    try:
        yield handler
    finally:
        transport.removeHandler(handler)
        transport.propagate = propagate
