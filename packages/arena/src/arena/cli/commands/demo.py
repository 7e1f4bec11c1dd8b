"""`arena demo`: the whole house on servers of its own, with simulated people, until Ctrl-C."""

from typing import Annotated

import typer


def demo(
    port: Annotated[int, typer.Option(help="A free one where it is taken.", max=65_535)] = 4000,
    host: Annotated[str, typer.Option(help="Who may see it: 0.0.0.0 is everybody.")] = "127.0.0.1",
    people: Annotated[int, typer.Option(help="How many.", min=1, max=1_000)] = 8,
    seed: Annotated[int, typer.Option(help="Of what they do.")] = 1,
) -> None:
    """Show the house: servers of its own, jobs, pages, and people who use it, until Ctrl-C.

    Everything is in a temporary folder, and is gone afterwards.
    """
    from arena.cli.output import Output
    from arena.cli.running import run

    output = Output()

    async def body() -> None:
        from arena.bootstrap.demo import Demo

        await Demo(output.note, host=host, port=port, people=people, seed=seed).run()

    run(output, body)
