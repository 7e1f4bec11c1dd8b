"""Passwords: kept as argon2id, checked in a thread, a few at a time."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# What OWASP asks for at least: more would be paid by everybody who signs in at a busy hour.
_MEMORY_KIB: Final = 19_456
_PASSES: Final = 2
_LANES: Final = 1
# Each check takes its memory and a core for its time; whoever is third waits.
_AT_ONCE: Final = 2


class Passwords:
    """Hashes and checks passwords, in the same time whether there is a user or not."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Take a hasher. Defaults to 19 MiB, 2 passes, 1 lane."""
        self._hasher = hasher or PasswordHasher(_PASSES, _MEMORY_KIB, _LANES)
        self._turns = asyncio.Semaphore(_AT_ONCE)
        # Checked where nobody is known by the name; no password has this hash.
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether a password is the one.

        Args:
            password: What was typed.
            kept: What `hash` made of the right one; None: there is none, and it takes as long.
        """
        if kept is None and self._nobody is None:
            self._nobody = await self.hash("nobody")
        async with self._turns:
            fits = await asyncio.to_thread(self._fits, password, kept or str(self._nobody))
        return fits and kept is not None

    def is_old(self, kept: str) -> bool:
        """Whether a hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _fits(self, password: str, kept: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False
