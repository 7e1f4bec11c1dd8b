"""People who just look in: they sign up, look around, go, and come again."""

import asyncio
from typing import Final

from arena.base.people import Person

_NAMES: Final = ("ada", "bob", "cem", "dia", "eve", "fay", "gus", "hui", "ida", "jon", "kim", "lea")
# Seconds between two things that one of them does, on average.
_PAUSE_S: Final = 2.0
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
                tasks.create_task(self._live(f"{_NAMES[number % len(_NAMES)]}_{number}"))

    async def _live(self, name: str) -> None:
        async with Person(self._at, name, self._seed) as person:
            await person.sign_up()
            while True:
                await asyncio.sleep(person.chance.expovariate(1 / _PAUSE_S))
                await person.read("/api/auth/me")
                if person.chance.random() < _GOES:
                    await person.send("/api/auth/sign-out", {})
                    await person.sign_in()
