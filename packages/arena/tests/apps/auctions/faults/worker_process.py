"""A worker of auctions as a process of its own, to be killed."""

import asyncio
import sys

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.handlers import declare_handlers
from arena.apps.auctions.jobs import AuctionJobs
from arena.base.db.opening import connect
from backbeat import Backbeat, Worker


async def main(valkey: str, postgres: str) -> None:
    """Run jobs until killed."""
    app = Backbeat(valkey)
    desk = Desk.at(app, connect(postgres), jobs=AuctionJobs(app, persist_rate=None))
    declare_handlers(app, desk)
    async with Worker(app, lease=2):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
