"""Every key of a lock, semaphore or limit, by name: the only place where they are built.

All keys of a name carry its hash tag, so one script touches one slot of a cluster.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote, unquote

from backbeat.engine.ids import check_name
from backbeat.errors import InvalidOption

# name -> (Redis type, lifetime). On the server, too, all have one but `scaled` and `nothing`.
PERMIT_KEYS: Final[dict[str, tuple[str, str]]] = {
    "meta": ("hash", "name: slots, rates, counters"),
    "held": ("zset", "hold: token -> end ms"),
    "shares": ("hash", "hold: token -> fence|slots|pending|since ms|who"),
    "line": ("zset", "waiter: name -> ms since when it waits"),
    "waits": ("zset", "waiter: name -> ms by which it has asked again, or is gone"),
    "parked": ("zset", "job: queue|id -> ms since when it waits"),
    "needs": ("hash", "waiter: name -> units of a rate, and u where it waits for these"),
    "log": ("list", "window: us:units, the oldest first"),
    "told": ("zset", "turn: waiter -> ms until which its turn lasts"),
    "scaled": ("string", "operator: slots that there are, until it is taken back"),
    "nothing": ("none", "never exists: deleting it is the write that a full server accepts"),
}

# What stands in a key as it is; everything else is percent-encoded, "%" and braces among it.
_AS_IT_IS: Final = "._:/@+=~-|,"
_MOST_BYTES: Final = 512


@dataclass(frozen=True)
class PermitKeys:
    """The keys of one lock, semaphore or limit.

    Attributes:
        namespace: Prefix shared by all keys of an installation.
        name: Its name, any text.
    """

    namespace: str
    name: str

    def __post_init__(self) -> None:
        """Refuse names that could leave their place in a key."""
        check_name(self.namespace, "namespace")
        check_permit(self.name)

    @cached_property
    def prefix(self) -> str:
        """What every key of this name begins with."""
        return f"{self.namespace}:{{L:{_quoted(self.name)}}}:"

    def key(self, name: str) -> str:
        """A fixed key, by its name in `PERMIT_KEYS`."""
        if name not in PERMIT_KEYS:
            raise KeyError(name)
        return self.prefix + name

    def wake(self, waiter: str) -> str:
        """LIST that gets a token when the turn of a waiter has come; a minute."""
        return f"{self.prefix}wake:{waiter}"


def check_permit(name: str) -> str:
    """The name itself, if a lock, semaphore or limit may have it.

    Raises:
        InvalidOption: It is empty or too long.
    """
    if not name or len(_quoted(name)) > _MOST_BYTES:
        raise InvalidOption(
            f"a lock, semaphore or limit has a name of 1 to {_MOST_BYTES} bytes, not {name!r:.80}"
        )
    return name


def pattern(namespace: str) -> str:
    """What the `meta` keys of all names look like, for SCAN."""
    return f"{check_name(namespace, 'namespace')}:{{L:*}}:meta"


def name_in(meta_key: str) -> str:
    """The name in a key that `pattern` matches."""
    return unquote(meta_key.partition("{L:")[2].rpartition("}:")[0])


def _quoted(name: str) -> str:
    return quote(name, safe=_AS_IT_IS)
