"""A queue on each kind of store, whose keys must be in order after every test."""

from collections.abc import Iterator

import pytest

from packages.backbeat.tests.support.invariants import check
from packages.backbeat.tests.support.queue_bench import QueueBench
from packages.backbeat.tests.support.servers import Store


@pytest.fixture
def bench(store: Store) -> Iterator[QueueBench]:
    """A queue on Valkey, Redis 7 and fakeredis in turn."""
    bench = QueueBench(store.client)
    yield bench
    check(store.client, bench.keys)
