"""A process that does what every keeper does: take back what vanished workers left, to the end."""

import sys
from pathlib import Path

import redis

from packages.backbeat.tests.support.queue_bench import QueueBench


def reclaim_all(socket: Path, now_ms: int) -> None:
    """Take back until nothing is left.

    Args:
        socket: Of the server.
        now_ms: The time at which the leases are over.
    """
    with redis.Redis(unix_socket_path=str(socket)) as client:
        bench = QueueBench(client)
        bench.now_ms = now_ms
        while bench.reclaim().more:
            pass


if __name__ == "__main__":
    reclaim_all(Path(sys.argv[1]), int(sys.argv[2]))
