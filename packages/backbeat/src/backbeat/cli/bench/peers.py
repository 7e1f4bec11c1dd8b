"""The peers: other libraries, each with a program of its own in a folder that is not ours.

The folder holds the programs and, in `.work` (or `$PEERBENCH_HOME`), one environment for each.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backbeat.cli.bench.contender import Contender, Mode
from backbeat.cli.bench.options import BenchOptions
from backbeat.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Peer:
    """What must be known of a peer to run it.

    Attributes:
        name: As in `--only`.
        program: File in the folder of the peers.
        environment: Name of its Python environment; None for Node.
        packages: Whose versions to report, the first in front.
        modes: Ways to add that it has, the fastest last.
        settings: Settings of one worker process to choose the fastest from.
        variant: Flavour of the program.
        uvloop: Whether to run it on uvloop.
        jobs: Most jobs in a timed step, of one that is slow.
    """

    name: str
    program: str
    environment: str | None
    packages: tuple[str, ...]
    modes: tuple[Mode, ...]
    settings: tuple[str, ...]
    variant: str = ""
    uvloop: bool = False
    jobs: int | None = None


PEERS: Final = (
    Peer(
        name="bullmq-node",
        program="peer_bullmq_node.mjs",
        environment=None,
        packages=("bullmq",),
        modes=("single", "gather", "bulk"),
        settings=("10", "100", "500"),
    ),
    Peer(
        name="bullmq-py",
        program="peer_bullmq_py.py",
        environment="bullmq",
        packages=("bullmq",),
        modes=("single", "gather", "bulk"),
        settings=("10", "100", "500"),
        uvloop=True,
    ),
    Peer(
        name="arq",
        program="peer_arq.py",
        environment="arq",
        packages=("arq",),
        modes=("single", "gather"),
        settings=("10", "100", "500", "100:0.01"),
        uvloop=True,
    ),
    Peer(
        name="celery",
        program="peer_celery.py",
        environment="celery",
        packages=("celery",),
        modes=("single",),
        settings=("prefork-2", "threads-10", "gevent-100"),
    ),
    Peer(
        name="rq",
        program="peer_rq.py",
        environment="rq",
        packages=("rq",),
        modes=("single", "bulk"),
        settings=("simple",),
        jobs=5_000,
    ),
    Peer(
        name="streaq",
        program="peer_streaq.py",
        environment="streaq",
        packages=("streaq",),
        modes=("single", "gather", "bulk"),
        settings=("10", "100", "500"),
        uvloop=True,
    ),
    Peer(
        name="huey",
        program="peer_huey.py",
        environment="huey",
        packages=("huey",),
        modes=("single",),
        settings=("thread-1", "thread-8"),
    ),
    Peer(
        name="saq",
        program="peer_saq.py",
        environment="saq",
        packages=("saq",),
        modes=("single", "gather"),
        settings=("10", "100", "500"),
        uvloop=True,
    ),
    Peer(
        name="dramatiq",
        program="peer_dramatiq.py",
        environment="dramatiq",
        packages=("dramatiq",),
        modes=("single",),
        settings=("1x8",),
    ),
    Peer(
        name="taskiq",
        program="peer_taskiq.py",
        environment="taskiq",
        packages=("taskiq", "taskiq-redis"),
        modes=("single", "gather"),
        settings=("10", "100", "500"),
        variant="list",
        uvloop=True,
    ),
)
# On PostgreSQL and in one program of its own, see graphile.py.
GRAPHILE: Final = "graphile-worker"
NAMES: Final = (*(peer.name for peer in PEERS), GRAPHILE)


def choose(options: BenchOptions) -> tuple[str, ...]:
    """Names of the peers to run: those asked for, else all that are set up.

    Raises:
        ConfigurationError: A name is unknown, or what was asked for is not set up.
    """
    if options.peers is None:
        return ()
    if unknown := set(options.only) - set(NAMES):
        raise ConfigurationError(
            f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}"
        )
    if not options.only:
        return tuple(name for name in NAMES if _why_missing(name, options.peers) is None)
    for name in options.only:
        if why := _why_missing(name, options.peers):
            raise ConfigurationError(f"{name} is not set up: {why} (see benchmarks/README.md)")
    return options.only


def contenders(names: tuple[str, ...], options: BenchOptions) -> Iterator[Contender]:
    """The chosen peers that run on our kind of server."""
    if options.peers is None:
        return
    for peer in PEERS:
        if peer.name in names:
            yield _contender(peer, options.peers, options.peer_jobs)


def peer_home(folder: Path) -> Path:
    """Where the environments of the peers are."""
    return Path(os.environ.get("PEERBENCH_HOME") or folder / ".work").resolve()


def node_version(home: Path, package: str) -> str:
    """Version of an installed Node package."""
    text = (home / "node" / "node_modules" / package / "package.json").read_text(encoding="utf-8")
    version: str = json.loads(text)["version"]
    return version


def _contender(peer: Peer, folder: Path, jobs: int) -> Contender:
    home = peer_home(folder)
    program = str((folder / peer.program).resolve())
    return Contender(
        name=peer.name,
        version=_version(peer, home),
        command=(str(_interpreter(peer, home)), program),
        modes=peer.modes,
        settings=peer.settings,
        jobs=jobs if peer.jobs is None else min(jobs, peer.jobs),
        environment={
            "BENCH_VARIANT": peer.variant,
            "BENCH_UVLOOP": "1" if peer.uvloop else "0",
            "BENCH_NODE_DIR": str(home / "node"),
        },
    )


def _interpreter(peer: Peer, home: Path) -> Path:
    if peer.environment is None:
        return Path(shutil.which("node") or "node")
    return home / "venvs" / peer.environment / "bin" / "python"


def _why_missing(name: str, folder: Path) -> str | None:
    home = peer_home(folder)
    peer = next((peer for peer in PEERS if peer.name == name), None)
    if peer is None or peer.environment is None:
        return _why_no_node(home, "bullmq" if peer else GRAPHILE)
    if not (folder / peer.program).is_file():
        return f"{peer.program} is not in the folder of the peers"
    return None if _interpreter(peer, home).exists() else f"it has no environment in {home.name}"


def _why_no_node(home: Path, package: str) -> str | None:
    if shutil.which("node") is None:
        return "node is not on PATH"
    if not (home / "node" / "node_modules" / package).is_dir():
        return f"the Node package {package} is not installed in {home.name}/node"
    return None


def _version(peer: Peer, home: Path) -> str:
    if peer.environment is None:
        return node_version(home, peer.packages[0])
    script = "import sys, importlib.metadata as m; print('/'.join(map(m.version, sys.argv[1:])))"
    answer = subprocess.run(  # noqa: S603 - the interpreter of the peer that was asked for
        [_interpreter(peer, home), "-c", script, *peer.packages],
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()
