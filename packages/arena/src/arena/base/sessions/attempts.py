"""How often somebody may try to sign in or up, whichever way they come."""

import hashlib

from starlette.requests import Request

from arena.base.http.front import Front, address_of


async def count_attempt(front: Front, request: Request, login: str | None = None) -> None:
    """Count an attempt: of the address that it comes from, and at the account that it is about.

    Args:
        front: Counts for all processes.
        request: The attempt.
        login: Whose account. Defaults to None: a new one.

    Raises:
        TooManyRequests: It is one too many.
    """
    await front.count(f"attempt-from:{address_of(request)}", front.options.attempts_from)
    if login is not None:
        # A digest: what people type there is at times their password.
        name = hashlib.sha256(login.strip().lower().encode()).hexdigest()[:32]
        await front.count(f"attempt-at:{name}", front.options.attempts_at)
