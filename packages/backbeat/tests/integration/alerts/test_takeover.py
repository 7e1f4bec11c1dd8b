"""Two watchers, and the one that leads is killed: alerts go on, and none is told twice."""

import asyncio
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import msgspec
import pytest

from backbeat import Backbeat
from backbeat.alerts import Notice
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.receiver import Receiver, receiver

KEY = "a secret of the pager"
KILLS = 2
LEADS = "this watcher leads"


class Watching:
    """A watcher of its own process, and what it says."""

    def __init__(self, url: str, to: str) -> None:
        """Start it."""
        told = json.dumps({"url": url, "receiver": to, "key": KEY})
        module = "packages.backbeat.tests.support.watching"
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, told], stderr=subprocess.PIPE, text=True
        )
        self.said: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    @property
    def leads(self) -> bool:
        """Whether it has said so."""
        return LEADS in list(self.said.queue)

    def kill(self) -> None:
        """Without a farewell."""
        self.process.kill()
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.said.put(line.strip())


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


@pytest.fixture
def watchers(valkey: PrivateServer, there: Receiver) -> Iterator[list[Watching]]:
    """Two watchers; whoever is killed is replaced by the test."""
    running = [Watching(valkey.url, there.url) for _ in range(2)]
    yield running
    for each in running:
        each.kill()


def raised(there: Receiver) -> list[str]:
    """Keys of the alerts that were told, as often as they were."""
    notices = [msgspec.json.decode(body, type=Notice) for _, body in list(there.came)]
    return [notice.key for notice in notices if notice.event == "raised"]


async def patiently(condition: Callable[[], bool]) -> None:
    """Return once it holds; processes take their time to start on a busy machine."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - another process tells no one
            await asyncio.sleep(0.02)


async def test_alerts_go_on_when_the_leader_is_killed_and_none_is_doubled(
    app: Backbeat, watchers: list[Watching], valkey: PrivateServer, there: Receiver
) -> None:
    for round_ in range(KILLS + 1):
        await app.queue(f"queue{round_}").add("send", {})
        await patiently(lambda: any(each.leads for each in watchers))
        await patiently(lambda: len(raised(there)) > round_)  # noqa: B023 - awaited in this round
        if round_ < KILLS:
            leader = next(each for each in watchers if each.leads)
            leader.kill()
            watchers[watchers.index(leader)] = Watching(valkey.url, there.url)
    assert raised(there) == [f"no_workers|queue{number}" for number in range(KILLS + 1)]
