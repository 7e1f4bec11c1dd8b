"""From a schedule that is due to the calls that fire it. Pure: the time comes in."""

from collections.abc import Iterator

from backbeat.engine.batches import cut
from backbeat.engine.calls.enqueue import NewJob
from backbeat.engine.calls.schedules import Firing, ScheduleSnapshot
from backbeat.engine.ids import run_id
from backbeat.engine.schedule_record import StoredSchedule, decode_schedule
from backbeat.schedules.missed import decide


def firings(snapshot: ScheduleSnapshot, now_ms: int, queue: str = "") -> Iterator[Firing]:
    """The calls that deal with all due slots of a schedule, each from where the last one ends.

    More than one only where very much was missed. Whoever is slower with the first loses the rest.

    Args:
        snapshot: The schedule; its next slot is due.
        now_ms: The server's time.
        queue: The engine's queue that has the schedule.

    Raises:
        ProtocolError: Its record cannot be read here.
    """
    if snapshot.slot is None:
        return
    stored = decode_schedule(snapshot.record)
    table = stored.timetable(snapshot.name)
    decision = decide(table, snapshot.slot, now_ms, stored.policy, stored.cap)
    run = decision.run
    if stored.limit:
        run = run[: max(0, stored.limit - snapshot.fired)]
    slot, left_out, done = snapshot.slot, decision.left_out, 0
    for jobs in [*cut(_jobs(snapshot.name, stored, run, now_ms, queue))] or [[]]:
        done += len(jobs)
        at_end = done == len(run)
        passed = decision.last if at_end else run[done - 1]
        following = decision.following if at_end else run[done]
        due_ms = 0 if following is None else table.due(following)
        yield Firing(
            snapshot.name, snapshot.revision, slot, passed, following, due_ms, left_out, jobs
        )
        if following is None:
            return
        slot, left_out = following, 0


def _jobs(
    name: str, stored: StoredSchedule, slots: tuple[int, ...], now_ms: int, queue: str
) -> list[NewJob]:
    record = stored.record(now_ms)
    return [NewJob(run_id(name, slot, queue=queue), record) for slot in slots]
