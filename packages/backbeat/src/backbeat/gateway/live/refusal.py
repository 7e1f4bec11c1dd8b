"""Why something that a client asks for is not done."""

from typing import Any


class Refused(Exception):
    """A request of a client is not carried out. Says what to do.

    Attributes:
        code: unauthorized, forbidden, bad-request, unknown-queue, unknown-job, no-events,
            too-many-subscriptions, too-many-clients, too-large or unavailable.
        message: For people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def envelope(self) -> dict[str, Any]:
        """As it is answered."""
        return {"success": False, "error": {"code": self.code, "message": self.message}}
