"""A provider of messages on this machine, for tests and for trying out: it fails on request.

    python -m arena.services.notifications.fake_provider [--port N]

`POST /messages` takes a message; the same `Idempotency-Key` is taken once. `POST /behave` takes a
list of behaviours, one for each message that comes: "500", "429:2" (with Retry-After), "400",
"hang", "drop" (taken, but the reply is lost), "stall" (taken, and no reply ever comes), "forget"
(taken, whatever the key). `GET /messages` lists what was taken, `GET /` shows it to people.
Anything that is posted elsewhere is taken as apprise's `json://` sends it.
"""

import argparse
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from typing_extensions import override

MOST_KEPT: Final = 1_000
_SHOWN: Final = 100
_PAGE: Final = """<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Messages</title>
<style>body {{ font: 1rem/1.5 system-ui; margin: 2rem auto; max-width: 48rem }}
li {{ margin: 0.5rem 0 }} small {{ color: #666 }}</style>
<h1>{count} messages were sent</h1><ol reversed start="{count}">{items}</ol>
"""


@dataclass
class FakeProvider:
    """What it does, and what has come.

    Attributes:
        port: Where it listens.
        behaviours: What it does with the messages that come next; then it takes them.
        taken: The last 1,000 messages that it will bring, in order.
        count: How many it has taken in all.
        came: Keys of the last 1,000 requests, in order.
        arrival: Notified when one has come.
        over: Set at its end: who hangs may go on.
    """

    port: int = 0
    behaviours: list[str] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0
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
                self.count += 1
                known = [{**message, "key": key, "id": f"m{self.count}"}]
                self.taken += known
            del self.taken[:-MOST_KEPT], self.came[:-MOST_KEPT]
            self.arrival.notify_all()
            return behaviour, known[0]["id"] if known else ""

    def page(self) -> str:
        """What it has taken, the newest first, for people."""
        with self.arrival:
            newest = self.taken[: -_SHOWN - 1 : -1]
            items = "".join(_item(each) for each in newest)
            return _PAGE.format(count=self.count, items=items)


@contextmanager
def fake_provider(port: int = 0) -> Iterator[FakeProvider]:
    """A provider, until the end of the block.

    Args:
        port: Where it listens. Defaults to any that is free.
    """
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


def _item(message: dict[str, Any]) -> str:
    to, title, body = (escape(str(message.get(name, ""))) for name in ("to", "title", "body"))
    return f"<li><small>{to}</small><br><b>{title}</b><br>{body}</li>"


def _handler(about: FakeProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/":
                self._send(200, about.page(), "text/html; charset=utf-8", {})
            else:
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
            self._send(status, json.dumps(content), "application/json", headers or {})

        def _send(self, status: int, text: str, kind: str, headers: dict[str, str]) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
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
        sys.stdout.write(f"a provider of messages, for trying out: {about.url}\n")
        sys.stdout.flush()
        try:
            about.over.wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
