"""How fast jobs go in, what that costs, and how much room they take."""

from dataclasses import dataclass

from backbeat.cli.bench.memory import bytes_per_job
from backbeat.cli.bench.running import Stand


@dataclass(frozen=True, slots=True)
class Adding:
    """One measured way to add.

    Attributes:
        per_s: Jobs per second, from the first timed add to the last answer.
        producer_us: CPU of the producer, microseconds per job.
        server_us: CPU of the server, microseconds per job.
        bytes_each: Growth of the server's memory per job.
    """

    per_s: float
    producer_us: float
    server_us: float
    bytes_each: float


def measure_adding(stand: Stand, mode: str, jobs: int) -> Adding:
    """Add jobs to the empty queue of an idle server; nobody takes them."""
    before = stand.server.probe.account()
    production = stand.produce(mode, jobs)
    used = stand.server.probe.account().since(before)
    return Adding(
        per_s=production.jobs / production.seconds,
        producer_us=production.cpu_s / production.jobs * 1e6,
        server_us=used.cpu_s / jobs * 1e6,
        bytes_each=bytes_per_job(used, jobs),
    )
