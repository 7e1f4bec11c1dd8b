"""How the slots of one worker are shared among its queues, by weight and without waste."""

import itertools
from collections.abc import Callable, Sized
from dataclasses import dataclass, field
from typing import Final

from backbeat.worker.attempt.solitude import Solitude

# Jobs in one call beyond which more would save little.
_WORTH_A_CALL: Final = 32
# A claim that goes with the outcomes of the last one costs no call of its own.
_CLAIMS_A_TURN: Final = 4


@dataclass(slots=True, eq=False)
class Group:
    """The lanes of one queue: one, or one for each partition.

    Attributes:
        weight: Part of the slots this queue gets while others also have work.
        limit: Slots that the queue never exceeds, over all lanes; None: the worker's own number.
        reserved: Slots that no other queue may use.
        shares: The lanes.
    """

    weight: int = 1
    limit: int | None = None
    reserved: int = 0
    shares: "list[Share]" = field(default_factory=list, init=False)

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return sum(share.taken for share in self.shares)

    @property
    def kept_free(self) -> int:
        """Reserved slots that it does not use now."""
        return max(0, self.reserved - self.taken)

    @property
    def served(self) -> int:
        """Slots ever handed out."""
        return sum(share.served for share in self.shares)


@dataclass(slots=True, eq=False)
class Share:
    """What one lane holds of the worker's slots.

    Attributes:
        running: The runs of this lane; its length is what the lane uses.
        kick: Called when a slot may have become free for this lane.
        group: All lanes of its queue.
        wanted: Slots reserved for a claim that is on its way.
        arriving: Slots of jobs that are claimed and about to start.
        hungry: Whether the lane is believed to have work waiting.
        claimed: Jobs ever claimed.
        served: Slots ever handed out, for turns when there are fewer slots than queues.
        turn: When it was last handed some, for turns among the lanes of its queue.
        streak: Claims of its present turn.
    """

    running: Sized
    kick: Callable[[], None]
    group: Group = field(default_factory=Group)
    wanted: int = 0
    arriving: int = 0
    hungry: bool = True
    claimed: int = field(default=0, init=False)
    served: int = field(default=0, init=False)
    turn: int = field(default=0, init=False)
    streak: int = field(default=0, init=False)

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return len(self.running) + self.wanted + self.arriving


class Slots:
    """The slots of one worker process. Reserved before a claim, so lanes cannot over-claim.

    Nothing is counted per job: what a lane uses is the length of its table of runs.

    Attributes:
        total: How many there are.
        solitude: Keeps others from starting while a job has to run alone.
    """

    def __init__(self, total: int) -> None:
        """Make the slots, all free."""
        self.total = total
        self.solitude = Solitude(self)
        self._shares: list[Share] = []
        self._turns = itertools.count(1)

    def join(self, share: Share) -> Share:
        """Let a lane take part."""
        self._shares.append(share)
        share.group.shares.append(share)
        return share

    def leave(self, share: Share) -> None:
        """Take a lane out; what it held is free."""
        self._shares.remove(share)
        share.group.shares.remove(share)

    def resize(self, total: int) -> None:
        """Have so many slots from now on; what runs above that ends by itself."""
        self.total = total
        self.kick()

    def kick(self) -> None:
        """Let every lane see whether there are slots for it."""
        for share in self._shares:
            share.kick()

    @property
    def running(self) -> int:
        """Jobs that run, of all queues."""
        return sum(len(share.running) for share in self._shares)

    @property
    def claimed(self) -> int:
        """Jobs ever claimed, of all queues."""
        return sum(share.claimed for share in self._shares)

    @property
    def free(self) -> int:
        """Slots that nobody uses or has reserved."""
        return self.total - self.taken

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return sum(share.taken for share in self._shares)

    def free_for(self, share: Share) -> int:
        """Free slots that this lane may use: all but those that other queues have reserved."""
        others = {each.group for each in self._shares} - {share.group}
        return self.free - sum(group.kept_free for group in others)

    def reserve(self, share: Share, most: int) -> int:
        """Reserve slots for one claim of this lane.

        Args:
            share: The lane that asks.
            most: Slots it can use at most now.

        Returns:
            How many were reserved, now in `share.wanted`; 0 when it is not its turn.
        """
        if self.solitude.closed:
            share.wanted = 0
            return 0
        room = self.free_for(share)
        if share.group.limit is not None:
            room = min(room, share.group.limit - share.group.taken)
        if len(self._shares) > 1:
            room = min(room, self._fair(share))
        share.wanted = max(0, min(room, most))
        if share.wanted:
            share.served += share.wanted
            share.turn = next(self._turns)
            share.streak += 1
        return share.wanted

    def offer(self, asked: Share) -> None:
        """Kick the next lane of each other queue that has work waiting, and of this one.

        One is enough: it will do the same when it has taken its part.
        """
        if self.solitude.closed:
            self.solitude.look()
        if len(self._shares) == 1 or self.free <= 0:
            return
        following: dict[Group, Share] = {}
        for share in self._shares:
            if share is not asked and share.hungry and not share.wanted:
                first = following.setdefault(share.group, share)
                if share.turn < first.turn:
                    following[share.group] = share
        for share in following.values():
            if self.free_for(share) > 0:
                share.kick()

    def _fair(self, asked: Share) -> int:
        rivals = [share for share in self._shares if share is asked or _competes(share)]
        if len(rivals) == 1:
            return self.total
        # What is reserved belongs to its queue and is not shared out.
        free = self.free - sum(group.kept_free for group in {each.group for each in self._shares})
        groups = {share.group for share in rivals}
        pool = free + sum(_of_shared(group, rivals) for group in groups)
        weights = sum(group.weight for group in groups)
        part = pool * asked.group.weight // weights + asked.group.reserved
        lanes = [share for share in rivals if share.group is asked.group]
        fair = _among_lanes(asked, lanes, part)
        # With fewer slots than queues every fair part rounds to nothing: they take turns.
        if fair <= 0 < free and asked is min(rivals, key=_turn):
            return 1
        return fair


def _among_lanes(asked: Share, lanes: list[Share], part: int) -> int:
    """What a lane may take of the part of its queue.

    Equal parts would make small claims out of many lanes, and each claim is a call. So lanes take
    turns, with claims that are worth it: whoever had none for the longest time is next.
    """
    fair = part // len(lanes) - asked.taken
    if len(lanes) == 1 or fair >= _WORTH_A_CALL:
        return fair
    if not 0 < asked.streak < _CLAIMS_A_TURN:
        asked.streak = 0
        if any(share.turn < asked.turn for share in lanes if not share.wanted):
            return 0
    room = part - sum(share.taken for share in lanes)
    if room < _WORTH_A_CALL // 2 and any(share.wanted for share in lanes):
        return 0  # the claim that is on its way leaves more, in a moment
    return min(_WORTH_A_CALL, room)


def _of_shared(group: Group, rivals: list[Share]) -> int:
    taken = sum(share.taken for share in rivals if share.group is group)
    return max(0, taken - group.reserved)


def _competes(share: Share) -> bool:
    group = share.group
    return share.hungry and (group.limit is None or group.taken < group.limit)


def _turn(share: Share) -> tuple[float, float, int, int]:
    group = share.group
    shared = max(0, group.taken - group.reserved)
    queue = shared / group.weight, group.served / group.weight
    return *queue, share.taken, share.served
