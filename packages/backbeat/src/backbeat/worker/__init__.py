"""Runs jobs: `Worker` in your own event loop, `Supervisor` over processes of its own."""

from backbeat.worker.supervising.supervisor import Supervisor
from backbeat.worker.worker import Worker

__all__ = ["Supervisor", "Worker"]
