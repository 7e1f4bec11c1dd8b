"""`python -m examples.draws run [CSV] [--analysis FILE]`: counts the draws of a file."""

import asyncio
import sys
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from backbeat import BackbeatError
from examples.draws.analysis import Analysis
from examples.draws.compare import compared, differences
from examples.draws.csv_file import HEADER, Malformed, format_draw, read_draws
from examples.draws.draw import Draw
from examples.draws.generate import synthetic_draws
from examples.draws.jobs import app
from examples.draws.run import Outcome, count_draws
from examples.draws.settings import Settings
from examples.draws.shown import show_analysis
from examples.draws.tallies import Tallies
from examples.draws.worker_process import WorkerBroken, WorkerProcess

Lines = list[Draw | Malformed]

_MOST_SHOWN: Final = 20
_DATABASE: Final = Path(".backbeat/draws/draws.sqlite3")

program = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
out = Console(highlight=False)
# What is not the answer goes to stderr, so that `--json > file` is only the answer.
say = Console(stderr=True, highlight=False)


@program.command()
def run(
    csv: Annotated[Path | None, typer.Argument(help="date,white_balls,red_ball,power_play")] = None,
    analysis: Annotated[Path | None, typer.Option(help="Upstream's analysis to equal.")] = None,
    database: Annotated[Path, typer.Option(help="Where to count.")] = _DATABASE,
    draws: Annotated[int, typer.Option(help="How many to generate without a CSV.", min=1)] = 1_390,
    seed: Annotated[int, typer.Option(help="Of the generated draws.")] = 1,
    pace: Annotated[float, typer.Option(help="Seconds that each draw takes.", min=0)] = 0.0,
    unreliable: Annotated[
        float, typer.Option(help="Part of the attempts that break off.", min=0, max=0.9)
    ] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="In upstream's own form.")] = False,
) -> None:
    """Count every draw of a file once, and print the statistics.

    Ends with 0 when every line was counted and the statistics equal upstream's, else with 1.
    """
    lines = _read(csv, draws, seed)
    settings = Settings(database=database, pace=pace, unreliable=unreliable)
    try:
        outcome, counted = asyncio.run(_count(lines, settings))
    except (BackbeatError, WorkerBroken) as error:
        say.print(f"error: {error}", markup=False)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say.print("interrupted: the same command goes on where this one stopped")
        raise typer.Exit(130) from None
    _show(counted, as_json=as_json)
    good = [_report(lines, outcome), analysis is None or _equals(counted, analysis)]
    raise typer.Exit(0 if all(good) else 1)


@program.command()
def generate(
    count: Annotated[int, typer.Argument(min=1)] = 1_390,
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.")] = 1,
) -> None:
    """Print synthetic draws as CSV."""
    sys.stdout.write(HEADER + "\n")
    sys.stdout.writelines(format_draw(draw) + "\n" for draw in islice(synthetic_draws(seed), count))


def _read(csv: Path | None, count: int, seed: int) -> Lines:
    if csv is not None and csv.is_file():
        return list(read_draws(csv))
    absent = "no file was named" if csv is None else f"there is no file {csv}"
    say.print(f"{absent}: {count:,} synthetic draws of seed {seed} are counted", markup=False)
    return list(islice(synthetic_draws(seed), count))


async def _count(lines: Lines, settings: Settings) -> tuple[Outcome, Analysis | None]:
    columns = (TextColumn("counting draws"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    async with app:
        with Tallies(settings.database) as tallies, Progress(*columns, console=say) as progress:
            _keep_malformed(lines, tallies)
            total = sum(isinstance(line, Draw) for line in lines)
            task = progress.add_task("counting", total=total)
            worker = WorkerProcess(settings.variables(), settings.database.with_suffix(".log"))
            counting = count_draws(lines, tallies, lambda: progress.advance(task))
            outcome = await worker.beside(counting)
            _tell_of_repeats(worker, tallies)
            return outcome, tallies.analysis()


def _keep_malformed(lines: Lines, tallies: Tallies) -> None:
    for line in lines:
        if isinstance(line, Malformed):
            tallies.report(line)


def _tell_of_repeats(worker: WorkerProcess, tallies: Tallies) -> None:
    if worker.starts > 1:
        say.print(f"the worker died {worker.starts - 1} times and was started again")
    if repeated := tallies.repeated():
        say.print(f"{repeated:,} attempts found their draw counted already, and left it at that")


def _show(counted: Analysis | None, *, as_json: bool) -> None:
    if counted is None:
        say.print("no draw was counted")
    elif as_json:
        sys.stdout.write(
            msgspec.json.format(msgspec.json.encode(counted), indent=2).decode() + "\n"
        )
    else:
        show_analysis(out, counted)


def _report(lines: Lines, outcome: Outcome) -> bool:
    malformed = [line.describe() for line in lines if isinstance(line, Malformed)]
    _list("lines are malformed (kept in the table malformed)", malformed)
    _list("draws could not be counted", outcome.failed)
    return not malformed and not outcome.failed


def _list(what: str, sentences: list[str]) -> None:
    if sentences:
        say.print(f"{len(sentences):,} {what}:")
    for sentence in sentences[:_MOST_SHOWN]:
        say.print(f"  {sentence}", markup=False, soft_wrap=True)
    if len(sentences) > _MOST_SHOWN:
        say.print(f"  ... and {len(sentences) - _MOST_SHOWN:,} more")


def _equals(counted: Analysis | None, file: Path) -> bool:
    if counted is None:
        return False
    try:
        upstream = msgspec.json.decode(file.read_bytes(), type=Analysis)
    except (OSError, msgspec.MsgspecError) as error:
        say.print(f"{file} cannot be compared with: {error}", markup=False)
        return False
    found = differences(counted, upstream)
    if not found:
        what = f"{compared(upstream)}, total_draws, updated_date"
        say.print(f"equal to upstream's analysis: {what}", soft_wrap=True)
    _list("differences from upstream's analysis", found)
    return not found


if __name__ == "__main__":
    program()
