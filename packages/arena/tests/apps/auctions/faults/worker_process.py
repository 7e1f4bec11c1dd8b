"""A worker of auctions as a process of its own, to be killed.

    python -m packages.arena.tests.apps.auctions.faults.worker_process VALKEY POSTGRES [--dies]

With `--dies` it only keeps bids, and kills itself as soon as the first is committed: the job is
done, and nobody was told.
"""

import asyncio
import sys

from arena.apps.auctions.handlers import declare_handlers
from arena.base.db.opening import connect
from backbeat import Backbeat, Worker
from packages.arena.tests.apps.auctions.desks import open_desk
from packages.arena.tests.apps.auctions.faults.deadly import Deadly


async def main(valkey: str, postgres: str, *options: str) -> None:
    """Run jobs until killed."""
    app, database, queues = Backbeat(valkey), connect(postgres), None
    if options == ("--dies",):
        database, queues = Deadly(database.engine), ["bid-persistence"]
    declare_handlers(app, open_desk(app, database))
    async with Worker(app, lease=2, queues=queues):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
