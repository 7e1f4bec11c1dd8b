"""A worker of a few lines: claims jobs and ends them as a test says, by the server's clock."""

import json
from typing import Any

from backbeat.app.queue import Queue
from backbeat.engine.calls.tick import Outcomes
from backbeat.engine.calls.worker import Report, report_args
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.queue_bench import QueueBench

# The scripts take this for "ask the server".
SERVERS_TIME = 0


class TinyWorker:
    """Registered on one queue of an application in the namespace "bb"."""

    def __init__(self, server: PrivateServer, queue: Queue) -> None:
        bench = QueueBench(server.client, queue.name)
        bench.now_ms = SERVERS_TIME
        self._worker = bench.worker("tiny")
        self._tickets: dict[str, int] = {}

    def claim(self, want: int = 1) -> list[str]:
        """Claim jobs; their ids."""
        claim = self._worker.tick(want)
        claimed = [job_id for job_id, _, _ in claim.jobs]
        self._tickets |= dict.fromkeys(claimed, claim.ticket)
        return claimed

    def claim_one(self) -> str:
        """Claim the next job; its id."""
        (job_id,) = self.claim()
        return job_id

    def complete(self, *job_ids: str, result: Any = None, keep: bool = True) -> None:
        """Complete claimed jobs."""
        outcomes = Outcomes()
        for job_id in job_ids:
            encoded = None if result is None else json.dumps(result).encode()
            outcomes.finish(job_id, self._tickets.pop(job_id), encoded)
            if not keep:
                outcomes.keep_rule(job_id, "0")
        self._worker.tick(0, outcomes)

    def fail(self, job_id: str, error: str = "ValueError", message: str = "no such coin") -> None:
        """Fail a claimed job for good."""
        line = {
            "attempt": 1, "worker": "tiny", "started": 1_000, "ended": 2_000,
            "outcome": "failed", "error": error, "message": message, "trace": "...",
        }  # fmt: skip
        failure = {"error": error, "message": message, "trace": "...", "reason": "exhausted"}
        self._end(job_id, "failed", failure, line)

    def cancel(self, job_id: str, reason: str) -> None:
        """End a claimed job as its cancel asked."""
        self._end(job_id, "cancelled", {"reason": reason}, None)

    def put_off(self, job_id: str, due_ms: int) -> None:
        """Put a claimed job back after its first failure, to run again at a time."""
        outcomes = Outcomes()
        outcomes.put_back(job_id, self._tickets.pop(job_id), due_ms, "1:1:0:0:retry")
        self._worker.tick(0, outcomes)

    def report(self, job_id: str, progress: Any, *lines: str) -> None:
        """Report progress and log lines of a claimed job."""
        news = Report(
            job_id,
            self._tickets[job_id],
            json.dumps(progress).encode(),
            [line.encode() for line in lines],
        )
        self._worker.run("report", *report_args([news]))

    def _end(self, job_id: str, state: Any, result: Any, line: Any) -> None:
        outcomes = Outcomes()
        history = json.dumps(line).encode() + b"\n" if line else b""
        ticket = self._tickets.pop(job_id)
        outcomes.end(job_id, ticket, state, json.dumps(result).encode(), history)
        self._worker.tick(0, outcomes)
