"""Alerts: rules that look at queues, and who is told of what they find.

Stands on the public application and on the engine's room for alert state. Nothing below knows it.
"""

from backbeat.alerts.alert import Finding, Severity
from backbeat.alerts.book import ActiveAlert, AlertBook, Happened, Silence
from backbeat.alerts.channels.apprise import Apprise
from backbeat.alerts.channels.channel import Channel, DeliveryFailed, Notice
from backbeat.alerts.channels.inbox import Inbox, Untrusted
from backbeat.alerts.channels.signing import sign, verify
from backbeat.alerts.channels.webhook import Webhook
from backbeat.alerts.jobs import JobAge, JobFailed
from backbeat.alerts.processes import BlockedLoop, MemoryGrowth, NoWorkers
from backbeat.alerts.queues import BacklogAge, DeadLetters, FailureRate, QueueStalled
from backbeat.alerts.rule import Rule
from backbeat.alerts.schedules import MissedSchedule
from backbeat.alerts.setup import AlertSetup
from backbeat.alerts.watcher import Watcher

__all__ = [
    "ActiveAlert",
    "AlertBook",
    "AlertSetup",
    "Apprise",
    "BacklogAge",
    "BlockedLoop",
    "Channel",
    "DeadLetters",
    "DeliveryFailed",
    "FailureRate",
    "Finding",
    "Happened",
    "Inbox",
    "JobAge",
    "JobFailed",
    "MemoryGrowth",
    "MissedSchedule",
    "NoWorkers",
    "Notice",
    "QueueStalled",
    "Rule",
    "Severity",
    "Silence",
    "Untrusted",
    "Watcher",
    "Webhook",
    "sign",
    "verify",
]
