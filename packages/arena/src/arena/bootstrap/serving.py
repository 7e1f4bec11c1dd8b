"""Serves the web application on a socket until it is told to stop."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from arena.base.errors import Misconfigured

# Seconds that a connection is kept for its next request, and that running ones have at the end.
_IDLE_S: Final = 15
_GRACE_S: Final = 10


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Args:
        host: Address or name to bind to.
        port: Port; 0 for any that is free.

    Raises:
        Misconfigured: The address is not ours, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Misconfigured(
            f"cannot listen at {host}:{port}: {error.strerror}; choose another PORT or HOST"
        ) from None


async def serve(
    web: FastAPI,
    listening: socket.socket,
    stop: asyncio.Event,
    *,
    trusted_proxies: str = "",
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until `stop` is set; running requests have ten seconds then.

    Args:
        web: What is served.
        listening: Where.
        stop: Ends it.
        trusted_proxies: Addresses whose word is taken for whom they pass on. Defaults to nobody's.
        ready: Called when it serves.

    Raises:
        Misconfigured: It did not start; the log says why.
    """
    server = _Server(
        uvicorn.Config(
            web,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(trusted_proxies),
            forwarded_allow_ips=trusted_proxies or None,
            timeout_keep_alive=_IDLE_S,
            timeout_graceful_shutdown=_GRACE_S,
            ws_max_size=65_536,
        ),
        ready,
    )
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.serve([listening]))
        waiting = tasks.create_task(stop.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        waiting.cancel()
    if not server.started:
        raise Misconfigured("the web application did not start; the log says why")


def stop_on_signals() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; after a second one nothing is waited for."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear() -> None:
        stop.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, hear)
    return stop


class _Server(uvicorn.Server):
    """Leaves signals to whoever started it, and says when it serves."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
