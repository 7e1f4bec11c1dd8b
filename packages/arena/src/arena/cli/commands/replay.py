"""`arena replay`: holds again what is recorded elsewhere, and shows where our rules differ."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.table import Table


def replay(
    what: Annotated[str, typer.Argument(help="Of which application: auctions.")],
    file: Annotated[Path, typer.Argument(help="The recording.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, and nothing else.")] = False,
) -> None:
    """Hold again what is recorded in a file, and show what came out otherwise."""
    from arena.cli.output import Output
    from arena.cli.running import run

    output = Output(json=as_json)

    def body() -> None:
        from dataclasses import asdict

        from rich.progress import track

        from arena.base.errors import Invalid
        from arena.bootstrap.applications import REPLAYS

        held_again = REPLAYS.get(what)
        if held_again is None:
            raise Invalid(
                f"nothing of {what!r} is replayed here: {', '.join(REPLAYS) or 'nothing'}"
            )
        try:
            every = list(
                track(held_again(file), what, console=output.errors, transient=True,
                      disable=not output.errors.is_terminal)
            )  # fmt: skip
        except (KeyError, UnicodeDecodeError) as error:
            raise Invalid(f"{file} is no recording of {what}: {error}") from None
        others = [asdict(each) for each in every if not each.reproduced]
        reproduced = len(every) - len(others)
        data = {what: len(every), "reproduced": reproduced, "others": others}
        share = reproduced / len(every) if every else 0
        output.show(
            data, _table(others, f"{len(every)} {what}, {share:.1%} as recorded; the rest:")
        )

    run(output, body)


def _table(rows: list[dict[str, Any]], title: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*map(str, row.values()))
    return table
