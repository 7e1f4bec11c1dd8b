"""The page on the data layout names the keys that there are."""

import re
from pathlib import Path

from backbeat.engine.keys import KEYS
from backbeat.engine.permits.keys import PERMIT_KEYS
from packages.backbeat.tests.support.servers import private_valkey

PAGE = Path(__file__).parents[2] / "docs/explanation/data-layout.md"

TYPES = {"sorted set": "zset"}


def test_the_page_lists_each_key_with_its_type() -> None:
    queue, _, permit = PAGE.read_text(encoding="utf-8").partition("## Locks and limits")
    assert listed(queue) == {name: kind for name, (kind, _) in KEYS.items()}
    assert listed(permit) == {name: kind for name, (kind, _) in PERMIT_KEYS.items()}


def listed(text: str) -> dict[str, str]:
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", text, re.MULTILINE)
    return {name: TYPES.get(kind, kind) for name, kind in rows}


def test_a_list_entry_costs_less_than_half_of_one_in_a_sorted_set() -> None:
    ids = [f"cqbnkswkk-{number}" for number in range(10_000)]
    with private_valkey() as server:
        server.client.rpush("list", *ids)
        server.client.zadd("sorted", {job_id: number for number, job_id in enumerate(ids)})
        cost = {
            key: int(server.client.memory_usage(key, samples=0) or 0) for key in ("list", "sorted")
        }
    assert 0 < cost["list"] < cost["sorted"] / 2, cost
