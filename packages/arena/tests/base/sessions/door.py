"""People at the door of a house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI

from arena.base.db import Database
from arena.base.http.application import make_web
from arena.base.http.front import Front
from arena.base.http.options import HttpOptions
from arena.base.http.permission import needs
from arena.base.http.route import HouseRoute
from arena.base.identity import Role
from arena.base.sessions.google_keys import GoogleKeys
from arena.base.sessions.opening import Sessions, open_sessions
from arena.base.settings import ArenaSettings
from backbeat import Backbeat
from backbeat.gateway.http import Envelope
from packages.arena.tests.support.google import FakeGoogle

# Cheap, or a test would be about argon2.
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ADA: Final = {"email": "Ada@example.com", "username": "ada", "password": "correct horse battery"}


@dataclass
class Door:
    """The door.

    Attributes:
        client: Sends requests; keeps no cookies.
        web: The application.
        sessions: Knows who comes.
        front: Stands before the routes.
        at: Seconds of the clock by which answers of PostgreSQL grow old.
    """

    client: httpx.AsyncClient
    web: FastAPI
    sessions: Sessions
    front: Front
    at: float = 0.0

    async def post(self, path: str, body: Any = None, token: str | None = None) -> httpx.Response:
        """Send something."""
        self.client.cookies.clear()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return await self.client.post(f"/api/auth/{path}", json=body or {}, headers=headers)

    async def token(self, **changed: str) -> str:
        """Sign somebody up; their token."""
        answer = await self.post("sign-up", {**ADA, **changed})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["token"])

    async def me(self, token: str) -> httpx.Response:
        """Who a token is."""
        self.client.cookies.clear()
        bearer = {"authorization": f"Bearer {token}"}
        return await self.client.get("/api/auth/me", headers=bearer)

    async def refused(self, path: str, body: Any, token: str | None = None) -> tuple[int, str]:
        """Status and code of what is refused."""
        answer = await self.post(path, body, token)
        assert answer.json()["success"] is False
        return answer.status_code, answer.json()["error"]["code"]


def _admins() -> APIRouter:
    router = APIRouter(route_class=HouseRoute)

    @router.get("/api/vault", **needs(Role.ADMIN))
    async def vault() -> Envelope[str]:
        return Envelope(data="gold")

    return router


@asynccontextmanager
async def open_door(
    settings: ArenaSettings,
    jobs: Backbeat,
    database: Database,
    google: FakeGoogle,
    options: HttpOptions,
) -> AsyncIterator[Door]:
    """A house, without a socket."""
    sessions = open_sessions(settings, database, keys=GoogleKeys(google.address))
    sessions.accounts._passwords._hasher = CHEAP
    front = Front(jobs, sessions.recogniser, options)
    web = make_web(jobs, front, checks={})
    sessions.serve(web)
    web.include_router(_admins())
    transport = httpx.ASGITransport(web, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        door = Door(client, web, sessions, front)
        sessions.recogniser._clock = lambda: door.at
        yield door
