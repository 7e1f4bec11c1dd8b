"""The house: what every application is given, and what each of them shows in return.

Above the services, since all of them are in it; below the applications, which stand in it.
"""

from arena.house.application import Application, Life, Parts
from arena.house.house import House

__all__ = ["Application", "House", "Life", "Parts"]
