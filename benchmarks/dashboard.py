"""What a million jobs in a queue cost the dashboard: pages in Chromium, with few and with many.

`python -m benchmarks.dashboard [--jobs N] [--rounds N]` serves `backbeat web` on a fresh private
server and writes docs/reference/benchmarks-dashboard.md. Needs chromium; takes some minutes.
"""

import argparse
import asyncio
import os
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Final

from playwright.async_api import Page, async_playwright, expect

from backbeat import Backbeat, Queue, State
from packages.backbeat.tests.support.servers import private_valkey

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks-dashboard.md"
FEW: Final = 10
_PATIENCE_MS: Final = 60_000
_BATCH: Final = 1_000

# What is done -> ms of each round.
Times = Mapping[str, Sequence[float]]


async def main(jobs: int, rounds: int) -> None:
    """Measure with few jobs and with many, and write the page."""
    measured: dict[int, Times] = {}
    with private_valkey() as server, _web(server.url) as address:
        async with Backbeat(server.url) as app:
            queue = app.queue("mail")
            for count in (FEW, jobs):
                await _fill(queue, count)
                print(f"{count:,} jobs", flush=True)
                measured[count] = await _measure(queue, address, rounds)
        version = server.client.info()["valkey_version"]
    PAGE.write_text(render(measured, rounds, f"Valkey {version}"))
    print(f"written: {PAGE}")


async def _fill(queue: Queue, count: int) -> None:
    there = (await queue.counts()).waiting
    for first in range(there, count, _BATCH):
        last = min(first + _BATCH, count)
        await queue.add_many([
            queue.call("send", {"to": f"customer{number}@example.com", "template": "receipt"})
            for number in range(first, last)
        ])  # fmt: skip


async def _measure(queue: Queue, address: str, rounds: int) -> Times:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        context = await browser.new_context()
        context.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        times = await _rounds(await context.new_page(), queue, address, rounds)
        await browser.close()
    return times


async def _rounds(page: Page, queue: Queue, address: str, rounds: int) -> Times:
    [job] = (await queue.list(State.WAITING, limit=1)).jobs

    def opens(path: str, shown: str) -> Callable[[], Awaitable[None]]:
        async def load() -> None:
            await page.goto(address + path)
            await expect(page.locator(shown).first).to_be_visible()

        return load

    async def search() -> None:
        await page.goto(f"{address}queues/mail?text=is-in-none")
        await expect(page.get_by_text("No waiting job here")).to_be_visible()

    async def pause() -> None:
        await page.get_by_role("button", name="Pause", exact=True).click()
        await expect(page.locator(".head .state")).to_have_text("paused")

    async def resume() -> None:
        await page.get_by_role("button", name="Resume", exact=True).click()
        await expect(page.locator(".head .state")).to_have_text("held")

    steps: dict[str, Callable[[], Awaitable[None]]] = {
        "open the overview": opens("", "tbody tr"),
        "open a job": opens(f"queues/mail/jobs/{job.id}", ".why"),
        "look through 2,000 jobs for words": search,
        "open the queue": opens("queues/mail", "tbody tr"),
        "pause it, until the page says so": pause,
        "resume it, until the page says so": resume,
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    # The first round warms up.
    for number in range(rounds + 1):
        for name, step in steps.items():
            began_at = time.perf_counter()
            await step()
            if number:
                times[name].append((time.perf_counter() - began_at) * 1000)
    return times


@contextmanager
def _web(url: str) -> Iterator[str]:
    """`backbeat web` on a server; gives the address of its dashboard."""
    command = [sys.executable, "-m", "backbeat.cli", "web", "--url", url, "--port", "0"]
    process = Popen(command, stderr=PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if found := re.search(r"dashboard (http://\S+)", line):
                yield found[1]
                return
        raise RuntimeError("`backbeat web` has not started")
    finally:
        process.terminate()
        process.wait()


def render(measured: Mapping[int, Times], rounds: int, server: str) -> str:
    """The page about it."""
    counts = list(measured)
    head = " | ".join(f"{count:,} jobs" for count in counts)
    lines = [
        "<!-- Written by benchmarks/dashboard.py: measure again, do not edit. -->",
        "# The dashboard before a million jobs",
        "",
        f"Taken on {datetime.now(UTC):%Y-%m-%d}: `backbeat web` on a private server ({server}),"
        " Chromium, browser and server on the same two cores, beside other work of that machine"
        f" (load average {os.getloadavg()[1]:.0f})."
        f" Medians of {rounds} rounds in ms, and the longest in brackets; from the click, or from"
        " the address, until the page shows it. All jobs wait in one queue.",
        "",
        f"| what | {head} |",
        f"|---|{'---:|' * len(counts)}",
    ]
    for name in measured[counts[0]]:
        cells = " | ".join(
            f"{statistics.median(measured[count][name]):,.0f} ({max(measured[count][name]):,.0f})"
            for count in counts
        )
        lines.append(f"| {name} | {cells} |")
    lines += [
        "",
        "A page reads lengths, rates and one page of jobs, so that it takes as long with a million"
        " jobs as with ten. What takes longer is bounded: a search looks at 2,000 jobs and goes on"
        " when asked.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    asyncio.run(main(given.jobs, given.rounds))
