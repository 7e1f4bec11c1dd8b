"""How the slots of one worker are shared among its queues, by weight and without waste."""

from collections.abc import Callable, Sized
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Share:
    """What one queue holds of the worker's slots.

    Attributes:
        running: The runs of this queue; its length is what the queue uses.
        kick: Called when a slot may have become free for this queue.
        weight: Part of the slots this queue gets while others also have work.
        limit: Slots this queue never exceeds; None means the worker's own number.
        wanted: Slots reserved for a claim that is on its way.
        arriving: Slots of jobs that are claimed and about to start.
        hungry: Whether the queue is believed to have work waiting.
        served: Slots ever handed out, for turns when there are fewer slots than queues.
    """

    running: Sized
    kick: Callable[[], None]
    weight: int = 1
    limit: int | None = None
    wanted: int = 0
    arriving: int = 0
    hungry: bool = True
    served: int = field(default=0, init=False)

    @property
    def taken(self) -> int:
        """Slots in use or reserved."""
        return len(self.running) + self.wanted + self.arriving


class Slots:
    """The slots of one worker process. Reserved before a claim, so queues cannot over-claim.

    Nothing is counted per job: what a queue uses is the length of its table of runs.
    """

    def __init__(self, total: int) -> None:
        """Make the slots, all free."""
        self.total = total
        self._shares: list[Share] = []

    def join(self, share: Share) -> Share:
        """Let a queue take part."""
        self._shares.append(share)
        return share

    def leave(self, share: Share) -> None:
        """Take a queue out; what it held is free."""
        self._shares.remove(share)

    @property
    def free(self) -> int:
        """Slots that nobody uses or has reserved."""
        return self.total - sum(share.taken for share in self._shares)

    def reserve(self, share: Share, most: int) -> int:
        """Reserve slots for one claim of this queue.

        Args:
            share: The queue that asks.
            most: Slots it can use at most now.

        Returns:
            How many were reserved, now in `share.wanted`; 0 when it is not its turn.
        """
        room = self.free
        if share.limit is not None:
            room = min(room, share.limit - share.taken)
        if len(self._shares) > 1:
            room = min(room, self._fair(share))
        share.wanted = max(0, min(room, most))
        share.served += share.wanted
        return share.wanted

    def offer(self, asked: Share) -> None:
        """Kick the other queues that have work waiting, after `asked` took its part."""
        if len(self._shares) == 1 or self.free <= 0:
            return
        for share in self._shares:
            if share is not asked and share.hungry and not share.wanted:
                share.kick()

    def _fair(self, asked: Share) -> int:
        rivals = [share for share in self._shares if share is asked or self._competes(share)]
        if len(rivals) == 1:
            return self.total
        free = self.free
        pool = free + sum(share.taken for share in rivals)
        weights = sum(share.weight for share in rivals)
        fair = pool * asked.weight // weights - asked.taken
        # With fewer slots than queues every fair part rounds to nothing: they take turns.
        if fair <= 0 < free and asked is min(rivals, key=_turn):
            return 1
        return fair

    def _competes(self, share: Share) -> bool:
        return share.hungry and (share.limit is None or share.taken < share.limit)


def _turn(share: Share) -> tuple[float, float]:
    return share.taken / share.weight, share.served / share.weight
