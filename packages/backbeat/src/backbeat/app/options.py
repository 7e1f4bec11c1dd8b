"""How one job is enqueued: the options of `handler.options(...)`, checked and prepared once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypedDict

from msgspec import structs

from backbeat.app.arguments import Arguments
from backbeat.app.encryption import Encryption
from backbeat.app.fields import arguments_of, digest
from backbeat.app.grouping import GroupRule, group_name
from backbeat.app.lock_name import LockName, LockRule
from backbeat.app.policy import CostRule, Policy, PriorityRule
from backbeat.app.times import moment_ms, whole_ms
from backbeat.app.tracing import carried
from backbeat.app.unique import UniqueRule
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.ids import check_group, check_job_id, new_job_id
from backbeat.engine.record import StoredBackoff, StoredOptions, encode_record
from backbeat.errors import InvalidOption, PayloadTooLarge
from backbeat.values import Priority, Retry, Seconds, Unique

OnKept = Literal["return", "replace"]


class JobOptions(TypedDict, total=False):
    """Options of one job. All times are seconds or timedelta.

    Attributes:
        id: Id of the job; the same id is one job. Defaults to a unique one.
        delay: Start no sooner than after this time. Not together with `run_at`.
        run_at: Start no sooner than at this moment; aware. Not together with `delay`.
        priority: 0 to 10, larger is more urgent. Defaults to the handler's.
        lifo: Start before older jobs of the same priority. Defaults to False.
        attempts: Runs in all; short for `retry=Retry(attempts=...)` with the handler's waits.
        retry: How to retry. Its `formula`, `only` and `never` belong to the handler.
        timeout: Longest run of one attempt.
        wait_timeout: Fails if it has not started this long after it could have.
        deadline: Fails if it has not ended after this time since it was enqueued.
        stale_after: Reported as stale when it runs longer.
        keep: How long it stays readable after its end; 0 keeps nothing.
        lock: Lock that it holds while it runs, as `queue.job(lock=...)`; None for none, whatever
            the handler says. Defaults to the handler's.
        on_kept: When an ended job of this id is still kept: "return" it, or "replace" it by the
            new one. Defaults to "return".
        unique: Which jobs are the same as this one, and what becomes of a second one. Defaults to
            the handler's.
        cache: A result that is no older than this time stands in for a run with the same arguments:
            the handle says `kept`. `on_kept="replace"` runs anew. Defaults to the handler's.
        context: What the handler's priority rule shall know besides the arguments.
        cost: What it takes from the limits that it falls under. Defaults to the handler's.
        group: Group in whose line it stands; "" for none. Defaults to the handler's.
        wait: Have the result sent here as soon as there is one, also if it is not kept. For a
            `result()` that follows at once. Defaults to False.
    """

    id: str | None
    delay: Seconds | None
    run_at: datetime | None
    priority: int | None
    lifo: bool
    attempts: int | None
    retry: Retry | None
    timeout: Seconds | None
    wait_timeout: Seconds | None
    deadline: Seconds | None
    stale_after: Seconds | None
    keep: Seconds | None
    lock: LockRule | None
    on_kept: OnKept
    unique: Unique | None
    cache: Seconds | None
    context: Mapping[str, Any]
    cost: int | None
    group: str | None
    wait: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Options made ready: what is left to do for a job is to add its name and payload.

    Attributes:
        job_id: Id of the job; None for a new one each time.
        delay_ms: Wait before it may start, counted from when it is enqueued.
        run_at_ms: Moment before which it does not start, 0 for none.
        priority: 0 to 10.
        lifo: Whether it starts before older ones.
        stored: What travels with the job; None for nothing.
        replace: Whether it takes the place of an ended job of its id.
        refresh: Whether it takes that place where the ended job was not completed.
        cached: Whether the id comes from the arguments.
        rule: Gives its priority instead.
        context: What the rule knows besides the arguments.
        cost: What it takes from limits, or what gives that.
        unique: Which jobs are the same.
        group: Group in whose line it stands; empty for none.
        grouping: Gives its group instead.
        complete: Fills arguments in that were left out.
        plain: Whether all else is as for a job without options.
        wait: Whether its result is sent to whoever enqueues it.
        wait_ms: Longest wait for its first start, counted from when it may start; None for ever.
        lock: Which lock it needs, where that depends on its arguments; None where not.
        encryption: Encrypts its arguments; None: nobody does.
    """

    job_id: str | None = None
    delay_ms: int = 0
    run_at_ms: int = 0
    priority: int = Priority.NORMAL
    lifo: bool = False
    stored: StoredOptions | None = None
    replace: bool = False
    wait: bool = False
    wait_ms: int | None = None
    refresh: bool = False
    cached: bool = False
    rule: PriorityRule | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    cost: int | CostRule = 1
    unique: UniqueRule | None = None
    group: str = ""
    grouping: GroupRule | None = None
    complete: Callable[[bytes], bytes] | None = None
    plain: bool = field(default=False, compare=False)
    lock: LockName | None = None
    encryption: Encryption | None = None

    def job(
        self,
        name: str,
        payload: bytes,
        now_ms: int,
        limit: int,
        reply: str = "",
        job_id: str | None = None,
    ) -> NewJob:
        """A job to be added.

        Args:
            name: Name of its handler.
            payload: Its arguments as JSON.
            now_ms: The present moment, in ms since 1970.
            limit: Bytes that the payload may have.
            reply: Session that is told how it ends, if the options ask for that.
            job_id: Its id, chosen already. Defaults to that of the options, else to a new one.

        Raises:
            PayloadTooLarge: The payload is larger than the limit.
            InvalidOption: What depends on the arguments does not work out with these.
        """
        if len(payload) > limit:
            raise PayloadTooLarge(len(payload), limit)
        trace = carried()
        if self.plain and trace is None:
            # The hot path: nothing is said that the record or the id would have to say.
            return NewJob(job_id or new_job_id(), encode_record(name, now_ms, payload))
        job_id, priority, cost, unique = job_id or self.job_id, self.priority, self.cost, ""
        group = self.group
        by_arguments = self.cached or self.rule or self.unique or self.grouping
        if by_arguments or not isinstance(cost, int):
            whole = payload if self.complete is None else self.complete(payload)
            if self.cached:
                job_id = _cache_id(name, whole)
            if self.rule:
                priority = check_priority(self.rule(arguments_of(whole), self.context))
            if not isinstance(cost, int):
                cost = check_cost(cost(arguments_of(whole)))
            if self.unique:
                unique = self.unique.field(name, whole)
            if self.grouping:
                group = group_name(self.grouping, whole)
        job_id, options = job_id or new_job_id(), self._travelling(now_ms, payload, trace)
        if self.encryption is not None:
            payload = self.encryption.encrypt_arguments(job_id, payload)
        record = encode_record(
            name, now_ms, payload, options, priority=priority,
            lifo=self.lifo, reply=reply if self.wait else "", group=group, cost=cost,
            unique=unique,
        )  # fmt: skip
        due_ms = -self.delay_ms or self.run_at_ms
        return NewJob(job_id, record, due_ms, self.replace, self.refresh)

    def identity(self, name: str, payload: bytes) -> tuple[str | None, str]:
        """The id that a job brings, None for none; and its unique key, empty for none.

        Args:
            name: Name of its handler.
            payload: Its arguments as JSON.
        """
        if not (self.cached or self.unique):
            return self.job_id, ""
        whole = payload if self.complete is None else self.complete(payload)
        job_id = _cache_id(name, whole) if self.cached else self.job_id
        return job_id, self.unique.field(name, whole) if self.unique else ""

    def group_of(self, payload: bytes) -> str:
        """The group of a job; empty for none.

        Args:
            payload: Its arguments as JSON.
        """
        if not self.grouping:
            return self.group
        return group_name(
            self.grouping, payload if self.complete is None else self.complete(payload)
        )

    def _travelling(
        self, now_ms: int, payload: bytes, trace: dict[str, str] | None
    ) -> StoredOptions | None:
        """A worker counts the wait from the creation, which a delay has to be added to."""
        stored = self.stored
        if trace is not None:
            stored = structs.replace(stored or _NOTHING, trace=trace)
        if self.lock is not None:
            stored = structs.replace(stored or _NOTHING, lock=self.lock.of(payload))
        delay_ms = self.delay_ms or max(0, self.run_at_ms - now_ms)
        if self.wait_ms is None or not delay_ms:
            return stored
        return structs.replace(stored or _NOTHING, wait_ms=delay_ms + self.wait_ms)


