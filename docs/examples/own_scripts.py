"""A script of one's own: one atomic step on the server that has the jobs."""

import asyncio
from pathlib import Path

from backbeat import Backbeat

app = Backbeat()
seats = app.scripts(Path(__file__).with_suffix(""), name="seats")


async def take(show: str, request: str) -> int:
    return int(await seats.run("take_seat", show, request, 2))


async def main() -> None:
    print("ann:", await take("tosca", "ann-1"))
    print("ann asks again:", await take("tosca", "ann-1"))
    print("bob:", await take("tosca", "bob-1"))
    print("cid:", await take("tosca", "cid-1"))
    print("cid, another show:", await take("aida", "cid-1"))
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
