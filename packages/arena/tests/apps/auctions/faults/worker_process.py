"""A worker of auctions as a process of its own, to be killed.

    python -m packages.arena.tests.apps.auctions.faults.worker_process VALKEY POSTGRES [--dies]

With `--dies` it only keeps bids, and kills itself as soon as the first is committed: the job is
done, and nobody was told.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.handlers import declare_handlers
from arena.apps.auctions.jobs import AuctionJobs
from arena.base.db import Database
from arena.base.db.opening import connect
from backbeat import Backbeat, Worker


class Deadly(Database):
    """A database whose first commit is the last thing that its process does."""

    @override
    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        async with super().transaction() as session:
            yield session
        os.kill(os.getpid(), signal.SIGKILL)


async def main(valkey: str, postgres: str, *options: str) -> None:
    """Run jobs until killed."""
    app, database, queues = Backbeat(valkey), connect(postgres), None
    if options == ("--dies",):
        database, queues = Deadly(database.engine), ["bid-persistence"]
    desk = Desk.at(app, database, jobs=AuctionJobs(app, persist_rate=None))
    declare_handlers(app, desk)
    async with Worker(app, lease=2, queues=queues):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
