"""A provider of messages on this machine that fails on request.

    python -m packages.arena.tests.support.provider [--port N]

`POST /messages` takes a message; the same `Idempotency-Key` is taken once. `POST /behave` takes a
list of behaviours, one for each message that comes: "500", "429:2" (with Retry-After), "400",
"hang", "drop" (taken, but the reply is lost), "stall" (taken, and no reply ever comes), "forget"
(taken, whatever the key). `GET /messages` lists what was taken. Anything that is posted elsewhere
is taken as apprise's `json://` sends it.
"""

import argparse
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override


@dataclass
class FakeProvider:
    """What it does, and what has come.

    Attributes:
        port: Where it listens.
        behaviours: What it does with the messages that come next; then it takes them.
        taken: Messages that it will bring, in order.
        came: Keys of all requests, in order.
        arrival: Notified when one has come.
        over: Set at its end: who hangs may go on.
    """

    port: int = 0
    behaviours: list[str] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    came: list[str] = field(default_factory=list)
    arrival: threading.Condition = field(default_factory=threading.Condition)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, requests: int, timeout: float = 60) -> None:
        """Wait until so many have come."""
        with self.arrival:
            assert self.arrival.wait_for(lambda: len(self.came) >= requests, timeout)

    def take(self, key: str, message: dict[str, Any]) -> tuple[str, str]:
        """What to do with a message that has come, and what it is called."""
        with self.arrival:
            behaviour = self.behaviours.pop(0) if self.behaviours else "ok"
            self.came.append(key)
            known = [each for each in self.taken if each["key"] == key and key]
            if behaviour in ("ok", "drop", "stall", "forget") and (
                not known or behaviour == "forget"
            ):
                known = [{**message, "key": key, "id": f"m{len(self.taken) + 1}"}]
                self.taken += known
            self.arrival.notify_all()
            return behaviour, known[0]["id"] if known else ""


@contextmanager
def fake_provider(port: int = 0) -> Iterator[FakeProvider]:
    """A provider, until the end of the block."""
    about = FakeProvider()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(about))
    server.daemon_threads = True
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


def _handler(about: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(200, about.taken)

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/behave":
                about.behaviours += content
                self._answer(200, {})
                return
            behaviour, number = about.take(self.headers.get("Idempotency-Key", ""), content)
            if behaviour in ("hang", "stall"):
                about.over.wait()
            if behaviour in ("hang", "stall", "drop"):
                self.close_connection = True
                return
            status, _, pause = behaviour.partition(":")
            headers = {"Retry-After": pause} if pause else {}
            self._answer(int(status) if status.isdecimal() else 202, {"id": number}, headers)

        def _answer(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def main() -> None:
    """Run until it is interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    with fake_provider(parser.parse_args().port) as about:
        print(f"a provider of messages, for trying out: {about.url}", flush=True)  # noqa: T201
        try:
            about.over.wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
