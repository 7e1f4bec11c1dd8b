"""How fast one client may ask. Pure: the time is given."""


class Allowance:
    """A bucket of twice what is allowed in a second."""

    def __init__(self, per_second: int, now_s: float) -> None:
        """Full.

        Args:
            per_second: What is allowed in a second.
            now_s: A monotonic time.
        """
        self._per_second = per_second
        self._size = 2.0 * per_second
        self._left = self._size
        self._at_s = now_s

    def take(self, now_s: float) -> bool:
        """Take one; False if there is none."""
        earned = (now_s - self._at_s) * self._per_second
        self._left, self._at_s = min(self._size, self._left + earned), now_s
        if self._left < 1:
            return False
        self._left -= 1
        return True
