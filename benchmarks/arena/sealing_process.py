"""A worker that does the ledger's own jobs, and nothing else.

python -m benchmarks.arena.sealing_process VALKEY POSTGRES
"""

import asyncio
import sys

import uvloop

from arena.base.db.opening import connect
from arena.services.ledger import Ledger
from arena.services.ledger.handlers import declare
from backbeat import Backbeat, Worker
from benchmarks.arena.lifeline import end_with_parent


async def main(valkey: str, postgres: str) -> None:
    """Seal until it is killed, or its parent is gone."""
    end_with_parent()
    app = Backbeat(valkey)
    declare(app, Ledger(connect(postgres)))
    async with Worker(app):
        print("ready", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
