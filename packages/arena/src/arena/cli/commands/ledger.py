"""`arena ledger`: whether the money of record is as it must be."""

from typing import Annotated

import typer

program = typer.Typer(help="Look after the money of record.", no_args_is_help=True)


@program.callback()
def commands() -> None:
    """Look after the money of record."""


@program.command("verify")
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, and nothing else.")] = False,
) -> None:
    """Check every invariant and the whole chain of seals, at one moment; work goes on beside it.

    Ends with 1 where something is broken.
    """
    from arena.cli.exits import Exit
    from arena.cli.output import Output
    from arena.cli.running import run, settings

    output = Output(json=as_json)

    async def body() -> int:
        from arena.base.db import open_database
        from arena.services.ledger import Ledger

        database = await open_database(settings())
        try:
            report = await Ledger(database).verify()
        finally:
            await database.close()
        data = {
            "ok": report.ok,
            "seals": report.seals,
            "sealed": report.sealed,
            "head": report.head,
            "broken": [
                {"code": each.code, "says": each.says, "where": each.where}
                for each in report.broken
            ],
        }
        words = [f"{each.code} at {each.where}: {each.says}" for each in report.broken] or [
            f"nothing is broken: {report.sealed} journals under {report.seals} seals",
            f"head of the chain: {report.head}",
        ]
        output.show(data, "\n".join(words))
        return Exit.OK if report.ok else Exit.REFUSED

    run(output, body)
