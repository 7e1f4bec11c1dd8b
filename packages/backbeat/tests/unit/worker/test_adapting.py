"""Adaptive concurrency: more while a worker is at ease, fewer when it is not, within bounds."""

import asyncio
import time

import hypothesis.strategies as st
import pytest
import typer
from hypothesis import given

from backbeat import Adaptive, InvalidOption
from backbeat.cli.commands.worker import parse_adaptive
from backbeat.values import Strain
from backbeat.worker.lanes.adapting import Adapting
from backbeat.worker.lanes.slots import Share, Slots
from backbeat.worker.options import WorkerOptions
from backbeat.worker.supervising.child_options import ChildOptions

RULES = st.builds(
    lambda low, more, step, cut: Adaptive(low=low, high=low + more, step=step, cut=cut, latency=1),
    st.integers(1, 50), st.integers(0, 200), st.integers(1, 20), st.floats(0.01, 0.99),
)  # fmt: skip
STRAINS = st.builds(
    Strain, st.floats(0, 1), st.floats(0, 4), st.none() | st.floats(0, 5), st.booleans()
)
AT_EASE = Strain(full=True)


@given(RULES, st.integers(1, 1_000), st.lists(STRAINS, max_size=30))
def test_the_number_stays_between_its_bounds(
    rule: Adaptive, now: int, strains: list[Strain]
) -> None:
    for strain in strains:
        now = rule.next(now, strain)
        assert rule.low <= now <= rule.high


@given(RULES, STRAINS, st.data())
def test_strain_never_adds_and_ease_never_takes_away(
    rule: Adaptive, strain: Strain, data: st.DataObject
) -> None:
    now = data.draw(st.integers(rule.low, rule.high))
    after = rule.next(now, strain)
    strained = strain.lag > rule.lag or strain.cpu > rule.cpu or (strain.latency or 0) > 1
    if strained:
        assert after < now or after == now == rule.low
    elif strain.full:
        assert after == min(rule.high, now + rule.step)
    else:
        assert after == now


@given(RULES, st.data())
def test_more_strain_never_means_more_jobs(rule: Adaptive, data: st.DataObject) -> None:
    now = data.draw(st.integers(rule.low, rule.high))
    less, more = sorted(data.draw(st.tuples(st.floats(0, 1), st.floats(0, 1))))
    assert rule.next(now, Strain(lag=more, full=True)) <= rule.next(
        now, Strain(lag=less, full=True)
    )


@given(RULES)
def test_at_ease_it_comes_to_the_highest_and_under_strain_to_the_lowest(rule: Adaptive) -> None:
    now = rule.low
    for _ in range(250):
        now = rule.next(now, AT_EASE)
    assert now == rule.high
    for _ in range(250):
        now = rule.next(now, Strain(cpu=9))
    assert now == rule.low


@pytest.mark.parametrize(
    "numbers",
    [{"low": 0}, {"low": 5, "high": 4}, {"step": 0}, {"cut": 1.0}, {"lag": 0.0}, {"every": 0.0}],
)
def test_numbers_that_make_no_sense_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(InvalidOption):
        Adaptive(**numbers)  # type: ignore[arg-type] # also wrong ones


async def follow(slots: Slots, rule: Adaptive, *, cpu: float, steps: int) -> list[int]:
    """The numbers that a worker comes to, with so much CPU used in a second."""
    numbers: list[int] = []
    enough = asyncio.Event()

    def resize(number: int) -> None:
        slots.resize(number)
        numbers.append(number)
        if len(numbers) >= steps:
            enough.set()

    adapting = Adapting(rule, slots, resize, cpu=lambda: time.monotonic() * cpu)
    task = asyncio.create_task(adapting.run())
    async with asyncio.timeout(10):
        await enough.wait()
    task.cancel()
    return numbers


async def test_a_worker_that_is_full_gets_more_slots_and_under_strain_fewer() -> None:
    rule = Adaptive(low=2, high=10, step=3, every=0.02, lag=5)
    slots = Slots(2)
    slots.join(Share(list(range(99)), lambda: None))
    assert await follow(slots, rule, cpu=0.1, steps=3) == [5, 8, 10]
    assert await follow(slots, rule, cpu=3.0, steps=4) == [7, 5, 3, 2]


async def test_how_long_jobs_take_is_what_runs_over_what_comes() -> None:
    rule = Adaptive(low=2, high=10, every=0.02, lag=5, latency=0.001)
    slots = Slots(10)
    share = slots.join(Share(list(range(10)), lambda: None))

    slow = Adapting(rule, slots, slots.resize, cpu=lambda: 0.0)
    task = asyncio.create_task(slow.run())
    async with asyncio.timeout(10):
        while slots.total == 10:
            share.claimed += 1
            await asyncio.sleep(0.005)
    task.cancel()
    assert slots.total < 10


def test_a_child_gets_the_rule_of_its_supervisor() -> None:
    rule = Adaptive(low=3, high=30)
    options = ChildOptions("m:app", None, 3, 4, WorkerOptions(concurrency=3, adaptive=rule))
    assert ChildOptions.decode(options.encode()).options.adaptive == rule


def test_the_command_line_takes_two_bounds() -> None:
    assert parse_adaptive("4-200") == Adaptive(low=4, high=200)
    for wrong in ("4", "200-4", "a-b", "0-3"):
        with pytest.raises(typer.BadParameter):
            parse_adaptive(wrong)
