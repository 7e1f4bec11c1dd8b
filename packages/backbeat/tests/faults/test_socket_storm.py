"""F63: a gateway dies under its sockets, which come back all at once: no end is missed."""

import asyncio

import pytest

from packages.backbeat.tests.support.fault_report import Finding, distribution, publish, size
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.storm import storm

SOCKETS = size(ci=200, long=5_000)


@pytest.mark.timeout(600)
async def test_sockets_that_come_back_at_once_miss_no_end(valkey: PrivateServer) -> None:
    async with asyncio.timeout(500):
        result = await storm(valkey.url, SOCKETS)
    missed = result.ends.count(0)
    publish(
        Finding(
            "kill -9 of a gateway under its sockets", SOCKETS, seed=0, violations=missed,
            figures={
                "ends told twice": sum(count > 1 for count in result.ends),
                "all told after s": round(result.told, 1),
                "could not follow at first": result.refused,
                "ms of gateway CPU a socket": round(result.cpu, 2),
                "scripts a socket": round(result.calls, 2),
            },
            seconds=distribution(result.back),
        )
    )  # fmt: skip
    assert missed == 0
    assert len(result.ends) == SOCKETS
    assert min(result.back) > 0
