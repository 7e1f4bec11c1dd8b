"""Runs the body of a command: errors to exit codes, Ctrl-C without noise."""

from collections.abc import Awaitable, Callable
from typing import Final

import typer

from arena.base.errors import ArenaError, Misconfigured
from arena.base.settings import ArenaSettings
from arena.cli.exits import Exit, exit_for
from arena.cli.loop import run as run_loop
from arena.cli.output import Output
from backbeat import BackbeatError

# Of PostgreSQL: there is no such table, no such column.
_OTHER_TABLES: Final = frozenset({"42P01", "42703"})


def settings() -> ArenaSettings:
    """What the installation says.

    Raises:
        Misconfigured: A variable does not fit; what it holds is not repeated.
    """
    from pydantic import ValidationError

    try:
        return ArenaSettings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors()
        )
        raise Misconfigured(wrong) from None


def run(output: Output, body: Callable[[], Awaitable[int | None] | int | None]) -> None:
    """Run a body and end with its exit code.

    Args:
        output: Where errors are said.
        body: May be a coroutine function; what it returns is the exit code, None for 0.
    """

    async def awaited(running: Awaitable[int | None]) -> int | None:
        return await running

    try:
        answer = body()
        code = answer if isinstance(answer, int | None) else run_loop(awaited(answer))
    except (ArenaError, BackbeatError, OSError) as error:
        output.error(error)
        raise typer.Exit(exit_for(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None
    except Exception as error:
        if _sqlstate(error) not in _OTHER_TABLES:
            raise
        output.error(Misconfigured("the tables are not those of this version: run `arena migrate`"))
        raise typer.Exit(Exit.USAGE) from None
    raise typer.Exit(code or Exit.OK)


def _sqlstate(error: Exception) -> object:
    return getattr(getattr(error, "orig", None), "sqlstate", None)
