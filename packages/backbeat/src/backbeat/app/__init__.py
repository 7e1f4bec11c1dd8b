"""The public face: declare queues and handlers, enqueue, ask, control, publish the contract.

Knows the engine, and nothing of workers: what a handler needs of one comes in as a `Reporter`.
"""

from backbeat.app.api_keys import ApiKey, ApiKeys
from backbeat.app.application import Backbeat, Lifespan
from backbeat.app.audit import AuditEntry, AuditLog, AuditPage
from backbeat.app.batch import Batch
from backbeat.app.breakers import BreakerControl, BreakerInfo
from backbeat.app.call import JobCall
from backbeat.app.collector import spare_the_collector
from backbeat.app.commands import Page, Removed, WorkerInfo
from backbeat.app.dead import DeadGroup, QueueDead, SyncQueueDead
from backbeat.app.depends import Depends
from backbeat.app.enqueuer import Enqueuer, SyncEnqueuer
from backbeat.app.flow import Flow
from backbeat.app.flow_handle import FlowHandle
from backbeat.app.flow_info import FlowEntry, FlowInfo
from backbeat.app.following import Entry, Follower
from backbeat.app.group_rules import GroupInfo, GroupPage, GroupRules
from backbeat.app.grouping import Groups
from backbeat.app.groups import QueueGroups, SyncQueueGroups
from backbeat.app.handle import JobHandle
from backbeat.app.handler import Handler
from backbeat.app.history import HandlerCounts, Histogram, HistoryPoint
from backbeat.app.home import Middleware
from backbeat.app.info import Attempt, Failure, JobInfo, Progress
from backbeat.app.job import Job
from backbeat.app.keyring import Keyring
from backbeat.app.kin import ChildCounts, ChildResult, FlowJob, JobFlow
from backbeat.app.limits import Limit, LimitInfo
from backbeat.app.load import QueueLoad
from backbeat.app.lock_info import LockHolder, LockInfo, Locks
from backbeat.app.locks import Lock, Semaphore
from backbeat.app.options import JobOptions
from backbeat.app.outcome import JobEvent
from backbeat.app.policy import Policy, QueueOptions
from backbeat.app.queue import Queue
from backbeat.app.queue_events import QueueEvents
from backbeat.app.redaction import Redactor
from backbeat.app.repeats import Begun, Repeats
from backbeat.app.schedule import ScheduleOptions
from backbeat.app.schedule_info import ScheduledRun, ScheduleInfo, SyncReport
from backbeat.app.schedules import Schedules
from backbeat.app.schema import contract, contract_json
from backbeat.app.scripts import Scripts
from backbeat.app.stub import Stub, SyncStub
from backbeat.app.stubs import stub_module
from backbeat.app.sync_application import SyncBackbeat
from backbeat.app.sync_breakers import SyncBreakerControl
from backbeat.app.sync_flow import SyncFlow
from backbeat.app.sync_flow_handle import SyncFlowHandle
from backbeat.app.sync_handle import SyncJobHandle
from backbeat.app.sync_limits import SyncLimit
from backbeat.app.sync_locks import SyncLock
from backbeat.app.sync_queue import SyncQueue
from backbeat.app.sync_schedules import SyncSchedules
from backbeat.app.tracing import add_job
from backbeat.app.vitals import Vitals
from backbeat.app.why import why_not_running
from backbeat.engine.calls.read import Counts
from backbeat.engine.events import Event, Gap
from backbeat.engine.flaws import Flaw

__all__ = [
    "ApiKey",
    "ApiKeys",
    "Attempt",
    "AuditEntry",
    "AuditLog",
    "AuditPage",
    "Backbeat",
    "Batch",
    "Begun",
    "BreakerControl",
    "BreakerInfo",
    "ChildCounts",
    "ChildResult",
    "Counts",
    "DeadGroup",
    "Depends",
    "Enqueuer",
    "Entry",
    "Event",
    "Failure",
    "Flaw",
    "Flow",
    "FlowEntry",
    "FlowHandle",
    "FlowInfo",
    "FlowJob",
    "Follower",
    "Gap",
    "GroupInfo",
    "GroupPage",
    "GroupRules",
    "Groups",
    "Handler",
    "HandlerCounts",
    "Histogram",
    "HistoryPoint",
    "Job",
    "JobCall",
    "JobEvent",
    "JobFlow",
    "JobHandle",
    "JobInfo",
    "JobOptions",
    "Keyring",
    "Lifespan",
    "Limit",
    "LimitInfo",
    "Lock",
    "LockHolder",
    "LockInfo",
    "Locks",
    "Middleware",
    "Page",
    "Policy",
    "Progress",
    "Queue",
    "QueueDead",
    "QueueEvents",
    "QueueGroups",
    "QueueLoad",
    "QueueOptions",
    "Redactor",
    "Removed",
    "Repeats",
    "ScheduleInfo",
    "ScheduleOptions",
    "ScheduledRun",
    "Schedules",
    "Scripts",
    "Semaphore",
    "Stub",
    "SyncBackbeat",
    "SyncBreakerControl",
    "SyncEnqueuer",
    "SyncFlow",
    "SyncFlowHandle",
    "SyncJobHandle",
    "SyncLimit",
    "SyncLock",
    "SyncQueue",
    "SyncQueueDead",
    "SyncQueueGroups",
    "SyncReport",
    "SyncSchedules",
    "SyncStub",
    "Vitals",
    "WorkerInfo",
    "add_job",
    "contract",
    "contract_json",
    "spare_the_collector",
    "stub_module",
    "why_not_running",
]
