"""A dashboard ends with its host: what it reads for open pages would open the application again."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE

import pytest

from packages.backbeat.tests.support.private_server import PrivateServer

HOST = "packages.backbeat.tests.support.dashboard_host"


@pytest.mark.parametrize(
    ("lifespan", "ending"), [("own", {"ending": 0}), ("none", {})], ids=["its own", "none"]
)
async def test_nothing_is_read_once_the_host_ends(
    valkey: PrivateServer, lifespan: str, ending: dict[str, int]
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", HOST, valkey.url, lifespan, stdout=PIPE
    )
    said, _ = await process.communicate()
    assert json.loads(said) == {"status": 200, "serving": 1, "after": 0, **ending}
