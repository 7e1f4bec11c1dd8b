"""A receiver of webhooks that misbehaves on request, on this machine."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


@dataclass
class Receiver:
    """What it does, and what has come.

    Attributes:
        behaviour: The status it answers with; or "hang", "cut", "drip", "flood", "redirect".
        answer: The body that goes with a status.
        elsewhere: Where it redirects to; empty: a place of its own.
        port: Where it listens.
        came: Headers and body of each request, in order.
        first: Set when the first has come.
        over: Set at its end: who hangs may go on.
    """

    port: int = 0
    behaviour: int | str = 200
    answer: bytes = b""
    elsewhere: str = ""
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address, by http."""
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiver(trust: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver, until the end of the block; by https where it has a certificate."""
    about = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(about))
    server.daemon_threads = True
    if trust is not None:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    about.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield about
    finally:
        about.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(about: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            about.came.append((dict(self.headers.items()), self.rfile.read(length)))
            about.first.set()
            match about.behaviour:
                case "hang":
                    about.over.wait(30)
                case "cut":
                    self.connection.close()
                case "drip":
                    self.send_response(200)
                    self.flush_headers()
                    while not about.over.wait(0.05):
                        self.wfile.write(b"X-Slow: 1\r\n")
                case "flood":
                    self.send_response(200)
                    self.send_header("Content-Length", str(2**40))
                    self.end_headers()
                    while True:
                        self.wfile.write(b"x" * 65_536)
                case status:
                    self.send_response(302 if status == "redirect" else int(status))
                    if status == "redirect" or about.elsewhere:
                        self.send_header("Location", about.elsewhere or f"{about.url}/elsewhere")
                    self.send_header("Content-Length", str(len(about.answer)))
                    self.end_headers()
                    self.wfile.write(about.answer)

        @override
        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                self.close_connection = True  # whoever called has gone

        @override
        def finish(self) -> None:
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
