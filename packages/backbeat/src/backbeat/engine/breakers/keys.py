"""Every key of a breaker, by name: the only place where they are built.

All keys of a name carry its hash tag, so one script touches one slot of a cluster.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backbeat.engine.ids import check_name

# name -> (Redis type, lifetime). All but `nothing` have a lifetime on the server, too.
BREAKER_KEYS: Final[dict[str, tuple[str, str]]] = {
    "meta": ("hash", "breaker: state, epoch, rules"),
    "counts": ("hash", "window: ms of its tenth -> well:failed"),
    "probes": ("zset", "probe: token -> ms until which its outcome is waited for"),
    "nothing": ("none", "never exists: deleting it is the write that a full server accepts"),
}


@dataclass(frozen=True)
class BreakerKeys:
    """The keys of one breaker.

    Attributes:
        namespace: Prefix shared by all keys of an installation.
        name: Its name.
    """

    namespace: str
    name: str

    def __post_init__(self) -> None:
        """Refuse names that could leave their place in a key."""
        check_name(self.namespace, "namespace")
        check_name(self.name, "breaker")

    @cached_property
    def prefix(self) -> str:
        """What every key of this name begins with."""
        return f"{self.namespace}:{{B:{self.name}}}:"

    def key(self, name: str) -> str:
        """A fixed key, by its name in `BREAKER_KEYS`."""
        if name not in BREAKER_KEYS:
            raise KeyError(name)
        return self.prefix + name


def breaker_registry(namespace: str) -> str:
    """SET of the names of all breakers that a worker has used; until a queue is obliterated."""
    return f"{check_name(namespace, 'namespace')}:breakers"
