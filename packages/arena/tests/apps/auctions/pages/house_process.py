"""The house with auctions and its pages in a process of its own, where NiceGUI may live.

Started with the address of the job server, that of the database and a folder, and perhaps
`--slow-people`; prints the address
of the pages.
"""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from arena.apps.auctions.pages import filled_in
from arena.base.db.opening import connect
from arena.base.logs import configure_logs
from arena.base.settings import ArenaSettings
from arena.house import House
from backbeat import Backbeat, Rate
from packages.arena.tests.apps.auctions.live.served import FREE, serve_auctions

_NEVER_REACHED: Final = Rate(1_000_000, per=1)
COUNTED: Final = replace(FREE, visitor=_NEVER_REACHED, read=_NEVER_REACHED, write=_NEVER_REACHED)


async def main(jobs_at: str, database_at: str, folder: str, *options: str) -> None:
    if options == ("--slow-people",):
        # Nobody can look at a change for so long: each press comes right after it.
        filled_in.REACTION_S = 3_600  # type: ignore[misc]
    configure_logs(json=False, level="WARNING")
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    database = connect(database_at)
    async with Backbeat(jobs_at) as jobs:
        settings = ArenaSettings(data_dir=Path(folder))
        house = House(settings=settings, jobs=jobs, database=database)
        async with serve_auctions(house, pages=True, options=COUNTED) as served:
            print(served.at, flush=True)  # noqa: T201
            # Nobody reads on: a log would fill the pipe, and then everything would wait.
            os.dup2(2, 1)
            await stop.wait()
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
