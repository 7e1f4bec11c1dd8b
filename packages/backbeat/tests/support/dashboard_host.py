"""A host with a dashboard, in a process of its own, since there is one NiceGUI in a process.

Started with the address of the job server and whether the host has a lifespan; prints as JSON how
many readers of the dashboard ran while it was served and while the host ended, and whether anything
connects once the host has closed the application.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from backbeat.dashboard.attaching import attach
from backbeat.dashboard.options import DashboardOptions
from backbeat.gateway.access import Loopback
from backbeat.gateway.mounting import mount
from packages.backbeat.tests.support.desk import declare_shop


def reading() -> int:
    """How many tasks read for open pages."""
    tasks = asyncio.all_tasks()
    return sum(each.get_name() == "dashboard reader" and not each.cancelling() for each in tasks)


async def main(url: str, own_lifespan: bool) -> dict[str, int]:
    app = declare_shop(url)
    said: dict[str, int] = {}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        said["ending"] = reading()
        await app.close()

    host = FastAPI(lifespan=lifespan) if own_lifespan else FastAPI()
    attach(mount(app, host, access=Loopback()), DashboardOptions(interval=0.05))
    transport = httpx.ASGITransport(host, client=("127.0.0.1", 4711))
    async with host.router.lifespan_context(host):
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get("/backbeat/dashboard/")
        said["status"], said["serving"] = answer.status_code, reading()
    said["after"] = reading()
    await app.close()
    return said


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2] == "own"))))  # noqa: T201
