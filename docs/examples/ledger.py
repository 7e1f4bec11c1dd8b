"""Money in the ledger: a deposit, a hold that is captured in part, a key that is used again."""

import asyncio
import tempfile

from pydantic import SecretStr

from arena.base.db import open_database
from arena.base.migrations import migrate
from arena.base.money import USD, Money
from arena.base.settings import ArenaSettings
from arena.services.ledger import OUTSIDE, WALLET, HoldRequest, Journal, Ledger, credit, debit
from arena.services.ledger.errors import InsufficientFunds

BANK = OUTSIDE.of("bank", USD)
ADA, HOUSE = WALLET.of("user:ada", USD), WALLET.of("house", USD)


def usd(text: str) -> Money:
    return Money.parse(text, USD)


async def use(ledger: Ledger) -> None:
    # The key was chosen and stored before the first try: sent again, it has one effect.
    deposit = Journal("deposit:91", "deposit", (debit(BANK, usd("50")), credit(ADA, usd("50"))))
    print("same answer", await ledger.post(deposit) == await ledger.post(deposit))

    await ledger.hold(HoldRequest("bid:7:ada", ADA, usd("30")))
    balance = await ledger.balance(ADA)
    print("posted", balance.posted, "available", balance.available)
    try:
        await ledger.hold(HoldRequest("bid:8:ada", ADA, usd("20.01")))
    except InsufficientFunds as error:
        print(error.status, error)

    await ledger.capture("bid:7:ada", to=HOUSE, amount=usd("25"), ref="auction:7")
    for line in (await ledger.statement(ADA)).lines:
        print(line.number, line.type, line.ref or "-", line.amount, line.balance)

    await ledger.seal()  # a worker does this: arena.services.ledger.handlers.declare
    report = await ledger.verify()
    print("ok", report.ok, "sealed", report.sealed)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(
            ArenaSettings(database_url=SecretStr(f"embedded://{folder}"))
        )
        await migrate(database)
        await use(Ledger(database))
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
