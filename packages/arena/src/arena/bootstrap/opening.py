"""Opens the house: its stores, and what its applications declare with them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arena.base.db import open_database
from arena.base.errors import Misconfigured
from arena.base.migrations import migrate
from arena.base.settings import ArenaSettings
from arena.bootstrap.applications import APPLICATIONS
from arena.house import Application, House, Parts
from arena.services.ledger.handlers import declare as declare_ledger
from backbeat import Backbeat


@dataclass(frozen=True, slots=True)
class Opened:
    """A house with its applications.

    Attributes:
        house: What they share.
        parts: What each of them has, by name.
    """

    house: House
    parts: dict[str, Parts]


def make_jobs(settings: ArenaSettings) -> Backbeat:
    """The jobs of an installation, with nothing declared. `BACKBEAT_URL` wins; see `settings`."""
    return Backbeat(settings.backbeat)


def declare(house: House, applications: Sequence[Application]) -> Opened:
    """Let every application declare what it has, and what it tells people.

    Raises:
        Misconfigured: Two applications have one name.
        Invalid: Two have a kind of notification of one name.
    """
    parts: dict[str, Parts] = {}
    for application in applications:
        if application.name in parts:
            raise Misconfigured(f"two applications are called {application.name!r}: rename one")
        parts[application.name] = application.open(house)
        house.notifications.declare(*parts[application.name].kinds)
    return Opened(house, parts)


def declare_services(house: House) -> None:
    """Let the services declare what they do by themselves, whichever applications there are."""
    declare_ledger(house.jobs, house.ledger)


@asynccontextmanager
async def open_house(
    settings: ArenaSettings, applications: Sequence[Application] = APPLICATIONS
) -> AsyncIterator[Opened]:
    """The house, with its tables as they are to be; closed at the end.

    In production the tables are left alone: `arena migrate` is a step of its own there.

    Args:
        settings: What the installation says.
        applications: Which. Defaults to all that there are.

    Raises:
        Misconfigured: It is set up in a way that cannot work.
        Unavailable: A store does not answer.
    """
    database = await open_database(settings)
    try:
        if settings.node_env != "production":
            await migrate(database)
        async with make_jobs(settings) as jobs:
            house = House(settings=settings, jobs=jobs, database=database)
            declare_services(house)
            opened = declare(house, applications)
            await jobs.schedules.sync()
            try:
                yield opened
            finally:
                await house.close()
    finally:
        await database.close()
