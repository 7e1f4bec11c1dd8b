"""A worker of notifications as a process of its own, to be killed: Valkey, PostgreSQL, provider."""

import asyncio
import sys

from arena.base.db.opening import connect
from arena.services.notifications import Provider
from backbeat import Backbeat, Worker
from packages.arena.tests.services.notifications.stage import Stage


async def main(valkey: str, postgres: str, provider: str) -> None:
    """Run jobs until killed."""
    app = Backbeat(url=valkey)
    stage = Stage(app, connect(postgres), [Provider("email", provider, seconds=20)])
    async with Worker(stage.app, concurrency=10, lease=2):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
