"""A page of a running program, held back from "loaded" until its script has shown something.

`chromium --dump-dom` writes the document when it has loaded. A page that is filled by a stream has
loaded long before; so between browser and program stands this server, which adds to the page a
script that the browser has to wait for.
"""

import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from typing_extensions import override

PATIENCE_S: Final = 30.0
_CHUNK: Final = 65_536

# Says when the first child has come into the element, and keeps the page from having loaded.
_HOLD: Final = """
<script>
new MutationObserver(() => fetch("/shown"))
  .observe(document.getElementById("{element}"), {{ childList: true }});
</script>
<script src="/hold"></script>
"""


@contextmanager
def held_page(url: str, element: str) -> Iterator[str]:
    """Serve the page at `url`, which has loaded when something is in `element`; its address.

    Args:
        url: Address of the page, with a slash at its end.
        element: The id of an element that a script fills.
    """
    shown = threading.Event()

    class Between(BaseHTTPRequestHandler):
        """Hands requests on to the program, but for the two that are ours."""

        def do_GET(self) -> None:
            """Answer one request."""
            if self.path == "/shown":
                shown.set()
            if self.path in {"/shown", "/hold"}:
                shown.wait(PATIENCE_S)
                self._answer("text/javascript", b"")
            elif self.path == "/":
                self._answer("text/html", _read(url) + _HOLD.format(element=element).encode())
            else:
                self._hand_on()

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _hand_on(self) -> None:
            with urllib.request.urlopen(url + self.path[1:]) as source:  # noqa: S310 - ours
                self.send_response(source.status)
                self.send_header("Content-Type", source.headers["Content-Type"])
                self.end_headers()
                # The browser goes away in the middle of the stream.
                with suppress(ConnectionError):
                    while part := source.read1(_CHUNK):
                        self.wfile.write(part)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own page
        page: bytes = answer.read()
        return page
