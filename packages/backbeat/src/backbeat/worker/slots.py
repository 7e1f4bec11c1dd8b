"""How the slots of one worker are shared among its queues, by weight and without waste."""

from collections.abc import Callable, Sized
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Group:
    """The lanes of one queue: one, or one for each partition.

    Attributes:
        weight: Part of the slots this queue gets while others also have work.
        limit: Slots that the queue never exceeds, over all lanes; None: the worker's own number.
        shares: The lanes.
    """

    weight: int = 1
    limit: int | None = None
    shares: "list[Share]" = field(default_factory=list, init=False)

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return sum(share.taken for share in self.shares)

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
        served: Slots ever handed out, for turns when there are fewer slots than lanes.
    """

    running: Sized
    kick: Callable[[], None]
    group: Group = field(default_factory=Group)
    wanted: int = 0
    arriving: int = 0
    hungry: bool = True
    served: int = field(default=0, init=False)

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return len(self.running) + self.wanted + self.arriving


class Slots:
    """The slots of one worker process. Reserved before a claim, so lanes cannot over-claim.

    Nothing is counted per job: what a lane uses is the length of its table of runs.
    """

    def __init__(self, total: int) -> None:
        """Make the slots, all free."""
        self.total = total
        self._shares: list[Share] = []

    def join(self, share: Share) -> Share:
        """Let a lane take part."""
        self._shares.append(share)
        share.group.shares.append(share)
        return share

    def leave(self, share: Share) -> None:
        """Take a lane out; what it held is free."""
        self._shares.remove(share)
        share.group.shares.remove(share)

    @property
    def free(self) -> int:
        """Slots that nobody uses or has reserved."""
        return self.total - sum(share.taken for share in self._shares)

    def reserve(self, share: Share, most: int) -> int:
        """Reserve slots for one claim of this lane.

        Args:
            share: The lane that asks.
            most: Slots it can use at most now.

        Returns:
            How many were reserved, now in `share.wanted`; 0 when it is not its turn.
        """
        room = self.free
        if share.group.limit is not None:
            room = min(room, share.group.limit - share.group.taken)
        if len(self._shares) > 1:
            room = min(room, self._fair(share))
        share.wanted = max(0, min(room, most))
        share.served += share.wanted
        return share.wanted

    def offer(self, asked: Share) -> None:
        """Kick the other lanes that have work waiting, after `asked` took its part."""
        if len(self._shares) == 1 or self.free <= 0:
            return
        for share in self._shares:
            if share is not asked and share.hungry and not share.wanted:
                share.kick()

    def _fair(self, asked: Share) -> int:
        rivals = [share for share in self._shares if share is asked or _competes(share)]
        if len(rivals) == 1:
            return self.total
        free = self.free
        pool = free + sum(share.taken for share in rivals)
        groups = {share.group for share in rivals}
        lanes = sum(share.group is asked.group for share in rivals)
        weights = sum(group.weight for group in groups)
        # What a queue may use, then what each of its lanes may.
        fair = pool * asked.group.weight // (weights * lanes) - asked.taken
        # With fewer slots than lanes every fair part rounds to nothing: they take turns.
        if fair <= 0 < free and asked is min(rivals, key=_turn):
            return 1
        return fair


def _competes(share: Share) -> bool:
    group = share.group
    return share.hungry and (group.limit is None or group.taken < group.limit)


def _turn(share: Share) -> tuple[float, float, int, int]:
    group = share.group
    queue = group.taken / group.weight, group.served / group.weight
    return *queue, share.taken, share.served
