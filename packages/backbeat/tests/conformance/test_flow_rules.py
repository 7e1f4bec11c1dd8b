"""What the end of a child means to the job that waits for it."""

from typing import TYPE_CHECKING, Any

import pytest

from backbeat import AtLeast, Backbeat, Flow, FlowHandle, FlowJob, InvalidOption, Job, Share, State
from backbeat.testing import drain
from backbeat.values import OnFailure

if TYPE_CHECKING:
    from backbeat.app import Handler


class Yard:
    """Two queues: children in one, their parent in the other."""

    def __init__(self, app: Backbeat) -> None:
        self.app = app
        self.low, self.high = app.queue("low"), app.queue("high")
        self.seen: list[str] = []

        @self.low.job()
        async def part(name: str) -> str:
            self.seen.append(name)
            if name.startswith("bad"):
                raise ValueError(name)
            return name

        @self.high.job()
        async def whole() -> int:
            self.seen.append("whole")
            return len(self.seen)

        @self.low.job()
        async def undo(job: Job) -> None:
            (name,) = await job.results(part)
            self.seen.append(f"undo {name}")

        self.part: Handler[[str], str] = part
        self.whole: Handler[[], int] = whole
        self.undo: Handler[[], None] = undo

    async def run(
        self,
        *names: str,
        on_failure: OnFailure | None = None,
        succeed_when: AtLeast | Share | None = None,
    ) -> State:
        """Run parts one after the other, and the whole when it may; what became of that."""
        flow = self.app.flow()
        parts = [self.part.call(name) for name in names]
        whole = flow.fan_out(
            parts, self.whole.call(), on_failure=on_failure, succeed_when=succeed_when
        )
        await flow.start()
        await drain(self.app)
        return (await self.high.get(whole.id)).state

    async def start(self, flow: Flow) -> FlowHandle:
        """Start a flow and run it to its end."""
        handle = await flow.start()
        await drain(self.app)
        return handle

    @property
    def ran_before(self) -> int:
        """How many parts ran before the whole did."""
        return self.seen.index("whole")


@pytest.fixture
def yard(app: Backbeat) -> Yard:
    """An application with parts and a whole."""
    return Yard(app)


async def test_all_children_must_succeed_if_nothing_else_is_said(yard: Yard) -> None:
    assert await yard.run("a", "b") is State.COMPLETED
    assert await yard.run("c", "bad", "d") is State.FAILED


async def test_an_ignored_child_counts_as_done(yard: Yard) -> None:
    assert await yard.run("a", "bad", "b", on_failure="ignore") is State.COMPLETED
    assert yard.ran_before == 3


async def test_a_child_may_let_its_parent_go_on_at_once(yard: Yard) -> None:
    flow = yard.app.flow()
    late = flow.add(yard.part.options(delay=60).call("late"))
    bad = flow.add(yard.part.call("bad")).on_failure("continue")
    whole = flow.add(yard.whole.call(), after=[late, bad])
    handle = await yard.start(flow)

    assert yard.seen == ["bad", "whole"]
    assert (await yard.high.get(whole.id)).state is State.COMPLETED
    assert (await handle.info()).open == 1


@pytest.mark.parametrize(
    ("names", "threshold", "state"),
    [
        (["a", "b", "bad1", "bad2"], AtLeast(2), State.COMPLETED),
        (["a", "bad1", "bad2", "bad3"], AtLeast(2), State.FAILED),
        (["a", "b", "c", "d", "bad"], Share(0.8), State.COMPLETED),
        (["a", "b", "c", "bad1", "bad2"], Share(0.8), State.FAILED),
        (["bad"], Share(0.5), State.FAILED),
        (["a", "b", "c"], Share(1.0), State.COMPLETED),
    ],
)
async def test_a_threshold_says_how_many_must_succeed(
    yard: Yard, names: list[str], threshold: AtLeast | Share, state: State
) -> None:
    assert await yard.run(*names, succeed_when=threshold) is state


async def test_a_threshold_is_decided_as_soon_as_it_is_reached(yard: Yard) -> None:
    flow = yard.app.flow()
    parts = [yard.part.options(delay=60 * number).call(str(number)) for number in range(5)]
    whole = flow.fan_out(parts, yard.whole.call(), succeed_when=AtLeast(1))
    await yard.start(flow)

    assert yard.seen == ["0", "whole"]
    assert (await yard.high.get(whole.id)).state is State.COMPLETED


