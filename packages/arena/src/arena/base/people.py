"""A simulated person: somebody with a browser, who signs up and shrugs where nothing answers."""

import random
import secrets
import ssl
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import httpx

_PATIENCE_S: Final = 30.0


class Person:
    """One of those who use the house in its demo; `async with` opens the browser.

    Attributes:
        name: As others see it.
        chance: What they do is drawn from it: the same with the same seed.
    """

    def __init__(self, at: str, name: str, seed: object) -> None:
        """Nobody has signed up yet.

        Args:
            at: Address of the house.
            name: A name that nobody else has.
            seed: Of what they do.
        """
        self.name = name
        self.chance = random.Random(f"{seed}:{name}")  # noqa: S311 - simulated people
        self._at = at
        self._password = secrets.token_urlsafe(12)
        # Trusts nobody: the house is near and asked by http, and to load certificates takes longer
        # than all else that a person does.
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._browser = httpx.AsyncClient(base_url=at, timeout=_PATIENCE_S, verify=trust)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._browser.aclose()

    async def sign_up(self) -> None:
        """Become a user."""
        email = f"{self.name}@example.com"
        body = {"email": email, "username": self.name, "password": self._password}
        await self.send("/api/auth/sign-up", body)

    async def sign_in(self) -> None:
        """Come back."""
        body = {"login": self.name, "password": self._password}
        await self.send("/api/auth/sign-in", body)

    async def read(self, path: str) -> Any:
        """What is at a path; None where it is refused or not answered."""
        with suppress(httpx.HTTPError):
            return _data(await self._browser.get(path))
        return None

    async def send(self, path: str, body: dict[str, Any]) -> Any:
        """What something that is sent is answered; None where it is refused or not answered."""
        with suppress(httpx.HTTPError):
            # As a page of the house sends it.
            return _data(await self._browser.post(path, json=body, headers={"origin": self._at}))
        return None


def _data(answer: httpx.Response) -> Any:
    return answer.json()["data"] if answer.is_success else None
