"""Why the gateway itself refuses; what it asks for raises the errors of `backbeat.errors`."""

from backbeat.errors import BackbeatError


class GatewayError(BackbeatError):
    """Root of what the gateway refuses by itself."""


class Unauthenticated(GatewayError):
    """Nobody who is known asks; the words are the same whatever was wrong."""

    def __init__(self) -> None:
        """Say what is needed."""
        super().__init__("credentials are needed, and these are none that are known here")


class Forbidden(GatewayError):
    """Somebody who is known asks for more than was granted.

    Attributes:
        action: The permission that was needed.
        queue: In which queue; None: one for the whole application.
    """

    def __init__(self, action: str, queue: str | None) -> None:
        """Name the permission that was needed."""
        where = "for the whole application" if queue is None else f"in queue {queue}"
        super().__init__(f"this needs the permission {action} {where}")
        self.action = action
        self.queue = queue


class ForeignOrigin(GatewayError):
    """What a browser may not do for a page of another origin: write, or listen."""

    def __init__(self) -> None:
        """Say what is needed."""
        super().__init__(
            "this must come from a page of this origin, or of one that is allowed by name: send"
            " Origin or Sec-Fetch-Site as browsers do, or use an API key in a program"
        )


class ReadOnly(GatewayError):
    """This gateway changes nothing, whoever asks."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("this gateway is read-only: nothing can be changed through it")


class NotConfirmed(GatewayError):
    """What cannot be undone has to be confirmed by the name of what it is done to."""

    def __init__(self, name: str) -> None:
        """Say what to repeat."""
        super().__init__(f"this cannot be undone: repeat the name {name!r} in `confirm`")


class TooManyRequests(GatewayError):
    """More was asked than this identity or address may in its time.

    Attributes:
        retry_after: Seconds after which to ask again.
    """

    def __init__(self, retry_after: float) -> None:
        """Say when to come again."""
        self.retry_after = retry_after
        super().__init__(f"too many requests: ask again in {retry_after:.3g} s")


class TooManyListeners(GatewayError):
    """One identity has as many sockets and streams open in this process as it may."""

    def __init__(self, most: int) -> None:
        """Say how many it may have."""
        super().__init__(f"one identity has at most {most} sockets and streams open: close some")


class TooManySubscriptions(GatewayError):
    """One socket follows as much as it may."""

    def __init__(self, most: int) -> None:
        """Say how much it may follow."""
        super().__init__(f"one socket follows at most {most} queues and jobs: unsubscribe first")


class NoRoom(GatewayError):
    """This process has as many sockets and streams as it can bear, or is about to end."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this gateway takes nobody in now: connect again in a second")


class RepeatedOtherwise(GatewayError):
    """An Idempotency-Key that was used before, for something else."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this Idempotency-Key was used for another request: make a new one")


class StillRunning(GatewayError):
    """A request with this Idempotency-Key is being carried out."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("a request with this Idempotency-Key is being carried out: ask again")


class NoEvents(GatewayError):
    """A queue that tells nothing cannot be followed."""

    def __init__(self, queue: str) -> None:
        """Say what to do."""
        super().__init__(
            f'queue {queue} tells nothing: declare it with another events= than "none"'
        )


class BodyTooLarge(GatewayError):
    """A body, or a message of a socket, is larger than is taken."""

    def __init__(self, most: int) -> None:
        """Say what is taken."""
        super().__init__(f"this is larger than the {most} bytes that are taken")


class NotFound(GatewayError):
    """Something that was named is not there: a key, a hold, a limit."""


class BadRequest(GatewayError):
    """A request that cannot be read, or asks for what makes no sense."""
