"""Simulated people: they sign up, look around, go, and come again, over HTTP as browsers do."""

import asyncio
import random
import secrets
from contextlib import suppress
from typing import Final

import httpx

_NAMES: Final = ("ada", "bob", "cem", "dia", "eve", "fay", "gus", "hui", "ida", "jon", "kim", "lea")
# Seconds between two things that one of them does, on average.
_PAUSE_S: Final = 2.0
_PATIENCE_S: Final = 30.0
# How often one who looks around goes, and comes again.
_GOES: Final = 0.1


class People:
    """A crowd at an address."""

    def __init__(self, at: str, number: int, seed: int) -> None:
        """Nobody comes yet.

        Args:
            at: Address of the house.
            number: How many they are.
            seed: Of what they do.
        """
        self._at = at
        self._number = number
        self._seed = seed

    async def come(self) -> None:
        """Come, and stay until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for number in range(self._number):
                tasks.create_task(self._live(number))

    async def _live(self, number: int) -> None:
        chance = random.Random(f"{self._seed}:{number}")  # noqa: S311 - simulated people
        name = f"{_NAMES[number % len(_NAMES)]}_{number}"
        password = secrets.token_urlsafe(12)
        async with httpx.AsyncClient(base_url=f"{self._at}/api/auth", timeout=_PATIENCE_S) as http:
            email = f"{name}@example.com"
            await _try(http, "sign-up", email=email, username=name, password=password)
            while True:
                await asyncio.sleep(chance.expovariate(1 / _PAUSE_S))
                with suppress(httpx.HTTPError):
                    await http.get("/me")
                if chance.random() < _GOES:
                    await _try(http, "sign-out")
                    await _try(http, "sign-in", login=name, password=password)


async def _try(http: httpx.AsyncClient, path: str, **body: str) -> None:
    """Send something as a page of the house would; who is not answered shrugs."""
    url = http.base_url
    with suppress(httpx.HTTPError):
        await http.post(
            path, json=body, headers={"origin": f"{url.scheme}://{url.netloc.decode()}"}
        )
