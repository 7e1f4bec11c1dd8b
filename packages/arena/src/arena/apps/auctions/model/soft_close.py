"""Late bids put the end off, so that a sniper gains nothing."""

from dataclasses import dataclass
from typing import Final, Literal

from arena.apps.auctions.errors import InvalidTerms

Mode = Literal["none", "append", "reset"]

MODES: Final[tuple[Mode, ...]] = ("none", "append", "reset")
DAY_MS: Final = 86_400_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SoftClose:
    """The rule by which a late bid moves the end.

    Attributes:
        mode: `none`: the end stays. `append`: it moves by `extend_ms`. `reset`: at least
            `extend_ms` are left after the bid. Defaults to `append`.
        window_ms: A bid is late when no more than this is left. Defaults to 30 s.
        extend_ms: See `mode`. Defaults to 30 s.
        max_extensions: How often the end may move. Defaults to None: as often as there are bids.
        hard_end_ms: A moment that the end never passes. Defaults to None.
    """

    mode: Mode = "append"
    window_ms: int = 30_000
    extend_ms: int = 30_000
    max_extensions: int | None = None
    hard_end_ms: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InvalidTerms: A term is out of its bounds.
        """
        if self.mode not in MODES:
            raise InvalidTerms("soft_close.mode", f"{self.mode!r} is none of {', '.join(MODES)}")
        for field in ("window_ms", "extend_ms"):
            if not 0 < getattr(self, field) <= DAY_MS:
                raise InvalidTerms(f"soft_close.{field}", "must be from 1 ms to a day")
        if self.max_extensions is not None and self.max_extensions < 0:
            raise InvalidTerms("soft_close.max_extensions", "must not be negative")

    def end_after(self, bid_at_ms: int, end_at_ms: int, extensions: int) -> int:
        """Where the end is after a bid; the same as before where the bid moves nothing.

        Args:
            bid_at_ms: When the bid was accepted.
            end_at_ms: The end until then.
            extensions: How often the end has moved so far.
        """
        late = 0 < end_at_ms - bid_at_ms <= self.window_ms
        if self.mode == "none" or not late or extensions == self.max_extensions:
            return end_at_ms
        start_ms = end_at_ms if self.mode == "append" else bid_at_ms
        wanted_ms = start_ms + self.extend_ms
        if self.hard_end_ms is not None:
            wanted_ms = min(wanted_ms, self.hard_end_ms)
        return max(end_at_ms, wanted_ms)
