"""Pages of the house follow the inbox of whoever is signed in, and of nobody else."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx

from arena.house import House, Parts
from arena.services.notifications import IN_APP, Intent
from backbeat import Worker
from packages.arena.tests.bootstrap.test_sockets import connected, served, sign_up
from packages.arena.tests.services.notifications.stage import ALARM

PATIENCE_S = 60.0


class Desk:
    """An application that has nothing but something to tell."""

    name = "desk"

    def open(self, house: House) -> Parts:
        """See `Application.open`."""
        return Parts(kinds=(replace(ALARM, channels=(IN_APP, "email")),))


async def test_a_page_follows_the_inbox_of_its_user(house: House) -> None:
    told: asyncio.Queue[Any] = asyncio.Queue()
    async with served(house, Desk()) as (at, _):
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
                    await house.notifications.notify(
                        Intent(user, "alarm", "1", {"place": f"the home of {user}"})
                    )
                event = await asyncio.wait_for(told.get(), PATIENCE_S)
            assert event["message"] == f"Somebody signed in from the home of {me}."
            inbox = (await client.get("/api/notifications")).json()["data"]
        assert [entry["notification"] for entry in inbox] == [event["id"]]
    assert told.empty()
