"""What worker processes run."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from arena.base.db.opening import connect
from arena.base.postgres import choose_postgres
from arena.base.settings import ArenaSettings
from arena.bootstrap.applications import APPLICATIONS
from arena.bootstrap.opening import Opened, declare, declare_services, make_jobs
from arena.house import House
from backbeat import Backbeat


def jobs_of_this_installation() -> Backbeat:
    """The jobs of all applications, as the environment sets them up.

    Where no address of PostgreSQL is given, the embedded one is started or joined.

    Raises:
        Misconfigured: The installation is set up in a way that cannot work.
        Unavailable: The embedded PostgreSQL did not start.
    """
    settings = ArenaSettings()
    target = choose_postgres(settings)
    if isinstance(target, str):
        database = connect(target, pool=settings.database_pool)
    else:
        database = connect(target.ensure(), pool=settings.database_pool, embedded=target)
    jobs = make_jobs(settings)
    house = House(settings=settings, jobs=jobs, database=database)
    declare_services(house)
    opened = declare(house, APPLICATIONS)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[House]:
        try:
            async with working(opened):
                yield opened.house
        finally:
            await house.close()
            await database.close()

    jobs.lifespan = lifespan
    return jobs


@asynccontextmanager
async def working(opened: Opened) -> AsyncIterator[None]:
    """What applications want to have while their jobs run."""
    async with AsyncExitStack() as stack:
        for parts in opened.parts.values():
            if parts.working is not None:
                await stack.enter_async_context(parts.working())
        yield
