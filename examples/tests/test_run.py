"""A whole run in processes of its own: real draws, malformed lines, killed workers."""

import os
import pty
import re
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from examples.draws.analysis import Analysis
from examples.draws.compare import differences
from examples.draws.csv_file import HEADER, format_draw
from examples.draws.generate import synthetic_draws
from examples.draws.tallies import Tallies
from examples.tests.programs import Start, processes_of, wait_until

DRAWS = 400
SEED = 11

Run = Callable[..., subprocess.Popen[str]]
Victims = Callable[[subprocess.Popen[str]], list[psutil.Process]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "draws.sqlite3"


@pytest.fixture
def run(start: Start, database: Path) -> Run:
    def begin(*arguments: str) -> subprocess.Popen[str]:
        return start("examples.draws", "run", "--database", str(database), "--json", *arguments)

    return begin


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """The statistics of the generated draws, counted here and not by jobs."""
    with Tallies(tmp_path_factory.mktemp("expected") / "draws.sqlite3") as tallies:
        for draw in islice(synthetic_draws(SEED), DRAWS):
            with tallies.once(str(draw.date)):
                tallies.add(draw)
        analysis = tallies.analysis()
    assert analysis is not None
    return analysis


def generated(*more: str) -> tuple[str, ...]:
    return ("--draws", str(DRAWS), "--seed", str(SEED), *more)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    opened = sqlite3.connect(database)
    try:
        return opened.execute(query).fetchall()
    except sqlite3.OperationalError:
        return [(0,)]  # there is no table yet
    finally:
        opened.close()


def counted(database: Path) -> int:
    return int(rows(database, "SELECT count(*) FROM draws")[0][0])


def read(out: str) -> Analysis:
    return msgspec.json.decode(out, type=Analysis)


def test_the_real_draws_give_upstreams_statistics(run: Run, feeds: Path) -> None:
    analysis = feeds / "us_powerball.powerball-analysis.json"
    process = run(str(feeds / "us_powerball.csv"), "--analysis", str(analysis))
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "equal to upstream's analysis: 9 distributions, 208 classes" in said
    assert differences(read(out), read(analysis.read_text())) == []


def test_the_real_draws_give_them_also_when_the_worker_is_killed_in_the_middle(
    run: Run, feeds: Path, database: Path
) -> None:
    analysis = feeds / "us_powerball.powerball-analysis.json"
    file = str(feeds / "us_powerball.csv")
    process = run(file, "--analysis", str(analysis), "--pace", "0.01", "--unreliable", "0.05")
    for goal in (300, 700):
        wait_until(lambda goal=goal: counted(database) >= goal)  # type: ignore[misc] # a default binds
        for victim in everything(process):
            victim.kill()
    out, said = process.communicate(timeout=90)
    assert process.returncode == 0, said
    assert "the worker died" in said
    assert "equal to upstream's analysis: 9 distributions, 208 classes" in said
    assert differences(read(out), read(analysis.read_text())) == []
    [(effects, keys)] = rows(database, "SELECT count(*), count(DISTINCT key) FROM effects")
    assert effects == keys == read(out).total_draws


def test_people_get_the_total_and_a_table_of_each_distribution(
    start: Start, database: Path, expected: Analysis
) -> None:
    process = start("examples.draws", "run", "--database", str(database), *generated())
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert out.startswith(f"{DRAWS} draws until {expected.updated_date}\n")
    for title in ("even, odd", "low, high", "runs", "sum", "red ball"):
        assert title in out
    commonest = expected.distributions()["even_odd"][0]
    assert re.search(rf"{re.escape(commonest.type)} +{re.escape(commonest.pct)}", out)


def test_on_a_terminal_a_bar_shows_how_far_it_is(start: Start, database: Path) -> None:
    screen, theirs = pty.openpty()
    words = ("run", "--database", str(database), "--json", *generated("--pace", "0.02"))
    process = start("examples.draws", *words, stderr=theirs, env={"TERM": "xterm"})
    os.close(theirs)
    shown = ""
    # A pseudo-terminal whose other end is gone is read with an error, not with an end.
    with suppress(OSError):
        while part := os.read(screen, 4096):
            shown += part.decode(errors="replace")
    out, _ = process.communicate(timeout=60)
    os.close(screen)
    assert process.returncode == 0
    assert read(out).total_draws == DRAWS
    steps = {int(done) for done in re.findall(rf"counting draws .*?(\d+)/{DRAWS}", shown)}
    assert DRAWS in steps
    assert any(0 < step < DRAWS for step in steps), "nothing was shown in the middle"


def test_an_absent_file_is_said_and_replaced_by_generated_draws(
    run: Run, expected: Analysis
) -> None:
    process = run("nowhere.csv", *generated())
    out, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert f"there is no file nowhere.csv: {DRAWS} synthetic draws of seed {SEED}" in said
    assert read(out) == expected


def test_another_analysis_is_told_apart(run: Run, expected: Analysis, tmp_path: Path) -> None:
    other = tmp_path / "analysis.json"
    other.write_bytes(msgspec.json.encode(msgspec.structs.replace(expected, total_draws=399)))
    process = run("--analysis", str(other), *generated())
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "not of the same draws" in said


def test_malformed_lines_are_reported_and_kept_and_all_others_are_counted(
    run: Run, tmp_path: Path, database: Path
) -> None:
    good = [format_draw(draw) for draw in islice(synthetic_draws(SEED), 20)]
    bad = ["10/08/2015,1|2|3|4|99,9,2X", "no draw at all"]
    file = tmp_path / "draws.csv"
    file.write_text("\n".join([HEADER, *good[:10], *bad, *good[10:]]))
    process = run(str(file))
    out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "line 12: white_balls[4]: Expected `int` <= 69" in said
    assert "line 13: line: 4 fields were expected" in said
    assert read(out).total_draws == 20
    assert rows(database, "SELECT line, text FROM malformed ORDER BY line") == [
        (12, bad[0]),
        (13, bad[1]),
    ]


def child(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return [each for each in worker_processes(process) if "backbeat.worker.child" in each.cmdline()]


def supervisor(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return [each for each in worker_processes(process) if "backbeat.cli" in each.cmdline()]


def everything(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return [*supervisor(process), *child(process)]


def worker_processes(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@pytest.mark.parametrize("victims", [child, supervisor, everything])
def test_every_draw_counts_once_although_the_worker_is_killed_in_the_middle(
    run: Run, database: Path, expected: Analysis, victims: Victims
) -> None:
    # Attempts also break off after their effect, so that the guard has something to hold off.
    process = run(*generated("--pace", "0.03", "--unreliable", "0.1"))
    for goal in (DRAWS // 4, DRAWS // 2):
        wait_until(lambda goal=goal: counted(database) >= goal)  # type: ignore[misc] # a default binds
        for victim in victims(process):
            victim.kill()
    out, said = process.communicate(timeout=90)
    assert process.returncode == 0, said
    assert read(out) == expected
    assert rows(database, "SELECT count(*), count(DISTINCT key) FROM effects") == [(DRAWS, DRAWS)]
    assert rows(database, "SELECT sum(repeats) > 0 FROM effects") == [(1,)]


def test_a_run_that_was_interrupted_leaves_nothing_running_and_is_continued(
    run: Run, database: Path, expected: Analysis, tmp_path: Path
) -> None:
    process = run(*generated("--pace", "0.03"))
    wait_until(lambda: counted(database) >= DRAWS // 4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert processes_of(tmp_path) == []
    assert counted(database) < DRAWS
    again = run(*generated())
    out, said = again.communicate(timeout=60)
    assert again.returncode == 0, said
    assert read(out) == expected
