"""Commands and worker processes on a cluster, and on a queue with partitions."""

import signal
from pathlib import Path

import pytest

from packages.backbeat.tests.integration.cli.conftest import Start, Terminal
from packages.backbeat.tests.support.cluster import Cluster

SHOP = '''
"""The application of the test."""

from backbeat import Backbeat

app = Backbeat()
wallets = app.queue("wallets", partitions=8, partition_by="{wallet}")


@wallets.job("analyze")
async def analyze(wallet: str, number: int = 0) -> str:
    return f"{wallet}:{number}"
'''


@pytest.fixture
def spread_shop(project: Path) -> str:
    """An application with partitions, by its path."""
    (project / "spread_shop.py").write_text(SHOP)
    return "spread_shop:app"


def test_a_worker_process_and_every_command_work_on_a_cluster(
    cluster: Cluster,
    terminal: Terminal,
    start: Start,
    spread_shop: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BACKBEAT_URL", cluster.url)
    worker = start("worker", "--app", spread_shop)
    added = ("enqueue", "wallets", "analyze", '{"wallet": "w1", "number": 3}', "--app", spread_shop)
    answer = terminal.json(*added, "--wait")
    assert answer["result"] == "w1:3"
    (shown,) = terminal.json("workers", "wallets")
    assert shown["queue"] == "wallets"
    assert {"cpu", "memory_bytes"} <= shown.keys()
    assert "CPU" in terminal("workers").stdout
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert terminal.json("workers") == []

    # Without the application: the server remembers how the queue is spread.
    ids = [terminal.add("wallets", "analyze", {"wallet": f"w{n}"}) for n in range(6)]
    (row,) = terminal.json("queues")
    assert (row["name"], row["waiting"], row["completed"]) == ("wallets", 6, 1)
    assert terminal.json("job", "wallets", ids[0])["state"] == "waiting"
    assert {
        each["id"] for each in terminal.json("jobs", "wallets", "--state", "waiting")["jobs"]
    } == set(ids)
    assert terminal("pause", "wallets").exit_code == 0
    assert terminal.json("queues")[0]["paused"]
    assert terminal("drain", "wallets", "--yes").exit_code == 0
    assert terminal("doctor").exit_code == 1  # these servers keep nothing on disk
    assert terminal("obliterate", "wallets", "--yes").exit_code == 0
    assert terminal.json("queues") == []
