"""Somebody who makes or accepts an offer in a process that dies with the commit of it.

python -m packages.arena.tests.apps.auctions.faults.offering_process
VALKEY POSTGRES NOW_MS AUCTION offer|accept
"""

import asyncio
import sys

from arena.apps.auctions.actions.offering import answer, offer
from arena.base.db.opening import connect
from backbeat import Backbeat
from packages.arena.tests.apps.auctions.desks import open_desk
from packages.arena.tests.apps.auctions.faults.deadly import Deadly


async def main(valkey: str, postgres: str, now_ms: str, auction_id: str, what: str) -> None:
    """Do it, and be killed."""
    database = Deadly(connect(postgres).engine)
    desk = open_desk(Backbeat(valkey), database, lambda: int(now_ms))
    if what == "offer":
        await offer(desk, auction_id, 48)
    else:
        await answer(desk, auction_id, "ann", "accepted")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
