"""What the server's clock is ahead of ours, and how we know that it was set: without a clock."""

from dataclasses import dataclass
from typing import Final, Self

# What is less may be a clock that runs unevenly, or is being adjusted slowly.
STEP_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Ahead:
    """What the server's clock is ahead of our monotonic one, in ms.

    Known between two bounds: an answer tells the time of some moment between question and answer.

    Attributes:
        least: It is ahead by no less.
        most: It is ahead by no more.
    """

    least: float
    most: float

    @classmethod
    def told(cls, server_ms: int, *, sent_at: float, heard_at: float) -> Self:
        """What an answer proves.

        Args:
            server_ms: The time that the server told.
            sent_at: Monotonic seconds before the call.
            heard_at: Monotonic seconds after it.
        """
        return cls(server_ms - heard_at * 1000, server_ms - sent_at * 1000)

    def stepped_from(self, before: Self) -> bool:
        """Whether the clock was set since then; a call that merely took long proves nothing."""
        forward = self.least - before.most
        back = before.least - self.most
        return max(forward, back) > STEP_MS

    def believed_ms(self, at: float) -> int:
        """The server's time as it should be now, at the most.

        Args:
            at: Monotonic seconds.
        """
        return int(at * 1000 + self.most)
