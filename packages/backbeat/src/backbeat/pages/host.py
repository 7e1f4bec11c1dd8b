"""NiceGUI, of which there is one in a process, below every site of that process."""

import asyncio
from contextlib import AsyncExitStack
from functools import cache

import nicegui
from fastapi import FastAPI


class Host:
    """Starts NiceGUI with the first page.

    Attributes:
        app: What serves its pages.
    """

    def __init__(self) -> None:
        """Set it up, once for all hosts."""
        self.app = _made()
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Do nothing where it runs already.

        The application that a door is mounted in has a lifespan of its own, or none, and never
        runs those of what is mounted: so it begins here, and ends with the process.
        """
        async with self._starting:
            if not nicegui.app.is_started:
                stack = AsyncExitStack()
                await stack.enter_async_context(self.app.router.lifespan_context(self.app))


@cache
def _made() -> FastAPI:
    host = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    nicegui.app.config.socket_io_js_transports = ["websocket"]
    # It would be sent to an address that no door has.
    nicegui.app.router.redirect_slashes = False
    nicegui.ui.run_with(
        host,
        title="",
        dark=None,
        language="en-US",
        # A page that cannot connect again in time is forgotten. What it missed is sent again.
        reconnect_timeout=30.0,
        message_history_length=100,
        binding_refresh_interval=None,
        tailwind=False,
        gzip_middleware_factory=None,
        show_welcome_message=False,
    )
    return host
