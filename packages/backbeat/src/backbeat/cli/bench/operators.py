"""The commands of operators and housekeepers, each once on as many jobs as one call may take."""

from collections.abc import Sequence
from typing import Final

from backbeat.cli.bench.hand import Hand
from backbeat.engine.calls.control import (
    cancel_args,
    clean_args,
    drain_args,
    ids_args,
    parse_compact,
    reschedule_args,
    retry_args,
    set_priority_args,
)
from backbeat.engine.calls.read import get_args, list_args, parse_list
from backbeat.engine.states import State

_PAGE: Final = 200
_FAR_MS: Final = 4_102_444_800_000
_COMPACTIONS: Final = 200
_DRAINS: Final = 10


def run_operators_commands(hand: Hand, most: int) -> None:
    """Read, move and remove jobs of every kind; the server notes how long each took.

    Args:
        hand: Whose queue holds more than three times `most` jobs of each kind.
        most: Jobs in each call, at most `MOST_IDS`.
    """
    for state in (State.WAITING, State.DELAYED, State.COMPLETED):
        hand.read("get", get_args(_some(hand, state, 1)[0]))
    hand.read("counts", ())
    _move(hand, most)
    _remove(hand, most)
    for _ in range(_COMPACTIONS):
        if not parse_compact(hand.read("compact", ())):
            break
    hand.read("janitor", ())


def drain_some(hand: Hand, *, first: bool) -> None:
    """A few steps of a drain, which takes everything that is waiting or delayed; do it last."""
    for step in range(_DRAINS):
        hand.command("drain", drain_args(first=first and step == 0, include_delayed=True))


def _move(hand: Hand, most: int) -> None:
    waiting = _some(hand, State.WAITING, 3)
    hand.command("promote", ids_args(_some(hand, State.DELAYED, most)))
    hand.command("retry", retry_args(_some(hand, State.COMPLETED, most), reset_fails=True))
    hand.command("reschedule", reschedule_args(waiting[0], _FAR_MS))
    hand.command("set_priority", set_priority_args(waiting[1], 7))
    hand.command("cancel", cancel_args(waiting[2], "no longer wanted"))


def _remove(hand: Hand, most: int) -> None:
    for state in (State.WAITING, State.DELAYED, State.COMPLETED):
        hand.command("remove", ids_args(_some(hand, state, most)))
    hand.command("clean", clean_args(State.COMPLETED, 0, most))


def _some(hand: Hand, state: State, most: int) -> Sequence[str]:
    """Ids of so many jobs of a state."""
    ids: list[str] = []
    cursor = ""
    while len(ids) < most:
        page = parse_list(hand.read("list", list_args(state, cursor, _PAGE)))
        ids += [job.id for job in page.jobs]
        cursor = page.cursor
        if not cursor:
            break
    return ids[:most]
