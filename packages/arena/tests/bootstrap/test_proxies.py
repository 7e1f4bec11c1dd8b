"""Who is counted: the peer, unless a proxy that is trusted says whom it passes on."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from arena.base.http.options import HttpOptions
from arena.bootstrap.opening import declare
from arena.bootstrap.serving import listen, serve
from arena.bootstrap.web import build_web
from arena.house import House
from backbeat import Rate
from packages.arena.tests.support.corner import Corner

LIMIT = 3
OPTIONS = HttpOptions(visitor=Rate(LIMIT, per=900))
SPOOFED = [f"198.51.100.{number}" for number in range(LIMIT + 1)]
PROXIED = [f"{each}, 203.0.113.9" for each in SPOOFED]


async def statuses(house: House, trusted: str, said: Sequence[str]) -> list[int]:
    """What requests are answered that say they are passed on for these addresses."""
    web = build_web(declare(house, [Corner()]), options=OPTIONS, pages=False)
    stop, ready = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1", 0) as listening:
        at = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with asyncio.TaskGroup() as tasks:
            serving = serve(web, listening, stop, trusted_proxies=trusted, ready=ready.set)
            tasks.create_task(serving)
            await ready.wait()
            async with httpx.AsyncClient(base_url=at, timeout=60) as client:
                answers = [
                    await client.get("/api/things", headers={"x-forwarded-for": each})
                    for each in said
                ]
            stop.set()
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("trusted", "said", "last"),
    [
        # Nobody is trusted, or somebody else is: a visitor stays who they are.
        ("", SPOOFED, 429),
        ("192.0.2.7", SPOOFED, 429),
        # What the proxy adds at the end counts, not what the visitor wrote before it.
        ("127.0.0.1", PROXIED, 429),
        # And people behind a trusted proxy are not counted as one.
        ("127.0.0.1", SPOOFED, 200),
    ],
)
async def test_what_a_visitor_writes_themselves_changes_nothing(
    house: House, trusted: str, said: list[str], last: int
) -> None:
    assert await statuses(house, trusted, said) == [200] * LIMIT + [last]
