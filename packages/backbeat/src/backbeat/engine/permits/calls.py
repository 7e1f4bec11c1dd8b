"""The calls on a lock or semaphore: what is asked, and what the replies say."""

from dataclasses import dataclass
from typing import Literal

from backbeat.engine.calls.reply import Arg, Reply, items, number, text
from backbeat.errors import ProtocolError

Mode = Literal["take", "stay", "park"]
Word = Literal["held", "free", "busy"]


@dataclass(frozen=True, slots=True)
class Wish:
    """One slot of a lock or semaphore that somebody wants.

    Attributes:
        name: Name of the lock or semaphore.
        token: Names this hold, for ever.
        waiter: Its name in the line: the token, or queue|id of a job.
        ttl_ms: How long it is held without being extended.
        slots: How many slots there are; a lock has one.
        since_ms: Since when it waits, by the server's clock; 0 is from the first call on.
        who: About the holder, for people; JSON.
    """

    name: str
    token: str
    waiter: str
    ttl_ms: int
    slots: int = 1
    since_ms: int = 0
    who: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a wish.

    Attributes:
        word: "held": it is ours. "free": a job need not be parked. "busy": others have it.
        fence: Rises with every holder of the name.
        until_ms: When the hold ends; while busy: when to look again, if nobody says so.
        now_ms: The server's time.
        parked: Parked jobs that wait for longer.
        jobs: Parked jobs whose turn has come, as queue|id.
    """

    word: Word
    fence: int
    until_ms: int
    now_ms: int
    parked: int
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of extending or releasing a hold.

    Attributes:
        ours: Whether it was still held.
        now_ms: The server's time.
        jobs: Parked jobs whose turn has come, as queue|id.
    """

    ours: bool
    now_ms: int
    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Who holds a part of a name.

    Attributes:
        token: Names the hold.
        until_ms: When it ends unless it is extended.
        fence: Its fence.
        slots: How many slots it has.
        since_ms: When it began.
        who: JSON about the holder.
    """

    token: str
    until_ms: int
    fence: int
    slots: int
    since_ms: int
    who: str


@dataclass(frozen=True, slots=True)
class Look:
    """What is known about a name.

    Attributes:
        now_ms: The server's time.
        slots: How many slots there are.
        fence: The last one given.
        in_line: How many wait in line.
        parked: How many jobs wait.
        rate: Units of the rate in `per_us`; 0: there is no rate.
        per_us: The time that it counts in, in µs.
        kind: sliding or bucket.
        burst: Units that a bucket holds.
        free: Units that could be taken now.
        pending: Units that were taken and not yet used.
        paused_ms: Until when nothing is given.
        holders: Who holds it; at most 100.
        waiters: Who waits, and since when; at most 300, the next first.
    """

    now_ms: int
    slots: int
    fence: int
    in_line: int
    parked: int
    rate: int
    per_us: int
    kind: str
    burst: int
    free: int
    pending: int
    paused_ms: int
    holders: tuple[Share, ...]
    waiters: tuple[tuple[str, int], ...]


def hold_args(wish: Wish, mode: Mode) -> list[Arg]:
    """Arguments of `hold`."""
    about = wish.who.replace("|", "")
    return [
        wish.token, wish.waiter, mode, wish.ttl_ms, wish.slots, wish.since_ms, about,
    ]  # fmt: skip


def parse_hold(reply: Reply) -> Answer:
    """What became of the wish."""
    word, fence, until_ms, now_ms, parked, *jobs = items(reply, 5)
    return Answer(
        _word(text(word)), number(fence), number(until_ms), number(now_ms), number(parked),
        tuple(map(text, jobs)),
    )  # fmt: skip


def extend_args(token: str, ttl_ms: int) -> list[Arg]:
    """Arguments of `extend`."""
    return [token, ttl_ms]


def parse_extend(reply: Reply) -> Kept:
    """Whether it is still held."""
    ours, _, now_ms, *jobs = items(reply, 3)
    return Kept(ours == 1, number(now_ms), tuple(map(text, jobs)))


def release_args(token: str, waiter: str, *, resent: bool) -> list[Arg]:
    """Arguments of `release`; `resent`: a call for this hold was sent more than once."""
    return [token, waiter, int(resent)]


def parse_release(reply: Reply) -> Kept:
    """Whether it was still held."""
    ours, now_ms, *jobs = items(reply, 2)
    return Kept(ours == 1, number(now_ms), tuple(map(text, jobs)))


def parse_look(reply: Reply) -> Look:
    """What is known about the name."""
    head, rows = items(reply, 13)[:13], items(reply, 13)[13:]
    now_ms, slots, fence, in_line, parked, *about, count = head
    rate, per_us, kind, burst, free, pending, paused = about
    holders, waiters = rows[: 3 * number(count)], rows[3 * number(count) :]
    return Look(
        now_ms=number(now_ms),
        slots=number(slots),
        fence=number(fence),
        in_line=number(in_line),
        parked=number(parked),
        rate=number(rate),
        per_us=number(per_us),
        kind=text(kind),
        burst=number(burst),
        free=number(free),
        pending=number(pending),
        paused_ms=number(paused),
        holders=tuple(
            _share(text(holders[i]), number(holders[i + 1]), text(holders[i + 2]))
            for i in range(0, len(holders), 3)
        ),
        waiters=tuple(
            (text(waiters[i]), number(waiters[i + 1])) for i in range(0, len(waiters), 2)
        ),
    )


def _share(token: str, until_ms: int, share: str) -> Share:
    fence, slots, _, since_ms, who = (share.split("|", 4) + [""] * 4)[:5]
    return Share(token, until_ms, int(fence or 0), int(slots or 0), int(since_ms or 0), who)


def _word(word: str) -> Word:
    if word in {"held", "free", "busy"}:
        return word  # type: ignore[return-value] # one of the three
    raise ProtocolError(f"expected held, free or busy, got {word!r}")
