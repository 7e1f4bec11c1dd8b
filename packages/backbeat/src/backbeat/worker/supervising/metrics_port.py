"""A port on which a supervisor answers Prometheus and probes, from a thread of its own."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final, cast

from typing_extensions import override

from backbeat.errors import ConfigurationError

logger = logging.getLogger("backbeat.worker.metrics")

TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
JSON: Final = "application/json"

# Whoever asks is a scraper or a probe: few at a time, and none takes long to say what it wants.
_AT_ONCE: Final = 8
_LONGEST_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered.

    Attributes:
        text: The body.
        kind: Its type. Defaults to JSON.
        status: The status. Defaults to 200.
    """

    text: str
    kind: str = JSON
    status: int = 200


Routes = Mapping[str, Callable[[], Answer]]


class MetricsPort:
    """Answers GET on a few addresses, to whoever reaches the port."""

    def __init__(self, host: str, port: int, routes: Routes) -> None:
        """Listen; `start` answers.

        Args:
            host: Address to bind to.
            port: Port; 0 for any that is free.
            routes: What is answered at which address; called in other threads.

        Raises:
            ConfigurationError: The port cannot be had.
        """
        try:
            self._server = _Server(host, port, routes)
        except OSError as error:
            raise ConfigurationError(
                f"metrics cannot be served on {host}:{port}: {error.strerror or error}; give each"
                " worker of this machine a port of its own with --metrics-port"
            ) from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="backbeat-metrics", daemon=True
        )

    @property
    def address(self) -> str:
        """Where it listens, as the beginning of a URL."""
        host, port = self._server.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
        logger.info("metrics at %s/metrics", self.address)

    def close(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """One thread a connection, of which there are few, and each for a short time."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, routes: Routes) -> None:
        self.routes = routes
        self._began: dict[Any, float] = {}
        self._guard = threading.Lock()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    @override
    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Whether there is room; one that is not taken is closed."""
        with self._guard:
            if len(self._began) >= _AT_ONCE:
                return False
            self._began[request] = time.monotonic()
            return True

    @override
    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._began.pop(request, None)
        super().shutdown_request(request)

    @override
    def service_actions(self) -> None:
        """Twice a second: whoever takes too long is not waited for."""
        now = time.monotonic()
        with self._guard:
            slow = [each for each, began in self._began.items() if now - began > _LONGEST_S]
        for request in slow:
            # Its thread reads an end, and forgets it.
            request.shutdown(socket.SHUT_RDWR)

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.debug("a request for metrics was not answered")


class _Handler(BaseHTTPRequestHandler):
    """Says what is asked for, and nothing of what runs here."""

    timeout: ClassVar[float | None] = _LONGEST_S

    def do_GET(self) -> None:
        route = cast("_Server", self.server).routes.get(self.path.partition("?")[0])
        if route is None:
            self._say(Answer('{"success":false}', status=404))
            return
        try:
            answer = route()
        except Exception:
            logger.exception("%s could not be answered", self.path)
            answer = Answer('{"success":false}', status=500)
        self._say(answer)

    def _say(self, answer: Answer) -> None:
        body = answer.text.encode()
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a scrape is no news, and its words are a stranger's."""
