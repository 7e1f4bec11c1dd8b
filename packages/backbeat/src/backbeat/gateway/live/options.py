"""How live events are set up."""

from dataclasses import dataclass, field

from backbeat.gateway.live.limits import LiveLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """How live events are set up.

    Attributes:
        secret: Signs tokens for one job, at least 32 bytes, the same in every process. Defaults to
            None: there are no such tokens.
        path: Where Socket.IO is in the host application, besides `socket.io` below the prefix.
            Defaults to "/socket.io", where its clients look for it. None: below the prefix alone.
        limits: What each client may use. Defaults to `LiveLimits()`.
    """

    secret: str | bytes | None = field(default=None, repr=False)
    path: str | None = "/socket.io"
    limits: LiveLimits = field(default_factory=LiveLimits)
