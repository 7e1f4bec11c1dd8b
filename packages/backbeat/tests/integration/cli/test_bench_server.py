"""The server of a benchmark ends with the benchmark, also where that was killed."""

import subprocess
import sys
from typing import Final

import psutil

PATIENCE_S: Final = 20
PROGRAM: Final = """
import sys

from backbeat.cli.bench.server import private_server
from backbeat.server.binary import find_binary

with private_server(find_binary()) as server:
    (line,) = [each for each in server.probe.ask("INFO").split() if b"process_id" in each]
    print(line.partition(b":")[2].decode(), flush=True)
    sys.stdin.read()
"""


def test_a_benchmark_that_was_killed_leaves_no_server_behind() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as benchmark:
        assert benchmark.stdout is not None
        server = psutil.Process(int(benchmark.stdout.readline()))
        assert server.is_running()
        benchmark.kill()
    server.wait(PATIENCE_S)
