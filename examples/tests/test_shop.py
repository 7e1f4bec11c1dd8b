"""The shop: it is busy, says where its dashboard is, and ends with nothing left."""

import json
import re
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from examples.tests.programs import Start, processes_of, wait_until

DONE = {"payments", "mail", "images", "reports"}


def queues(root: str) -> dict[str, Any]:
    url = f"{root}/api/v1/queues"
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        return {each["name"]: each["counts"] for each in json.load(answer)["data"]}


@pytest.mark.timeout(300)
def test_every_queue_of_the_shop_is_busy_and_nothing_is_left(start: Start, tmp_path: Path) -> None:
    shop = start("examples.shop", "--port", "0")
    assert shop.stdout is not None
    found = re.search(r"(http://[\d.]+:\d+/backbeat)/dashboard/", shop.stdout.readline())
    assert found is not None

    def all_done() -> bool:
        seen = queues(found[1])
        return seen.keys() >= DONE and all(seen[name]["totalCompleted"] for name in DONE)

    wait_until(all_done, patience_s=120)
    with urllib.request.urlopen(f"{found[1]}/dashboard/", timeout=10) as page:  # noqa: S310 - ours
        assert "<title>Overview" in page.read().decode()
    shop.send_signal(signal.SIGINT)
    _, said = shop.communicate(timeout=90)
    assert shop.returncode == 0, said
    wait_until(lambda: processes_of(tmp_path) == [])
