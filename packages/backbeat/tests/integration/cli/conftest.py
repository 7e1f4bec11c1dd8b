"""A terminal on an empty server: commands in this process, and as processes of their own."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from backbeat import Backbeat, JobFailed, JobHandle, State, Worker
from backbeat.cli.program import build
from packages.backbeat.tests.support.private_server import PrivateServer

SHOP = '''
"""The application that the commands are tried on."""

import asyncio

from backbeat import Backbeat, Job

app = Backbeat()
mail = app.queue("mail")
reports = app.queue("reports")


@mail.job("send")
async def send(job: Job, to: str, *, times: int = 1) -> int:
    """Send a letter."""
    job.log(f"sending to {to}")
    job.progress(50, "half way")
    return times


@mail.job("break")
async def break_down(why: str) -> None:
    raise ValueError(why)


@reports.job("forever")
async def forever(job: Job) -> None:
    job.log("running")
    await asyncio.Event().wait()
'''


@dataclass(frozen=True)
class Terminal:
    """Types commands and reads what they say."""

    runner: CliRunner

    def __call__(self, *words: str, typed: str | None = None) -> Result:
        """Run a command."""
        return self.runner.invoke(build(), words, input=typed)

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command with --json: its whole stdout is one document."""
        result = self(*words, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def add(self, queue: str, name: str, data: Any, *words: str) -> str:
        """Enqueue; the id of the job."""
        answer = self.json("enqueue", queue, name, json.dumps(data), *words)
        assert answer["added"] == "created"
        return str(answer["id"])


@pytest.fixture
def project(valkey: PrivateServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory without an application, whose settings lead to the server."""
    for name in [name for name in os.environ if name.startswith("BACKBEAT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BACKBEAT_URL", valkey.url)
    # Nothing is left behind in sys.path and sys.modules.
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def terminal(project: Path) -> Terminal:
    """Commands in this process."""
    return Terminal(CliRunner())


@pytest.fixture
def shop(project: Path) -> Iterator[str]:
    """The application, as --app names it; its module has a name that no other test has."""
    module = f"shop_{secrets.token_hex(4)}"
    (project / f"{module}.py").write_text(SHOP, encoding="utf-8")
    yield f"{module}:app"
    sys.modules.pop(module, None)


Work = Callable[..., None]


@pytest.fixture
def work(shop: str) -> Work:
    """Runs jobs of the application to their end."""

    def until_ended(queue: str, *job_ids: str) -> None:
        asyncio.run(_work(shop, queue, job_ids))

    return until_ended


Reach = Callable[[str, str, State], None]


@pytest.fixture
def reach(valkey: PrivateServer, project: Path) -> Reach:
    """Waits until a job is in a state; fails where it never is."""

    def until_it_is(queue: str, job_id: str, state: State) -> None:
        async def wait() -> None:
            async with Backbeat(valkey.url) as app, asyncio.timeout(60):
                handle: JobHandle[Any] = app.queue(queue).handle(job_id)
                while await handle.state() is not state:  # noqa: ASYNC110 - the server tells no one
                    await asyncio.sleep(0.02)

        asyncio.run(wait())

    return until_it_is


MODULE = (sys.executable, "-m", "backbeat.cli")

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    """Starts `backbeat WORDS...` as a process of its own; `program` is another way to call it."""
    started: list[subprocess.Popen[str]] = []

    def begin(
        *words: str, program: Sequence[str | Path] = MODULE, **options: Any
    ) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(
            [*program, *words],
            cwd=project,
            text=True,
            **(pipes | options),
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


async def _work(shop: str, queue: str, job_ids: tuple[str, ...]) -> None:
    from backbeat.worker.loading import load_app

    app: Backbeat = load_app(shop)
    async with app, Worker(app):
        for job_id in job_ids:
            with suppress(JobFailed):
                await app.queue(queue).handle(job_id).result(timeout=20)
