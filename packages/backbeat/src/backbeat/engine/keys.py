"""Every key of a queue, by name: the only place where key names are built.

All keys of a queue carry its hash tag, so one script touches one slot of a cluster.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backbeat.engine.ids import check_name
from backbeat.errors import InvalidOption

# name -> (Redis type, lifetime). The lifetime is that of an entry, not of the key. A hash or zset
# that scripts look many ids up in holds one sentinel besides: an entry of 65 "~".
KEYS: Final[dict[str, tuple[str, str]]] = {
    "meta": ("hash", "queue: configuration, counters, hints"),
    "jobs": ("hash", "job: id -> record"),
    "waiting": ("list", "job: ids, NORMAL and FIFO; pushed left, popped right"),
    "front": ("list", "job: ids that compaction moved ahead of waiting; popped first"),
    "gone": ("hash", "until popped: id -> dead entries still in a list"),
    "priority": ("zset", "job: id -> place, every other priority and LIFO"),
    "groups": ("zset", "group: those that may run, by turn; other groups' jobs wait"),
    "group_names": ("zset", "group: every one that has jobs or rules, by name"),
    "group_stats": ("hash", "group: name -> active:waiting:turn:stand:awaited id; * -> turns"),
    "group_rules": ("hash", "until reset: group -> rules of its own; * -> those of all groups"),
    "group_wakes": ("zset", "rest: group whose rate is used up -> ms"),
    "delayed": ("zset", "job: id -> due ms"),
    "draining": ("zset", "drain: id -> due ms, what it found in delayed and has yet to remove"),
    "active": ("zset", "attempt: id -> ticket"),
    "workers": ("hash", "lease: number -> tick|session|fence|lost ids"),
    "worker_info": ("hash", "lease: number -> JSON about the worker"),
    "leases": ("zset", "lease: number -> deadline ms"),
    "lease_lengths": ("hash", "lease: number -> ms, how long its worker may stay silent"),
    "completed": ("zset", "retention: id -> end ms"),
    "failed": ("zset", "retention: id -> end ms"),
    "cancelled": ("zset", "retention: id -> end ms"),
    "kept_sizes": ("hash", "retention: id -> bytes, only where bytes are bounded"),
    "expiring": ("zset", "retention: id -> 4 * ms + state, jobs with an age of their own"),
    "results": ("hash", "job: id -> JSON, only where there is one"),
    "runs": (
        "hash",
        "job: id -> starts:fails:crashes:snoozes:reason:ready ms:unhandled:stale ticket:ms",
    ),
    "history": ("hash", "job: id -> NDJSON, a line an ended attempt"),
    "progress": ("hash", "job: id -> JSON"),
    "cancels": ("hash", "attempt: id -> reason of a requested cancel"),
    "watchers": ("hash", "job: id -> sessions, by ','"),
    "starts": ("hash", "run of a schedule: job id -> ms of its first start"),
    "schedules": ("hash", "until removed: name -> record of a schedule"),
    "schedule_states": ("hash", "until removed: name -> revision, next slot, and what runs"),
    "schedule_due": ("zset", "until removed: name -> ms when its next slot is fired"),
    "wake": ("list", "a token that wakes one blocked worker"),
    "events": ("stream", "capped: one entry a batch, kind -> ids by ','"),
    "unique": ("hash", "holder: unique key -> id|ms|mode|next id"),
    "unique_until": ("zset", "period: unique key -> ms, those that are held for a time"),
    "rate_log": ("list", "window: ms:cost of what started, the newest left"),
    "load_log": ("list", "half an hour: ms:completed:ended:waiting, the newest left"),
    "totals": ("hash", "queue: |handler -> what was counted of its attempts ever, by ','"),
    "janitor": ("string", "20 s: somebody has just tidied, or does now"),
    "waiting_children": ("zset", "job: id -> ms, since when it waits for its children"),
    "parents": ("hash", "job: id -> how many children are open, good, bad; what it needs of them"),
    "dependents": ("hash", "job: id -> who is told of its end: kind|queue|id|epoch, by ','"),
    "withdrawn": ("hash", "an hour: id -> reason, jobs cancelled before their add has come"),
    "flows": ("zset", "flow: id -> ms, flows that have their home here"),
    "outboxes": (
        "hash",
        "a day after the last: queue -> last number written, acknowledged, and an older one",
    ),
    "inbox": ("hash", "a day after the last: queue -> number of its last message received"),
    "dead": ("zset", "retention: id -> slot * 2^42 + end ms, failed jobs by their failures"),
    "dead_groups": ("hash", "retention: fingerprint of failures -> slot|since ms"),
    "dead_slots": ("hash", "retention: slot -> fingerprint"),
    "nothing": ("none", "never exists: deleting it is the write that a full server accepts"),
}


@dataclass(frozen=True)
class QueueKeys:
    """The keys of one queue.

    Attributes:
        namespace: Prefix shared by all queues of an installation.
        queue: Name of the queue; of a partition with its number, as in "wallets/3".
    """

    namespace: str
    queue: str

    def __post_init__(self) -> None:
        """Refuse names that could leave their place in a key."""
        check_name(self.namespace, "namespace")
        name, slash, partition = self.queue.partition("/")
        check_name(name, "queue")
        if slash and not (partition.isascii() and partition.isdigit()):
            raise InvalidOption(
                f"queue {self.queue!r}: what follows / is the number of a partition"
            )

    @cached_property
    def prefix(self) -> str:
        """What every key of this queue begins with."""
        return f"{self.namespace}:{{{self.queue}}}:"

    def key(self, name: str) -> str:
        """A fixed key, by its name in `KEYS`."""
        if name not in KEYS:
            raise KeyError(name)
        return self.prefix + name

    def group(self, group: str) -> str:
        """ZSET of the jobs that wait in a group; with them."""
        return f"{self.prefix}group:{group}"

    def group_starts(self, group: str) -> str:
        """STRING ms:count,ms:count... of the last starts of a group with a rate; its window."""
        return f"{self.prefix}group_starts:{group}"

    def log(self, job_id: str) -> str:
        """LIST of at most 1,000 lines, 7 days, removed with its job."""
        return f"{self.prefix}log:{job_id}"

    def sessions(self, *, old: bool = False) -> str:
        """HASH session -> number|answer, of ten minutes or more; the generation before is `old`."""
        return f"{self.prefix}session:{'old' if old else 'new'}"

    def replies(self, session: str) -> str:
        """LIST of results and progress for a watching session; an hour."""
        return f"{self.prefix}replies:{session}"

    def minutes(self, hour: int) -> str:
        """HASH minute|handler -> what was counted; an hour of them, for a day."""
        return f"{self.prefix}minutes:{hour}"

    def hours(self, day: int) -> str:
        """HASH hour|handler -> what was counted; a day of them, for 30 days."""
        return f"{self.prefix}hours:{day}"

    def schedule_history(self, name: str) -> str:
        """LIST of the newest 100 runs of a schedule; 400 days, removed with it."""
        return f"{self.prefix}schedule_history:{name}"

    def children(self, job_id: str) -> str:
        """HASH ref -> position|rule|state|epoch|name; as long as the job."""
        return f"{self.prefix}children:{job_id}"

    def child_results(self, job_id: str) -> str:
        """HASH position -> ref|name|state|result; as long as the job."""
        return f"{self.prefix}child_results:{job_id}"

    def undo(self, job_id: str) -> str:
        """LIST of ended children that may have to be undone; as long as the job."""
        return f"{self.prefix}undo:{job_id}"

    def undo_jobs(self, job_id: str) -> str:
        """HASH ref -> queue|name|record, what undoes a child; as long as the job."""
        return f"{self.prefix}undo_jobs:{job_id}"

    def flow(self, flow_id: str) -> str:
        """HASH ref -> position|name|state|epoch|parents, and counters; a week after its end."""
        return f"{self.prefix}flow:{flow_id}"

    def outbox(self, target: str) -> str:
        """STREAM of messages for another queue; ten minutes after they were received."""
        return f"{self.prefix}outbox:{target}"

    def mailbox(self, worker: int) -> str:
        """LIST of commands for one worker; an hour."""
        return f"{self.prefix}mailbox:{worker}"


def flow_queues(namespace: str) -> str:
    """SET of the names of all queues that have had part in a flow; for the relay."""
    return f"{check_name(namespace, 'namespace')}:flow-queues"


def relay_duty(namespace: str) -> str:
    """STRING of who looks after outboxes that nobody empties; a few seconds."""
    return f"{check_name(namespace, 'namespace')}:relay"


def vitals(namespace: str, worker: str) -> str:
    """STRING of JSON about a worker process, written by it every quarter of a minute; 90 s."""
    return f"{check_name(namespace, 'namespace')}:vitals:{worker}"


def partitions(namespace: str) -> str:
    """HASH queue -> how many partitions it has; only of those that have some."""
    return f"{check_name(namespace, 'namespace')}:partitions"


def encrypted_queues(namespace: str) -> str:
    """SET of the names of the queues that are declared as encrypted; until obliterated."""
    return f"{check_name(namespace, 'namespace')}:encrypted"


def registry(namespace: str) -> str:
    """SET of the names of all queues of a namespace; until obliterated."""
    return f"{check_name(namespace, 'namespace')}:queues"
