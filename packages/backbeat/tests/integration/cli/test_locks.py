"""Locks on the command line: who holds them, who waits, and taking them away."""

import asyncio

from backbeat import Backbeat
from packages.backbeat.tests.integration.cli.conftest import Terminal


def test_nothing_is_held_at_first(terminal: Terminal) -> None:
    assert terminal.json("locks") == []
    assert "no lock" in terminal("locks").stdout


def test_a_held_lock_is_listed_and_shown_with_its_fence(terminal: Terminal) -> None:
    with Backbeat().sync as sync, sync.lock("wallet:{9xQe} pnl") as lock:
        [listed] = terminal.json("locks")
        shown = terminal.json("lock", "wallet:{9xQe} pnl")
        assert listed == shown
        assert (shown["name"], shown["slots"]) == ("wallet:{9xQe} pnl", 1)
        assert shown["holders"][0]["fence"] == lock.fence
        assert "1 of 1" in terminal("locks").stdout
        assert str(lock.fence) in terminal("lock", "wallet:{9xQe} pnl").stdout


def test_a_lock_is_taken_away_only_when_somebody_says_yes(terminal: Terminal) -> None:
    async def hold() -> bool:
        app = Backbeat()
        lock = app.lock("a")
        await lock.acquire()
        refused = await asyncio.to_thread(terminal, "unlock", "a")
        assert refused.exit_code == 2
        assert (await asyncio.to_thread(terminal.json, "unlock", "a", "--yes"))["ended"] == 1
        free = await app.lock("a").try_acquire()
        await app.close()
        return free

    assert asyncio.run(hold())


def test_what_nobody_holds_cannot_be_taken_away(terminal: Terminal) -> None:
    assert terminal.json("unlock", "a", "--yes", code=4) == {"name": "a", "ended": 0}
