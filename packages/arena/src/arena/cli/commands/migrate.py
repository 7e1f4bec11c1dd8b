"""`arena migrate`: brings the tables up to this version."""


def migrate() -> None:
    """Bring the tables up to this version. Processes that do it at once take turns."""
    from arena.cli.output import Output
    from arena.cli.running import run, settings

    output = Output()

    async def body() -> None:
        from arena.base.db import open_database
        from arena.base.migrations import migrate as take_steps

        database = await open_database(settings())
        try:
            await take_steps(database)
        finally:
            await database.close()
        output.note("the tables are those of this version")

    run(output, body)