def _cache_id(name: str, payload: bytes) -> str:
    return check_job_id(f"cache:{name}:{digest(payload)}")


def prepare(policy: Policy, options: JobOptions, arguments: Arguments | None = None) -> Plan:
    """Check options and make them ready.

    Args:
        policy: That of the job's handler.
        options: What was given.
        arguments: Those of the job's handler, where they are known.

    Raises:
        InvalidOption: An option does not make sense; the message names it.
        ConfigurationError: The lock asks for what is no argument.
        TypeError: There is no such option.
    """
    if unknown := options.keys() - JobOptions.__annotations__.keys():
        raise TypeError(f"there is no option {min(unknown)!r}")
    job_id, run_at = options.get("id"), options.get("run_at")
    if options.get("delay") is not None and run_at is not None:
        raise InvalidOption("delay= and run_at= exclude each other")
    on_kept = options.get("on_kept", "return")
    if on_kept not in {"return", "replace"}:
        raise InvalidOption(f"on_kept must be 'return' or 'replace', not {on_kept!r}")
    given, group = options.get("priority"), options.get("group")
    unique = _unique(policy, options)
    cache_ms = _cache_ms(policy, options)
    if unique and unique.debounce_ms:
        if options.get("delay") is not None or run_at is not None:
            raise InvalidOption("a debounced job starts when its time is over: no delay=, run_at=")
        options = {**options, "delay": unique.debounce_ms / 1000}
    if cache_ms:
        options = {**options, "keep": cache_ms / 1000}
    return Plan(
        job_id=None if job_id is None else check_job_id(job_id),
        delay_ms=_ms(options.get("delay")) or 0,
        run_at_ms=0 if run_at is None else moment_ms(run_at),
        priority=policy.priority if given is None else check_priority(given),
        lifo=options.get("lifo", False),
        stored=_stored(options),
        replace=on_kept == "replace",
        wait=options.get("wait", False),
        wait_ms=_ms(options.get("wait_timeout", policy.wait_timeout)),
        refresh=bool(cache_ms),
        cached=bool(cache_ms),
        rule=policy.rule if given is None else None,
        context=options.get("context", {}),
        cost=policy.cost if (cost := options.get("cost")) is None else check_cost(cost),
        unique=unique,
        group=check_group(group) if group else "",
        grouping=policy.group if group is None else None,
        complete=None if arguments is None else arguments.complete,
        plain=not options and _is_plain(policy),
        lock=_lock(options.get("lock"), arguments),
        encryption=policy.encryption,
    )


