"""Customers: they pay, are sent mail, upload pictures, and order, without end."""

import asyncio
import itertools
import random
from typing import Final

from examples.shop.jobs import app, build, charge, images, mail, payments, ship

_SHOPS: Final = ("acme", "globex", "initech", "umbrella")
_WIDTHS: Final = [320, 640, 960, 1280]
_TURN_S: Final = 0.5


async def customers(stop: asyncio.Event) -> None:
    """Keep the shop busy until told to stop: waves of customers, an order now and then."""
    chance = random.Random(1)
    for turn in itertools.count():
        await _turn(chance, turn)
        try:
            async with asyncio.timeout(_TURN_S):
                await stop.wait()
        except TimeoutError:
            continue
        return


async def _turn(chance: random.Random, turn: int) -> None:
    # A wave every two minutes.
    busy = 1 + (turn % 240) / 80
    for _ in range(round(4 * busy)):
        wallet = chance.randrange(1, 400)
        await charge.enqueue(wallet=wallet, amount=chance.randrange(500, 20_000), card_token="tok")  # noqa: S106 - of nobody
    await mail.add_many([
        mail.call("send", {
            "shop": chance.choice(_SHOPS), "to": f"customer{chance.randrange(10_000)}@example.com",
        })
        for _ in range(round(6 * busy))
    ])  # fmt: skip
    if turn % 5 == 0:
        await images.add(
            "resize", {"picture": f"shoe-{chance.randrange(900)}", "widths": _WIDTHS},
            priority=chance.choice([3, 5, 5, 8]),
        )  # fmt: skip
    if turn % 10 == 0:
        later = chance.randrange(600, 86_400)
        await payments.add("refund", {"wallet": 7, "amount": 990}, delay=later)
    if turn % 20 == 0:
        await _order(turn)


async def _order(turn: int) -> None:
    order = f"order-{4700 + turn}"
    flow = app.flow(order)
    paid = flow.add(charge.call(wallet=turn % 400 + 1, amount=12_990))
    invoice = flow.add(build.call(name=f"{order}-invoice"), after=[paid])
    label = flow.add(ship.call(order=order), after=[paid])
    flow.add(
        mail.call("send", {"shop": "acme", "to": "ada@example.com", "template": "shipped"}),
        after=[invoice, label],
    )
    await flow.start()
