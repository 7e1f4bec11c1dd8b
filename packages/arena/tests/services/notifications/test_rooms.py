"""A page of the house follows the inbox of whoever is signed in, and of nobody else."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx

from arena.base.application import Parts
from arena.base.house import House
from arena.base.sockets import Sockets
from arena.services.notifications import IN_APP, Intent, LiveInbox, Notifications
from backbeat import Worker
from packages.arena.tests.bootstrap.test_sockets import connected, served, sign_up
from packages.arena.tests.services.notifications.stage import ALARM

PATIENCE_S = 60.0


class Desk:
    """An application that has nothing but inboxes."""

    name = "desk"

    notifications: Notifications
    sockets: Sockets

    def open(self, house: House) -> Parts:
        """See `Application.open`."""
        in_app_only = replace(ALARM, channels=(IN_APP,))
        self.notifications = Notifications(
            house.jobs, house.database, [in_app_only], [LiveInbox(self)]
        )
        return Parts(routers=(self.notifications.routes(),), rooms=self.rooms)

    def rooms(self, sockets: Sockets) -> None:
        """Take the sockets of the house."""
        self.sockets = sockets
        self.notifications.rooms(sockets)

    async def emit(self, event: str, data: Any = None, *, room: str | None = None) -> None:
        """What the live inbox calls."""
        assert room is not None
        await self.sockets.tell(room, event, data)


async def test_a_page_follows_the_inbox_of_its_user(house: House) -> None:
    desk = Desk()
    told: asyncio.Queue[Any] = asyncio.Queue()
    async with served(house, desk) as (at, _):
        token = await sign_up(at)
        bearer = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=at, headers=bearer, timeout=PATIENCE_S) as client:
            me = (await client.get("/api/auth/me")).json()["data"]["id"]
            async with connected(at, token) as page, connected(at) as visitor, Worker(house.jobs):
                page.on("notification", told.put)
                visitor.on("notification", told.put)
                refused = await visitor.call("notifications:follow", None, timeout=PATIENCE_S)
                assert refused["error"]["code"] == "UNAUTHENTICATED"
                answer = await page.call("notifications:follow", None, timeout=PATIENCE_S)
                assert answer == {"success": True, "data": {"unread": 0}}
                for user in ("somebody else", me):
                    await desk.notifications.notify(
                        Intent(user, "alarm", "1", {"place": f"the home of {user}"})
                    )
                event = await asyncio.wait_for(told.get(), PATIENCE_S)
            assert event["message"] == f"Somebody signed in from the home of {me}."
            inbox = (await client.get("/api/desk/notifications")).json()["data"]
        assert [entry["notification"] for entry in inbox] == [event["id"]]
    assert told.empty()
