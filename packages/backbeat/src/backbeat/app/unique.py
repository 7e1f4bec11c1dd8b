"""The unique key of a job: which jobs are the same, and for how long."""

from dataclasses import dataclass
from typing import Final

from backbeat.app.fields import digest, fill, names_in
from backbeat.app.times import whole_ms
from backbeat.errors import ConfigurationError
from backbeat.values import Unique

# As the scripts read it.
_MODES: Final = {"started": "s", "ended": "e", "gone": "g"}


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """`Unique`, ready to be written into the head of a record.

    Attributes:
        mode: Mode and milliseconds, as the scripts read them.
        by: The arguments that count; None for all.
        key: Template that is the key; None for the handler's name and a digest of the arguments.
        debounce_ms: How long a job is put off by each newcomer; 0 where it is not.
    """

    mode: str
    by: tuple[str, ...] | None
    key: str | None
    debounce_ms: int

    @classmethod
    def of(cls, unique: Unique) -> "UniqueRule":
        """Make a declaration ready."""
        debounce_ms = 0
        if unique.period is not None:
            mode = f"t{whole_ms(unique.period)}"
        elif unique.debounce is not None:
            debounce_ms = whole_ms(unique.debounce)
            mode = f"d{whole_ms(unique.max_wait or 0)}"
        else:
            mode = "l" if unique.latest else _MODES[unique.until]
        return cls(mode, unique.by, unique.key, debounce_ms)

    def check(self, label: str, names: set[str]) -> None:
        """Refuse names that are no arguments of a handler.

        Raises:
            ConfigurationError: There is one.
        """
        wanted = set(self.by or ()) | set(names_in(self.key) if self.key else ())
        if unknown := wanted - names:
            raise ConfigurationError(f"{label}: unique= names {min(unknown)!r}, no argument of it")

    def field(self, name: str, payload: bytes) -> str:
        """What the head of a job's record says.

        Args:
            name: Name of the handler.
            payload: The arguments as JSON, those that were left out filled in.

        Raises:
            InvalidOption: The key names an argument that is not there.
        """
        key = fill(self.key, payload) if self.key else f"{name}:{digest(payload, self.by)}"
        return f"{self.mode}|{key}"
