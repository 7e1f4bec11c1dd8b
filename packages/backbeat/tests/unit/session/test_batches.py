"""How jobs are cut into calls, and brought to a queue that may be full."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.engine.batches import MAX_BYTES, MAX_JOBS, Batch, cut, fill
from backbeat.engine.calls.enqueue import Added, NewJob
from backbeat.engine.record import encode_record, group_of
from backbeat.errors import GroupFull, QueueFull

jobs = st.lists(
    st.builds(
        NewJob,
        id=st.text("abc", min_size=1, max_size=3),
        record=st.sampled_from([b"0", b"0" * 1_000, b"0" * 400_000, b"0" * (MAX_BYTES + 1)]),
    ),
    max_size=1_200,
)


def size(part: list[NewJob]) -> int:
    return sum(len(job.id) + len(job.record) for job in part)


@given(jobs)
def test_every_job_goes_in_exactly_one_call_and_in_its_order(new: list[NewJob]) -> None:
    parts = [list(part) for part in cut(new)]
    assert [job for part in parts for job in part] == new
    assert all(parts)
    assert all(len(part) <= MAX_JOBS for part in parts)
    assert all(size(part) <= MAX_BYTES or len(part) == 1 for part in parts)


@given(jobs)
def test_a_batch_that_gathers_is_as_large_as_one_that_was_cut(new: list[NewJob]) -> None:
    parts: list[list[NewJob]] = []
    batch = Batch()
    for job in new:
        if not batch.take(job):
            parts.append(batch.jobs)
            batch = Batch()
            assert batch.take(job)
    if batch.jobs:
        parts.append(batch.jobs)
    assert parts == [list(part) for part in cut(new)]


@pytest.mark.parametrize("room", [0, 1, 2, 63, 64, 99, 100, 200])
def test_as_many_as_fit_are_added_in_few_calls(room: int) -> None:
    new = [NewJob(f"j{n}", b"0") for n in range(100)]
    steps = fill(new)
    part, free, calls = next(steps), room, 0
    answers: list[Added | QueueFull] = []
    while not answers:
        calls += 1
        outcome: list[Added] | QueueFull = QueueFull("q")
        if len(part) <= free:
            free -= len(part)
            outcome = ["created"] * len(part)
        try:
            part = steps.send(outcome)
        except StopIteration as end:
            answers = end.value
    fitting = min(room, 100)
    assert answers[:fitting] == ["created"] * fitting
    assert all(isinstance(answer, QueueFull) for answer in answers[fitting:])
    assert len(answers) == 100
    assert calls <= 15


@given(
    groups=st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=40),
    rooms=st.fixed_dictionaries({name: st.integers(0, 8) for name in "abc"}),
    room=st.integers(0, 50),
)
def test_a_full_group_is_in_the_way_of_nobody_else(
    groups: list[str], rooms: dict[str, int], room: int
) -> None:
    new = [
        NewJob(f"j{n}", encode_record("x", 0, b"{}", group=group)) for n, group in enumerate(groups)
    ]
    left, free, calls, answers = dict(rooms), room, 0, list[Added | QueueFull]()
    steps = fill(new)
    part = next(steps)
    while not answers:
        calls += 1
        wanted = Counter(group_of(job.record) for job in part)
        full = [name for name in "abc" if wanted[name] > left[name]]
        outcome: list[Added] | QueueFull = ["created"] * len(part)
        if len(part) > free:
            outcome = QueueFull("q")
        elif full:
            outcome = GroupFull("q", full[0])
        else:
            free -= len(part)
            left = {name: left[name] - wanted[name] for name in "abc"}
        try:
            part = steps.send(outcome)
        except StopIteration as end:
            answers = end.value
    assert calls <= 40
    created = Counter(
        group for group, answer in zip(groups, answers, strict=True) if answer == "created"
    )
    demand = Counter(groups)
    assert all(created[name] <= min(rooms[name], demand[name]) for name in "abc")
    if room >= len(new):
        assert created == {
            name: count for name in demand if (count := min(rooms.get(name, room), demand[name]))
        }
