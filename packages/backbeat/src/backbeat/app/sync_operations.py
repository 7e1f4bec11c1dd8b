"""Questions to a queue and commands for it, for code without an event loop."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Literal

from backbeat.app import commands
from backbeat.app.commands import Page, Removed, WorkerInfo
from backbeat.app.connections import SyncConnection
from backbeat.app.encrypted_queues import declaration, may_add
from backbeat.app.history import HistoryPoint, read_history, span_ms
from backbeat.app.home import Home
from backbeat.app.info import JobInfo, read_failure, read_info
from backbeat.app.limit_terms import whole_name
from backbeat.app.load import OLDEST_OF, QueueLoad, measure, window_ms
from backbeat.app.operations import Operations
from backbeat.app.options import check_priority
from backbeat.app.partitions import agree
from backbeat.app.questions import Flaws
from backbeat.app.sync_breakers import forget_idle_breakers_sync
from backbeat.app.sync_flow_post import bring_all_sync
from backbeat.app.times import whole_ms
from backbeat.engine.calls.measure import Per
from backbeat.engine.calls.read import Counts
from backbeat.engine.calls.reply import text_or_none
from backbeat.engine.keys import encrypted_queues, partitions, registry
from backbeat.engine.states import State
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.sync_partitioned import SyncPartitionedClient
from backbeat.engine.verifying import Meter
from backbeat.errors import JobNotFound, QueueActive, StorageFull, WorkerNotFound
from backbeat.values import Seconds

# Inside the classes below `list` is the command.
list_of = list
Ids = list[str]
Lines = list[str]
Workers = list[WorkerInfo]


class SyncOperations:
    """`Operations` for code without an event loop; safe to share by threads."""

    app: Home
    of: Operations
    name: str

    def get(self, job_id: str) -> JobInfo:
        """See `Queue.get`."""
        snapshot = self.client().get(job_id)
        if snapshot is None:
            raise JobNotFound(job_id)
        return read_info(self.name, job_id, snapshot)

    def decrypt(self, info: JobInfo) -> JobInfo:
        """See `Queue.decrypt`."""
        return self.of.decrypt(info)

    def counts(self) -> Counts:
        """See `Queue.counts`."""
        return self.client().counts()

    def list(self, state: State, *, cursor: str | None = None, limit: int = 50) -> Page:
        """See `Queue.list`."""
        page = self.client().list(State(state), cursor or "", limit)
        return commands.read_page(self.name, State(state), page)

    def logs(self, job_id: str, *, start: int = 0, count: int = 1_000) -> Lines:
        """See `Queue.logs`."""
        lines = self.client().logs(job_id, start, count)
        return [line.decode() for line in lines]

    def workers(self) -> Workers:
        """See `Queue.workers`."""
        return commands.read_workers(self.client().workers())

    def configure(self) -> None:
        """See `Queue.configure`."""
        connection = self.ready(adding=False)
        options = self.of.options
        fields = options.fields(options.keep or self.app.keep)
        client = self._client_of(connection)
        client.configure(**fields)
        client.configure_groups(options.group_fields())

    def pause(self) -> None:
        """See `Queue.pause`."""
        self.client().pause()

    def resume(self) -> None:
        """See `Queue.resume`."""
        self.client().resume()

    def pause_worker(self, number: int) -> None:
        """See `Queue.pause_worker`."""
        if not self.client().pause_worker(number, paused=True):
            raise WorkerNotFound(self.of.name, number)

    def resume_worker(self, number: int) -> None:
        """See `Queue.resume_worker`."""
        if not self.client().pause_worker(number, paused=False):
            raise WorkerNotFound(self.of.name, number)

    def scale(
        self,
        concurrency: int | None = None,
        *,
        max_running: int | None = None,
        worker: str | None = None,
    ) -> int:
        """See `Queue.scale`."""
        commands.check_scale(concurrency, max_running, worker)
        numbers = [] if worker is None else commands.numbers_of(worker, self.workers())
        return self._scale(concurrency, max_running, numbers)

    def unscale(self) -> None:
        """See `Queue.unscale`."""
        self._scale(0, 0)

    def load(self, window: Seconds = 60.0) -> QueueLoad:
        """See `Queue.load`."""
        length = window_ms(window)
        parts = self.client().load(OLDEST_OF)
        return measure(parts, len(self.workers()), length)

    def history(self, last: Seconds = 3_600.0, *, per: Per = "minute") -> list_of[HistoryPoint]:
        """See `Queue.history`."""
        client = self.client()
        first_ms, last_ms = span_ms(last, per, client.counts().now_ms)
        return read_history(client.measured(per, first_ms, last_ms))

    def cancel(self, job_id: str, reason: str = "") -> Literal["cancelled", "flagged", "ended"]:
        """See `Queue.cancel`."""
        answer = self.client().cancel(job_id, reason)
        return commands.known(job_id, answer)

    def remove(self, *job_ids: str) -> Removed:
        """See `Queue.remove`."""
        return Removed(*self.client().remove(job_ids))

    def promote(self, *job_ids: str) -> int:
        """See `Queue.promote`."""
        return self.client().promote(job_ids)

    def retry(self, *job_ids: str, reset_attempts: bool = True) -> int:
        """See `Queue.retry`."""
        client = self.client()
        return client.retry(job_ids, reset_fails=reset_attempts)

    def retry_where(
        self,
        *,
        state: State = State.FAILED,
        name: str | None = None,
        error: str | None = None,
        reset_attempts: bool = True,
    ) -> int:
        """See `Queue.retry_where`."""
        client = self.client()
        job_ids: Ids = []
        cursor = ""
        while True:
            page = client.list(commands.ended(state), cursor, 200)
            fitting = commands.named(page, name)
            job_ids += fitting if error is None else self._failed_with(error, fitting)
            cursor = page.cursor
            if not cursor:
                break
        return client.retry(list(dict.fromkeys(job_ids)), reset_fails=reset_attempts)

    def reschedule(
        self, job_id: str, *, delay: Seconds | None = None, run_at: datetime | None = None
    ) -> None:
        """See `Queue.reschedule`."""
        connection = self.connection()
        due_ms = commands.due_ms(delay, run_at)
        client = self._client_of(connection)
        if (answer := client.reschedule(job_id, due_ms)) != "ok":
            raise commands.not_moved(job_id, answer, client.get(job_id))

    def set_priority(self, job_id: str, priority: int, *, lifo: bool = False) -> None:
        """See `Queue.set_priority`."""
        client = self.client()
        level = check_priority(priority)
        if (answer := client.set_priority(job_id, level, lifo=lifo)) != "ok":
            raise commands.not_moved(job_id, answer, client.get(job_id))

    def reprioritise(
        self,
        priority: int,
        *,
        state: State | None = None,
        name: str | None = None,
        where: Callable[[JobInfo], bool] | Iterable[str] | None = None,
    ) -> int:
        """See `Queue.reprioritise`."""
        level = check_priority(priority)
        states = commands.placed(state)
        client = self.client()
        if where is not None and not callable(where):
            return client.reprioritise(level, list_of(where))
        job_ids: Ids = []
        for each in states:
            cursor: str | None = ""
            while cursor is not None:
                page = self.list(each, cursor=cursor, limit=200)
                job_ids += commands.chosen(page, name, where)
                cursor = page.cursor
        return client.reprioritise(level, list_of(dict.fromkeys(job_ids)))

    def update_data(self, job_id: str, data: Any) -> None:
        """See `Queue.update_data`."""
        connection = self.connection()
        client = self._client_of(connection)
        snapshot = client.get(job_id)
        old, new = commands.bodies(self.of, job_id, snapshot, data, connection.limit)
        commands.check_updated(job_id, client.update_data(job_id, old, new))

    def verify(self, *, repair: bool = False, progress: Meter | None = None) -> Flaws:
        """See `Queue.verify`."""
        return self.client().checks.verify(repair=repair, meter=progress)

    def drain(self, *, delayed: bool = False) -> int:
        """See `Queue.drain`."""
        return self.client().drain(include_delayed=delayed)

    def clean(self, state: State, *, older_than: Seconds = 0.0, limit: int = 1_000_000) -> int:
        """See `Queue.clean`."""
        client = self.client()
        return client.clean(commands.ended(state), whole_ms(older_than), limit)

    def obliterate(self, *, force: bool = False) -> None:
        """See `Queue.obliterate`."""
        connection = self.connection()
        if not self._client_of(connection).obliterate(force=force):
            raise QueueActive(self.name)
        bring_all_sync(connection, self.of.parts)
        connection.announced.discard(self.name)
        execute, namespace = connection.transport.execute, connection.namespace
        execute("SREM", registry(namespace), self.name)
        execute("SREM", encrypted_queues(namespace), self.name)
        forget_idle_breakers_sync(connection)
        if self.of.spread is not None:
            connection.permits.scale(whole_name(self.name), 0)
            execute("HDEL", partitions(namespace), self.name)

    def connection(self) -> SyncConnection:
        """See `Queue.connection`."""
        return self.app.connections.open_sync()

    def client(self) -> SyncQueueClient | SyncPartitionedClient:
        """See `Queue.client`."""
        return self._client_of(self.connection())

    def ready(self, *, adding: bool = True) -> SyncConnection:
        """See `Queue.ready`."""
        connection = self.connection()
        if connection.wants_time:
            asked_at = time.monotonic()
            connection.learn_time(asked_at, connection.transport.execute("TIME"))
        if self.name not in connection.announced:
            with suppress(StorageFull):
                self._announce(connection, adding=adding)
        return connection

    def _announce(self, connection: SyncConnection, *, adding: bool) -> None:
        execute, namespace = connection.transport.execute, connection.namespace
        encrypted = self.of.options.encrypted
        said = execute(*declaration(namespace, self.name, encrypted))
        allowed = may_add(self.name, encrypted, said, adding=adding)
        spread, there = self.of.spread, execute("HGET", partitions(namespace), self.name)
        if spread is not None and there is None:
            if not execute("SISMEMBER", registry(namespace), self.name):
                execute("HSETNX", partitions(namespace), self.name, spread.text)
            there = execute("HGET", partitions(namespace), self.name)
        agree(self.name, spread, text_or_none(there))
        execute("SADD", registry(namespace), self.name)
        if allowed:
            connection.announced.add(self.name)

    def _client_of(self, connection: SyncConnection) -> SyncQueueClient | SyncPartitionedClient:
        spread = self.of.spread
        if spread is None:
            return connection.client(self.name)
        parts = [connection.client(part) for part in spread.parts]
        return SyncPartitionedClient(parts, spread.partitioning)

    def _scale(
        self, concurrency: int | None, running: int | None, workers: Iterable[int] = ()
    ) -> int:
        connection = self.connection()
        client, numbers = self._client_of(connection), list_of(workers)
        if running is None or self.of.spread is None:
            return client.scale(concurrency, running, numbers)
        parts = self.of.spread.parts
        meta = connection.keys(parts[0]).key("meta")
        there = text_or_none(connection.transport.execute("HGET", meta, "declared_running"))
        declared = int(there or self.of.options.max_running or 0)
        share = commands.share_of(self.name, running, declared, len(parts))
        told = client.scale(concurrency, share, numbers)
        connection.permits.scale(whole_name(self.name), running, declared)
        return told

    def _failed_with(self, error: str, job_ids: Ids) -> Ids:
        client = self.client()
        found: Ids = []
        for job_id in job_ids:
            snapshot = client.get(job_id)
            if snapshot is not None and read_failure(snapshot.result).error == error:
                found.append(job_id)
        return found
