"""A gateway in tests: an application on a real server, and people with different permissions."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from starlette.types import Message

from backbeat import Backbeat, Job, Rate, every
from backbeat.gateway.access import Action, Credentials, HostAccess, Principal, Role
from backbeat.gateway.application import API, Gateway, make_gateway
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.service.rates import Rates

FREE: Final = Rates(read=None, write=None, costly=None, listen=None, refused=None)

PEOPLE: Final = {
    "viewer": Principal("viewer", Role.VIEWER.actions),
    "operator": Principal("operator", Role.OPERATOR.actions),
    "admin": Principal("admin", Role.ADMIN.actions),
    "blind": Principal("blind", frozenset({Action.VIEW})),
    "mailer": Principal("mailer", Role.ADMIN.actions, queues=frozenset({"mail"})),
}


async def recognise(credentials: Credentials) -> Principal | None:
    """People by a token that is their name, or by a cookie as a browser sends it."""
    return PEOPLE.get(credentials.bearer or credentials.cookies.get("user", ""))


def declare_shop(url: str | None = None, namespace: str | None = None) -> Backbeat:
    """An application with two queues, a limit and a schedule."""
    app = Backbeat(url, namespace=namespace)
    app.limit("openai", rate=Rate(100, per=1))
    mail, reports = app.queue("mail"), app.queue("reports")

    @mail.job("send")
    async def send(job: Job, to: str, *, password: str = "") -> str:
        job.log(f"sending to {to}")
        if to == "nobody":
            raise ValueError(f"no address for password={password or 'x'}")
        return to

    @reports.job("build")
    async def build(month: int) -> int:
        return month

    app.schedule("nightly", every(3600), build.call(month=1))
    return app


@dataclass
class Desk:
    """Somebody at a gateway.

    Attributes:
        client: Sends requests.
        app: The application.
        gateway: The gateway.
    """

    client: httpx.AsyncClient
    app: Backbeat
    gateway: Gateway

    async def ask(
        self, method: str, path: str, who: str | None = "admin", **given: Any
    ) -> httpx.Response:
        """Send a request in somebody's name; a path without a leading slash is one of the API."""
        bearer = {"authorization": f"Bearer {who}"} if who else {}
        headers = {**bearer, **given.pop("headers", {})}
        where = path if path.startswith("/") else f"{API}/{path}"
        return await self.client.request(method, where, headers=headers, **given)

    async def open(self, path: str, who: str | None = "admin") -> tuple[int, str]:
        """Status and code of a GET whose answer may never end: whoever asks goes away at once."""
        said: list[Message] = []
        asked: list[Message] = [{"type": "http.request"}]

        async def receive() -> Message:
            return asked.pop() if asked else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            said.append(message)

        bearer = [(b"authorization", f"Bearer {who}".encode())] if who else []
        await self.gateway(
            {
                "type": "http", "method": "GET", "path": path, "query_string": b"",
                "headers": [(b"host", b"localhost"), *bearer], "client": ("127.0.0.1", 4711),
                "scheme": "http", "server": ("localhost", 80), "root_path": "",
                "http_version": "1.1", "asgi": {"version": "3.0", "spec_version": "2.3"},
            },
            receive,
            send,
        )  # fmt: skip
        status: int = said[0]["status"]
        return status, json.loads(said[1]["body"])["error"]["code"] if status >= 400 else ""

    async def data(self, method: str, path: str, who: str = "admin", **given: Any) -> Any:
        """What a request that goes well is answered."""
        answer = await self.ask(method, path, who, **given)
        assert answer.status_code < 300, answer.text
        assert answer.json()["success"] is True
        return answer.json()["data"]

    async def error(self, method: str, path: str, who: str | None = "admin", **given: Any) -> Any:
        """Status and code of a request that is refused."""
        answer = await self.ask(method, path, who, **given)
        said = answer.json()
        assert said["success"] is False
        assert said["error"]["requestId"] == answer.headers["x-request-id"]
        return answer.status_code, said["error"]["code"]


@asynccontextmanager
async def at_desk(app: Backbeat, **options: Any) -> AsyncIterator[Desk]:
    """A gateway of an application, without a socket."""
    chosen = GatewayOptions(**{"rates": FREE, **options})
    gateway = make_gateway(app, access=HostAccess(recognise), options=chosen)
    transport = httpx.ASGITransport(gateway, client=("127.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield Desk(client, app, gateway)
