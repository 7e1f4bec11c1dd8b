"""Many jobs in few calls: each has its answer."""

import asyncio
from collections import Counter

from backbeat import Backbeat

app = Backbeat()
thumbnails = app.queue("thumbnails")


@thumbnails.job()
async def shrink(picture: int) -> None: ...


async def main() -> None:
    calls = [shrink.options(id=f"picture-{n}").call(n) for n in range(5_000)]
    handles = await thumbnails.add_many(calls)
    print(dict(Counter(handle.added for handle in handles)))

    handles = await thumbnails.add_many(calls)  # repeated after an error, say
    print(dict(Counter(handle.added for handle in handles)))
    print((await thumbnails.counts()).waiting, "waiting")

    # Adds that run at the same time are joined into few calls as well.
    await asyncio.gather(*(shrink.enqueue(n) for n in range(100)))
    print((await thumbnails.counts()).waiting, "waiting")
    await app.close()


if __name__ == "__main__":
    asyncio.run(main())
