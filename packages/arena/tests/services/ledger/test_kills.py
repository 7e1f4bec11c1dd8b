"""Processes are killed in the middle of what they post, and so is the server: nothing is lost."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import pytest

from arena.base.db.opening import connect
from arena.base.postgres import EmbeddedPostgres
from arena.services.ledger import Ledger
from packages.arena.tests.support.databases import Databases, kill_server
from packages.arena.tests.support.money import BANK
from packages.arena.tests.support.posting_process import turn
from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, size

KILLS: Final = size(ci=6, long=1_000)
SEED: Final = 7
EVERY_SERVER: Final = size(ci=3, long=20)


class Answered:
    """What the processes were answered: the ids of journals by their keys.

    Attributes:
        posted: Journals.
        captured: What holds were captured by.
        turns: How many turns were whole.
    """

    def __init__(self) -> None:
        self.posted: dict[str, int] = {}
        self.captured: dict[str, int] = {}
        self.turns = 0

    def note(self, words: list[str]) -> None:
        """Take in a line of a process; one that was cut by a kill has another last word."""
        match words:
            case ["posted", key, journal, "whole"]:
                self.posted[key] = int(journal)
            case ["captured", key, journal, "whole"]:
                self.captured[key] = int(journal)
            case ["turn"]:
                self.turns += 1


class Mother:
    """Forks processes that post, and kills them."""

    def __init__(self, process: Process, answered: Answered) -> None:
        self._process = process
        self._answered = answered

    async def post_until_killed(self, seed: int, turns: int, meanwhile: Callable[[], None]) -> None:
        """Let a child post so many turns and a part of another, and kill it then.

        Args:
            seed: Of what it posts.
            turns: How many whole turns.
            meanwhile: Called in a thread after the first turn.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seed}\n".encode())
        _, pid = await self._until("child")
        for number in range(turns):
            await self._until("turn")
            if number == 0:
                await asyncio.to_thread(meanwhile)
        os.kill(int(pid), signal.SIGKILL)
        await self._until("gone")

    async def _until(self, word: str) -> list[str]:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            words = line.decode().split()
            self._answered.note(words)
            if words and words[0] == word:
                return words
            assert words != ["gone"], "it ended by itself"
        raise AssertionError("the mother ended by itself")


@asynccontextmanager
async def mother(address: str, answered: Answered) -> AsyncIterator[Mother]:
    """A process that has imported what its children need."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "packages.arena.tests.support.posting_process", address),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield Mother(process, answered)
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


def crash(server: EmbeddedPostgres) -> None:
    """Kill PostgreSQL while a process posts, and start it again."""
    kill_server(server)
    server.ensure()


def leave_alone() -> None:
    """Nothing happens to the server."""


@pytest.mark.timeout(1_200 if LONG else 300)
async def test_whatever_was_answered_is_there_once_after_any_kill(databases: Databases) -> None:
    dice, answered = random.Random(SEED), Answered()
    address = databases.address(await databases.named())
    async with mother(address, answered) as forks:
        for seed in range(KILLS):
            kill = partial(crash, databases.server) if seed % EVERY_SERVER == 0 else leave_alone
            await forks.post_until_killed(seed, dice.randint(2, 5), kill)

    database = connect(address)
    ledger = Ledger(database)
    for seed in range(KILLS):
        # Posted again, each gives the answer it gave: its first effect was its only one.
        journals = [each for number in range(6) for each in turn(seed, number)]
        known = [each for each in journals if each.key in answered.posted]
        answers = await asyncio.gather(*map(ledger.post, known))
        assert [each.id for each in answers] == [answered.posted[each.key] for each in known]
    for key, journal in answered.captured.items():
        assert (await ledger.capture(key, to=BANK)).journal == journal
    await ledger.seal()
    report = await ledger.verify()
    await database.close()
    publish(
        Finding(
            "ledger: kill -9 of who posts, and of PostgreSQL", KILLS, SEED,
            violations=len(report.broken), figures={"journals answered": len(answered.posted)},
        )
    )  # fmt: skip

    assert answered.posted
    assert answered.captured
    assert report.broken == ()
    assert report.sealed >= len(answered.posted) + len(answered.captured)
