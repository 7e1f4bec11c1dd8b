"""What one gateway process and one client may use: every number has a bound."""

from dataclasses import dataclass

from backbeat.errors import InvalidOption


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLimits:
    """Bounds of live events.

    Attributes:
        clients: Sockets and streams at once in this process. Defaults to 10,000.
        per_identity: Sockets and streams at once of one identity in this process. Defaults to 200.
        subscriptions: Queues and jobs that one socket follows. Defaults to 100.
        requests: Messages that one socket may send in a second; twice as many at once. Who sends
            more is disconnected. Defaults to 20.
        request_bytes: Size of one message of a client. Defaults to 16 KiB.
        buffer: Messages that wait for one slow client. Defaults to 1,000.
        buffer_bytes: Their size in all. Defaults to 1 MiB.
        recheck_s: Seconds in which each client's grant is looked at again. Defaults to 20.
        connect_s: Seconds in which a new socket has to say who it is. Defaults to 10.
        heartbeat_s: Seconds between signs of life on a silent stream. Defaults to 15.
    """

    clients: int = 10_000
    per_identity: int = 200
    subscriptions: int = 100
    requests: int = 20
    request_bytes: int = 16_384
    buffer: int = 1_000
    buffer_bytes: int = 1_048_576
    recheck_s: float = 20.0
    connect_s: float = 10.0
    heartbeat_s: float = 15.0

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense, naming the field."""
        for name in self.__slots__:
            if getattr(self, name) <= 0:
                raise InvalidOption(f"LiveLimits({name}=...) must be above 0")
        if self.recheck_s > 30:
            raise InvalidOption(
                f"LiveLimits(recheck_s={self.recheck_s}) must be at most 30: who lost a grant is"
                " dropped within a minute"
            )
