"""Headers of security, and the one mark by which a page's own scripts are told from others.

See docs/decisions/0015-dashboard-policy.md, which holds for the pages of products as well.
NiceGUI writes scripts into its pages and evaluates what it sends them.
"""

import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SHARED: Final = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; object-src 'none';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
# Under the gateway's "no-referrer" a browser sends forms with "Origin: null", which nobody may.
REFERRER: Final = "same-origin"
PLAIN: Final = f"{_SHARED}; script-src 'none'; style-src 'self'"


def page_policy(nonce: str) -> str:
    """The policy of a page of NiceGUI: scripts of ours, or with the mark of this answer."""
    return (
        f"{_SHARED}; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; script-src-attr 'none';"
        " style-src 'self' 'unsafe-inline'"
    )


class Marked:
    """Marks the scripts that NiceGUI's own template holds.

    What a page shows stands in it as JSON with every `<` written as an entity, so no text
    of a user can be a tag that is marked here.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand around NiceGUI."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        start: Message | None = None
        whole = b""

        async def marked(message: Message) -> None:
            nonlocal start, whole
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = page_policy(nonce)
                    headers["Referrer-Policy"] = REFERRER
                    start = message
                else:
                    await send(message)
            elif start is None:
                await send(message)
            else:
                whole += message.get("body", b"")
                if not message.get("more_body", False):
                    body = whole.replace(b"<script", f'<script nonce="{nonce}"'.encode())
                    MutableHeaders(scope=start)["Content-Length"] = str(len(body))
                    await send(start)
                    await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, marked)
