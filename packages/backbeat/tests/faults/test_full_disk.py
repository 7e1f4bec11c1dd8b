"""A server whose disk is full: adds are refused cleanly, nothing is lost, and it recovers.

A small disk is a file system in memory, which only root may mount.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest

from backbeat.errors import ServerUnavailable
from packages.backbeat.tests.support.fault_report import Finding, publish, size
from packages.backbeat.tests.support.oracles import effects_are_exact, states_of
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.scene import Scene

EACH = 10
ROUNDS = size(ci=1, long=20)
LEASE_S = 10.0
BALLAST: Final = "ballast"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 4 MiB; skips by name where there can be none."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("needs root and mount: a full disk is a small one that is mounted for the test")
    with tempfile.TemporaryDirectory(prefix="bb-") as folder:
        mounting = ["mount", "-t", "tmpfs", "-o", "size=4m", "backbeat-test", folder]
        mounted = subprocess.run(mounting, capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            pytest.skip(f"needs the right to mount a small disk: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@pytest.fixture
def own_server(small_disk: Path) -> Iterator[PrivateServer]:
    """A server as the embedded one is set up, on the small disk."""
    with PrivateServer(small_disk, "--appendfsync", "everysec") as server:
        yield server


@pytest.fixture
async def tight(scene: Scene, small_disk: Path) -> AsyncIterator[Scene]:
    """The stage; the disk has room again for the end of the test."""
    yield scene
    (small_disk / BALLAST).unlink(missing_ok=True)


async def test_adds_are_refused_while_the_disk_is_full_and_what_runs_ends(
    tight: Scene, small_disk: Path, seed: int
) -> None:
    scene, refused = tight, 0
    worker = scene.work(lease=LEASE_S, concurrency=EACH)
    for _ in range(ROUNDS):
        await scene.add(EACH, ms=(300, 600))
        await scene.until_begun(len(scene.accepted))
        fill(small_disk)
        await add_until_refused(scene)
        refused += await refusals(scene)
        await until_effects(scene)
        (small_disk / BALLAST).unlink()
        await add_until_accepted(scene)
        await scene.until_ended()

    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": len(scene.accepted)}
    # The lease outlived the full disk: nothing was started twice.
    assert effects_are_exact(scene.ledger, scene.accepted) == 0
    assert [each.about["pid"] for each in await scene.queue.workers()] == [worker.pid]
    await all_are_there_after_a_kill(scene)
    publish(Finding("disk of the server full", ROUNDS, seed, figures={"adds refused": refused}))


def fill(disk: Path) -> None:
    """Leave not one block free."""
    with (disk / BALLAST).open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            return


async def add_until_refused(scene: Scene) -> None:
    """The last block of the log has some room; what fits is accepted, and is kept."""
    while True:
        try:
            await scene.add(1, ms=(0, 0))
        except ServerUnavailable:
            return


async def refusals(scene: Scene) -> int:
    """Every way to add is refused in words that name the disk; how many were tried."""
    queue, call = scene.queue, ("effect", {"ms": 0})
    tries = [
        queue.add(*call), queue.add(*call, delay=60), queue.add(*call, priority=9),
        queue.add_many([call] * 700), queue.add(*call, id="the-one"),
    ]  # fmt: skip
    for answer in await asyncio.gather(*tries, return_exceptions=True):
        assert isinstance(answer, ServerUnavailable), answer
        assert "cannot write to its disk" in str(answer)
    return len(tries)


async def until_effects(scene: Scene) -> None:
    """The handlers come to their end, whether or not the server can hear of it."""
    await scene.until(lambda: scene.ledger.effects() >= scene.ledger.begun(), "handlers end")


async def add_until_accepted(scene: Scene) -> None:
    """The server tries its disk again within a second or so."""

    async def accepted() -> bool:
        try:
            await scene.add(1, ms=(0, 0))
        except ServerUnavailable:
            return False
        return True

    await scene.until(accepted, "there is room again")


async def all_are_there_after_a_kill(scene: Scene) -> None:
    """What was acknowledged before, while and after the disk was full is in the log."""
    await asyncio.to_thread(scene.server.kill)
    await asyncio.to_thread(scene.server.start)
    tally = states_of(scene.server.client, scene.keys, scene.accepted)
    assert tally == {"completed": len(scene.accepted)}
