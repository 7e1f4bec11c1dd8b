"""Takes turns: every round measures each contender once, so a slow minute hits all alike."""

import time
from collections import deque
from collections.abc import Callable, Iterable

from backbeat.cli.bench.contender import OURS
from backbeat.cli.bench.running import BenchFailed
from backbeat.cli.bench.track import Step, Track

Clock = Callable[[], float]


class Rounds:
    """The contenders that are in the run, in the order of the next round.

    Attributes:
        tracks: Who is still in; ours must not fail, a peer that does leaves.
        notes: What the reader of the figures must know.
        made: Rounds that were made.
    """

    def __init__(
        self, tracks: Iterable[Track], budget_s: float, clock: Clock = time.monotonic
    ) -> None:
        self.tracks = deque(tracks)
        self.notes: list[str] = []
        self.made = 0
        self._clock = clock
        self._end = clock() + budget_s

    def run(self, rounds: int, step: Step) -> None:
        """Make that many rounds, or as many as the budget allows; at least one.

        Raises:
            BenchFailed: Ours failed.
        """
        self._each(lambda track, say: track.prepare(say), step, "")
        longest = 0.0
        for number in range(1, rounds + 1):
            began = self._clock()
            if self.made and began + longest > self._end:
                self.notes.append(f"{self.made} of {rounds} rounds were made: the time was up")
                return
            self._each(lambda track, say: track.run_round(say), step, f"round {number}: ")
            self.made = number
            longest = max(longest, self._clock() - began)
            # Nobody always comes after the same neighbour, or first on a cool machine.
            self.tracks.rotate(-1)

    def _each(self, action: Callable[[Track, Step], None], step: Step, prefix: str) -> None:
        for track in tuple(self.tracks):
            try:
                action(track, _prefixed(step, f"{prefix}{track.name}: "))
            except BenchFailed as error:
                if track.name == OURS:
                    raise
                self.tracks.remove(track)
                self.notes.append(f"{track.name} is left out, it failed: {error}")


def _prefixed(step: Step, prefix: str) -> Step:
    return lambda words: step(prefix + words)
