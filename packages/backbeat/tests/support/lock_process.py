"""A process that holds a lock and writes with its fence, for tests that freeze it.

It says "held" when it has the lock; frozen and thawed, it goes on as if nothing had happened.
"""

import asyncio
import sys
from contextlib import suppress

from backbeat.app.application import Backbeat
from backbeat.app.locks import Lock
from backbeat.errors import LockLost
from packages.backbeat.tests.support.fenced_store import FencedStore


async def main(url: str, path: str, name: str) -> None:
    """Hold, write without a break until the lock is found lost, and say how often."""
    app, store = Backbeat(url), FencedStore(path)
    lock = app.lock(name, ttl=0.3)
    fence = await hold(lock)
    store.write(name, fence)
    print("held", flush=True)  # noqa: T201 - the parent reads it
    tries = accepted = 0
    while True:
        tries += 1
        accepted += store.write(name, fence)
        try:
            lock.check()
        except LockLost:
            break
        await asyncio.sleep(0.001)
    # One that does not look whether it still has the lock.
    tries += 1
    accepted += store.write(name, fence)
    print(f"{tries} {accepted}", flush=True)  # noqa: T201 - the parent reads it
    await app.close()


async def hold(lock: Lock) -> int:
    """Hold it; the fence. On a busy machine it may be lost before anybody looks."""
    while True:
        await lock.acquire()
        try:
            return lock.fence
        except LockLost:
            with suppress(LockLost):
                await lock.release()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
