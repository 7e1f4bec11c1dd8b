"""An application as small as one can be: it proves how applications are mounted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter

from arena.base.errors import NotFound
from arena.base.http.permission import EVERYONE, SIGNED_IN, needs
from arena.base.http.route import HouseRoute, Who
from arena.base.sockets import Caller, Sockets
from arena.house import House, Parts
from backbeat import every
from backbeat.gateway.http import Envelope


@dataclass
class Corner:
    """A corner shop.

    Attributes:
        name: Of the application.
        path: Where its things are.
        aliases: Prefixes at which they are, too.
        timeout: Of its handler.
        lives: What it was told of its processes.
        left: Who left.
        simulated: Set when simulated people come.
    """

    name: str = "corner"
    path: str = "/things"
    aliases: tuple[str, ...] = ("/api",)
    event: str = "corner:ask"
    timeout: float | None = 5
    lives: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    simulated: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self, house: House) -> Parts:
        """See `Application.open`."""
        sales = house.jobs.queue(f"{self.name}-sales")

        @sales.job("sell", timeout=self.timeout)
        async def sell(item: str) -> str:
            return f"{item} is sold"

        house.jobs.schedule(f"{self.name}-tidy", every(3_600), sell.call(item="dust"))
        return Parts(
            routers=(self._routes(house),),
            aliases=self.aliases,
            rooms=self._rooms,
            serving=lambda: self._life("serving"),
            working=lambda: self._life("working"),
            simulate=self._simulate,
        )

    def _routes(self, house: House) -> APIRouter:
        router = APIRouter(prefix=self.path, route_class=HouseRoute)

        @router.get("", **needs(EVERYONE))
        async def things() -> Envelope[list[str]]:
            return Envelope(data=["lamp"])

        @router.post("/{item}/sell", **needs(SIGNED_IN))
        async def sell(who: Who, item: str) -> Envelope[str]:
            handle = await house.jobs.queue(f"{self.name}-sales").add("sell", {"item": item})
            return Envelope(data=handle.id)

        return router

    def _rooms(self, sockets: Sockets) -> None:
        async def ask(caller: Caller, data: Any) -> Any:
            if data == "who":
                return caller.who().name
            if data == "roles":
                return sorted(caller.who().roles)
            if data == "nothing":
                raise NotFound("there is no such thing")
            if data == "broken":
                raise RuntimeError("the secret of the cellar")
            await sockets.server.enter_room(caller.sid, "corner")
            await sockets.tell("corner", "corner:told", {"what": data})
            return data

        async def leave(caller: Caller) -> None:
            self.left.append("visitor" if caller.identity is None else caller.identity.name)

        sockets.on(self.event, ask)
        sockets.on_leave(leave)

    @asynccontextmanager
    async def _life(self, of: str) -> AsyncIterator[None]:
        self.lives.append(f"{of} begins")
        yield
        self.lives.append(f"{of} ends")

    async def _simulate(self, at: str) -> None:
        assert at.startswith("http://")
        self.simulated.set()
        await asyncio.Event().wait()
