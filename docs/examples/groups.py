"""Tenants that share a queue: turns, limits, order, and rules that change while it works."""

import asyncio

from backbeat import Backbeat, GroupFull, Groups, Retry, Worker

app = Backbeat()
videos = app.queue("videos", groups=Groups(max_waiting=100))
accounts = app.queue(
    "accounts", groups=Groups(ordered=True), retry=Retry.fixed(attempts=2, delay=0.1)
)
told: list[str] = []


@videos.job(group="{tenant}")
async def encode(tenant: str, film: int) -> None:
    told.append(f"{tenant} {film}")


@accounts.job(group="account-{account}")
async def book(account: int, entry: str) -> None:
    told.append(entry)
    if told.count("deposit") == 1:
        raise ConnectionError("the bank does not answer")


async def main() -> None:
    await videos.configure()
    await encode_films()
    await change_rules()
    await keep_order()
    await app.close()


async def encode_films() -> None:
    films = [encode.call("acme", film) for film in range(100)]
    await videos.add_many(films)
    last = await encode.enqueue("small", 1)
    try:
        await encode.enqueue("acme", 101)
    except GroupFull as refusal:
        print(refusal.group, "is full")
    async with Worker(app, queues=["videos"], concurrency=1):
        await last.result(timeout=10)
    print("small was number", told.index("small 1") + 1)


async def change_rules() -> None:
    await videos.groups.configure("acme", weight=3, concurrency=5)
    await videos.groups.pause("acme")
    acme = await videos.groups.get("acme")
    print(acme.name, "is held by", acme.held, "with weight", acme.weight)
    await videos.groups.resume("acme")


async def keep_order() -> None:
    told.clear()
    await book.enqueue(7, "deposit")
    last = await book.enqueue(7, "withdrawal")
    async with Worker(app, queues=["accounts"], concurrency=5):
        await last.result(timeout=10)
    print(*told, sep=", ")


if __name__ == "__main__":
    asyncio.run(main())