def check_priority(priority: int) -> int:
    """The priority itself, if it is one.

    Raises:
        InvalidOption: It is not a whole number from 0 to 10.
    """
    if priority not in _PRIORITIES:
        raise InvalidOption(f"priority must be a whole number from 0 to 10, not {priority!r}")
    return int(priority)


def check_cost(cost: Any) -> int:
    """The cost itself, if it is one.

    Raises:
        InvalidOption: It is not a whole number from 1 to 10^9.
    """
    if not isinstance(cost, int) or not 1 <= cost <= 10**9:
        raise InvalidOption(f"cost must be a whole number from 1 to 10^9, not {cost!r}")
    return cost


def _is_plain(policy: Policy) -> bool:
    return (
        policy.priority == Priority.NORMAL
        and policy.cost == 1
        and not (policy.rule or policy.unique or policy.cache or policy.group)
        and policy.encryption is None
    )


def _unique(policy: Policy, options: JobOptions) -> UniqueRule | None:
    unique = options.get("unique", policy.unique)
    if unique is None:
        return None
    if options.get("id") is not None:
        raise InvalidOption("id= and unique= exclude each other: the id is a unique key itself")
    return UniqueRule.of(unique)


def _cache_ms(policy: Policy, options: JobOptions) -> int:
    cache_ms = _ms(options.get("cache", policy.cache)) or 0
    if cache_ms:
        for other in ("id", "keep", "unique"):
            if options.get(other) is not None:
                raise InvalidOption(f"{other}= and cache= exclude each other: drop one of them")
    return cache_ms


def _stored(options: JobOptions) -> StoredOptions | None:
    retry, attempts = options.get("retry"), options.get("attempts")
    if retry is not None and attempts is not None:
        raise InvalidOption("attempts= and retry= exclude each other: Retry has attempts, too")
    if attempts is not None:
        attempts = Retry(attempts=attempts).attempts
    keep_ms = _ms(options.get("keep"))
    stored = StoredOptions(
        attempts=attempts if retry is None else retry.attempts,
        backoff=None if retry is None else _backoff(retry),
        timeout_ms=_ms(options.get("timeout")),
        wait_ms=_ms(options.get("wait_timeout")),
        deadline_ms=_ms(options.get("deadline")),
        stale_ms=_ms(options.get("stale_after")),
        keep=0 if keep_ms == 0 else None,
        keep_ms=keep_ms or None,
        lock="" if "lock" in options and options["lock"] is None else None,
    )
    return None if stored == _NOTHING else stored


def _lock(rule: LockRule | None, arguments: Arguments | None) -> LockName | None:
    if rule is None:
        return None
    lock = LockName(rule, arguments)
    if arguments is not None:
        lock.check(arguments.signature.label, arguments.signature.names)
    return lock


def _backoff(retry: Retry) -> StoredBackoff:
    if retry.backoff == "custom" or retry.only or retry.never:
        raise InvalidOption(
            "retry= of one job cannot carry formula, only or never: they are code, declare them"
            " at the handler"
        )
    return StoredBackoff(
        kind=retry.backoff,
        delay_ms=whole_ms(retry.delay),
        factor=retry.factor,
        max_ms=whole_ms(retry.max_delay),
        jitter=retry.jitter,
    )


def _ms(value: Seconds | None) -> int | None:
    return None if value is None else whole_ms(value)


_PRIORITIES: Final = range(11)
_NOTHING: Final = StoredOptions()