async def test_a_threshold_is_decided_as_soon_as_it_cannot_be_reached(yard: Yard) -> None:
    flow = yard.app.flow()
    parts = [yard.part.call("bad"), yard.part.options(delay=60).call("later")]
    whole = flow.fan_out(parts, yard.whole.call(), succeed_when=AtLeast(2))
    await yard.start(flow)

    info = await yard.high.get(whole.id)
    assert info.state is State.FAILED
    assert info.error is not None
    assert info.error.message == "1 of 2 children can still succeed, and 2 must"


async def test_one_child_may_be_indispensable_whatever_the_threshold(yard: Yard) -> None:
    flow = yard.app.flow()
    late = flow.add(yard.part.options(delay=60).call("late"))
    vital = flow.add(yard.part.call("bad")).on_failure("fail")
    whole = flow.add(yard.whole.call(), after=[late, vital], succeed_when=AtLeast(1))
    await yard.start(flow)

    assert (await yard.high.get(whole.id)).state is State.FAILED


@pytest.mark.parametrize("how", ["cancel", "remove"])
async def test_a_child_that_is_cancelled_or_removed_counts_by_the_same_rule(
    yard: Yard, how: str
) -> None:
    async def run(on_failure: OnFailure | None) -> State:
        flow = yard.app.flow()
        child = flow.add(yard.part.options(delay=60).call("a"))
        whole = flow.add(yard.whole.call(), after=[child], on_failure=on_failure)
        await flow.start()
        end: Any = getattr(yard.low, how)
        await end(child.id)
        await drain(yard.app)
        return (await yard.high.get(whole.id)).state

    assert await run(None) is State.FAILED
    assert await run("ignore") is State.COMPLETED


async def test_what_can_never_be_reached_is_refused(yard: Yard) -> None:
    flow = yard.app.flow()
    child = flow.add(yard.part.call("a"))

    with pytest.raises(InvalidOption, match="never be reached"):
        flow.add(yard.whole.call(), after=[child], succeed_when=AtLeast(2))
    with pytest.raises(InvalidOption, match="needs children"):
        flow.add(yard.whole.call(), succeed_when=AtLeast(1))
    with pytest.raises(InvalidOption, match="above 0"):
        Share(0)


async def test_what_is_done_is_undone_in_reverse_when_a_later_step_fails(yard: Yard) -> None:
    flow = yard.app.flow()
    before: list[FlowJob[Any]] = []
    for name in ("charge", "reserve", "print"):
        before = [flow.add(yard.part.call(name), after=before, compensate=yard.undo.call())]
    flow.add(yard.part.call("bad"), after=before)
    handle = await yard.start(flow)

    assert yard.seen == [
        "charge", "reserve", "print", "bad", "undo print", "undo reserve", "undo charge",
    ]  # fmt: skip
    info = await handle.info()
    assert (info.undone, info.failed, info.open) == (3, 1, 0)


async def test_siblings_are_undone_in_the_reverse_of_the_order_in_which_they_ended(
    yard: Yard,
) -> None:
    flow = yard.app.flow()
    parts = [
        flow.add(yard.part.call(name), compensate=yard.undo.call()) for name in ("a", "b", "bad")
    ]
    flow.add(yard.whole.call(), after=parts)
    await yard.start(flow)

    assert yard.seen == ["a", "b", "bad", "undo b", "undo a"]


async def test_what_ends_after_its_siblings_were_undone_is_undone_too(yard: Yard) -> None:
    flow = yard.app.flow()
    bad = flow.add(yard.part.call("bad"), compensate=yard.undo.call())
    late = flow.add(yard.part.options(delay=60).call("late"), compensate=yard.undo.call())
    flow.add(yard.whole.call(), after=[bad, late])
    await flow.start()
    await drain(yard.app, delayed=True)

    assert yard.seen == ["bad", "late", "undo late"]


async def test_nothing_is_undone_where_all_went_well(yard: Yard) -> None:
    flow = yard.app.flow()
    part = flow.add(yard.part.call("a"), compensate=yard.undo.call())
    flow.add(yard.whole.call(), after=[part])
    await yard.start(flow)

    assert yard.seen == ["a", "whole"]
