"""Random commands to the engine and to its model, and a comparison after every step.

All commands at once reach everything, but few of them in a row go deep: so there is a machine for
each theme, too.
"""

from packages.backbeat.tests.model.dead_rules import DeadRules
from packages.backbeat.tests.model.job_rules import JobRules
from packages.backbeat.tests.model.keeping_rules import KeepingRules
from packages.backbeat.tests.model.news_rules import NewsRules
from packages.backbeat.tests.model.queue_rules import QueueRules
from packages.backbeat.tests.model.reading_rules import ReadingRules
from packages.backbeat.tests.model.worker_rules import WorkerRules


class KeepingMachine(WorkerRules, KeepingRules, DeadRules):
    """Jobs end, and stay for a while."""


class NewsMachine(WorkerRules, NewsRules):
    """Jobs run, and whoever wants to know is told."""


class OrderMachine(WorkerRules, JobRules, QueueRules, ReadingRules):
    """Jobs are moved about, and come in their turn."""


class EngineMachine(
    WorkerRules, JobRules, QueueRules, NewsRules, KeepingRules, DeadRules, ReadingRules
):
    """All commands to one queue."""
