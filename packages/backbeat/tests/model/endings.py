"""Endings of attempts: drawn at random, and as a worker says them."""

from dataclasses import replace

import hypothesis.strategies as st

from backbeat.engine.calls.tick import EndState, Outcomes
from backbeat.engine.record import is_plain
from backbeat.engine.states import TERMINAL, State
from packages.backbeat.tests.model.model import Model
from packages.backbeat.tests.model.model_job import Ending

Attempt = tuple[str, int]

FAILURES = st.sampled_from([b'{"fingerprint":"a1"}', b'{"fingerprint":"b2"}'])
_KEEPS = st.sampled_from(["", "", "", "0", "k0", "k100", "k1000"])
_LINES = st.sampled_from([b"", b"{}\n", b'{"attempt":1}\n'])
_STATES = [*sorted(TERMINAL), State.COMPLETED, State.DELAYED, State.WAITING]


def attempts_of(model: Model, worker: int) -> st.SearchStrategy[Attempt]:
    """An attempt of this worker, or one of another, of the past, or of nobody."""
    own = [(job.job_id, job.ticket) for job in model.active_of(worker)]
    strange = [(job.job_id, job.ticket) for job in model.jobs.values()]
    nobody = [("a", (worker << 32) + 1), ("z", 7)]
    return st.sampled_from(own * 4 + strange + nobody)


@st.composite
def endings(draw: st.DrawFn, attempts: st.SearchStrategy[Attempt], model: Model) -> Ending:
    """How an attempt ends, whoever holds it."""
    job_id, ticket = draw(attempts)
    state = draw(st.sampled_from(_STATES))
    if state is State.COMPLETED:
        result = draw(st.sampled_from([b"", b"1"]))
        return Ending(job_id, ticket, state, result, keep=draw(_KEEPS))
    if state in TERMINAL:
        known = state is State.FAILED and draw(st.booleans())
        why = draw(FAILURES) if known else b"{}"
        return Ending(job_id, ticket, state, why, history=draw(_LINES), keep=draw(_KEEPS))
    run = draw(st.none() | st.tuples(*[st.integers(0, 3)] * 4))
    due_ms = model.now_ms + draw(st.integers(-20, 200)) if state is State.DELAYED else 0
    return Ending(job_id, ticket, state, due_ms=due_ms, run=run, history=draw(_LINES))


def in_order(drawn: list[Ending]) -> list[Ending]:
    """Endings in the order in which a tick tells of them, with one wish a job to be kept."""
    keeps = {ending.job_id: ending.keep for ending in drawn}
    told = [replace(ending, keep=keeps[ending.job_id]) for ending in drawn]
    return sorted(told, key=_part)


def _part(ending: Ending) -> int:
    if ending.state is State.COMPLETED:
        return 1 if ending.result else 0
    return 3 if ending.state in TERMINAL else 2


def outcomes_of(told: list[Ending], model: Model) -> Outcomes:
    """The endings as a worker gathers them, who knows what has no head of what it ran."""
    outcomes = Outcomes()
    for ending in told:
        known = model.jobs.get(ending.job_id)
        plain = known is not None and is_plain(known.record)
        if ending.state is State.COMPLETED:
            outcomes.finish(ending.job_id, ending.ticket, ending.result or None, plain=plain)
        elif ending.state in TERMINAL:
            outcomes.end(
                ending.job_id, ending.ticket, final(ending.state), ending.result, ending.history,
                plain=plain,
            )  # fmt: skip
        else:
            outcomes.put_back(
                ending.job_id, ending.ticket, ending.due_ms, run_record(ending), ending.history,
                plain=plain,
            )  # fmt: skip
        if ending.keep:
            outcomes.keep_rule(ending.job_id, ending.keep)
    return outcomes


def run_record(ending: Ending) -> str:
    """The run record that comes with an ending; empty for none."""
    return "" if ending.run is None else ":".join(map(str, (*ending.run, "retry")))


def final(state: State) -> EndState:
    """A final state as calls name it."""
    return "failed" if state is State.FAILED else "cancelled"
