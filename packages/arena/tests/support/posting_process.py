"""Processes that post journals until they are killed, and say which ones were answered.

Run as `python -m packages.arena.tests.support.posting_process ADDRESS`; each line of its input is
the seed of a child to fork, which costs a thousandth of what a new process would.
"""

import asyncio
import os
import random
import sys

from arena.base.db import DatabaseAway
from arena.base.db.opening import connect
from arena.services.ledger import Account, HoldRequest, Journal, Ledger
from arena.services.ledger.errors import InsufficientFunds
from packages.arena.tests.support.money import BANK, transfer, usd, wallet

TURN = 40
PAUSE_S = 0.05


def turn(seed: int, number: int) -> list[Journal]:
    """The journals of a turn; each process has its own."""
    dice = random.Random(f"{seed}-{number}")
    accounts = [BANK, *(wallet(f"user:{each}") for each in range(10))]
    keys = (f"{seed}-{number}-{place}" for place in range(TURN))
    return [_any_transfer(dice, accounts, key) for key in keys]


async def main(address: str, seed: int) -> None:
    """Post turn after turn; a line for each journal that was posted."""
    ledger = Ledger(connect(address))
    number = 0
    while True:
        try:
            await _do(ledger, seed, number)
        except DatabaseAway:
            await asyncio.sleep(PAUSE_S)  # the server is being started again
        else:
            number += 1


async def _do(ledger: Ledger, seed: int, number: int) -> None:
    answers = await asyncio.gather(
        *(_post(ledger, journal) for journal in turn(seed, number)), _hold(ledger, seed, number)
    )
    for line in filter(None, answers):
        sys.stdout.write(f"{line} whole\n")
    sys.stdout.write("turn\n")
    sys.stdout.flush()


async def _post(ledger: Ledger, journal: Journal) -> str:
    try:
        return f"posted {journal.key} {(await ledger.post(journal)).id}"
    except InsufficientFunds:
        return ""


async def _hold(ledger: Ledger, seed: int, number: int) -> str:
    key = f"{seed}-{number}"
    try:
        await ledger.hold(HoldRequest(key, wallet(f"user:{number % 10}"), usd(5)))
    except InsufficientFunds:
        return ""
    ended = await (ledger.capture(key, to=BANK) if number % 2 else ledger.release(key))
    return f"{ended.state} {key} {ended.journal}"


def _any_transfer(dice: random.Random, accounts: list[Account], key: str) -> Journal:
    source, target = dice.sample(accounts, 2)
    return transfer(key, source, target, dice.randint(1, 100))


def serve(address: str) -> None:
    """Fork a child for each line of the input, and say when it is gone."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(main(address, int(line)))
        sys.stdout.write(f"child {pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)
        # What it was about to say may have been cut.
        sys.stdout.write("\ngone\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
