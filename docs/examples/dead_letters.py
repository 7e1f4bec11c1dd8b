"""Jobs that failed for good: grouped by what they failed of, retried as a group."""

import asyncio

from backbeat import Backbeat, Retry, Worker

app = Backbeat()
orders = app.queue("orders", retry=Retry(attempts=1))
provider_is_up = False


@orders.job()
async def charge(order: int) -> None:
    if order == 13:
        raise ValueError(f"order {order} has no lines")
    if not provider_is_up:
        raise ConnectionError(f"no answer for order {order}")


async def main() -> None:
    global provider_is_up
    async with app, Worker(app):
        handles = await orders.add_many([charge.call(order) for order in range(11, 16)])
        await asyncio.gather(*(each.result() for each in handles), return_exceptions=True)
        groups = await orders.dead.groups()
        for group in groups:
            print(f"{group.count} x {group.name}: {group.error.error}")
        provider_is_up = True
        print(await orders.dead.retry(groups[0].fingerprint), "run again")
        await asyncio.gather(*(each.result() for each in handles), return_exceptions=True)
        left = await orders.dead.groups()
        print([group.error.message for group in left])


if __name__ == "__main__":
    asyncio.run(main())
