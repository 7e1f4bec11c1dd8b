"""Every import contract catches what it forbids, tried on a skeleton of the tree."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

MODULES = [
    "backbeat",
    "backbeat.alerts",
    "backbeat.app",
    "backbeat.app.queue",
    "backbeat.app.handle",
    "backbeat.cli",
    "backbeat.config",
    "backbeat.engine",
    "backbeat.engine.keys",
    "backbeat.engine.states",
    "backbeat.errors",
    "backbeat.lua",
    "backbeat.schedules",
    "backbeat.server",
    "backbeat.telemetry",
    "backbeat.testing",
    "backbeat.values",
    "backbeat.worker",
    "backbeat.worker.assembly",
    "backbeat.worker.attempt",
    "backbeat.worker.child",
    "backbeat.worker.handlers",
    "backbeat.worker.lanes",
    "backbeat.worker.leases",
    "backbeat.worker.pools",
    "backbeat.worker.serving",
    "backbeat.worker.supervising",
    "backbeat.worker.worker",
    "arena",
    "arena.apps",
    "arena.apps.arcade",
    "arena.apps.auctions",
    "arena.apps.auctions.actions",
    "arena.apps.auctions.errors",
    "arena.apps.auctions.model",
    "arena.apps.auctions.routes",
    "arena.apps.auctions.store",
    "arena.base",
    "arena.base.errors",
    "arena.base.money",
    "arena.bootstrap",
    "arena.cli",
    "arena.house",
    "arena.services",
    "arena.services.ledger",
    "arena.services.ledger.model",
    "arena.services.leaderboard",
]

ALLOWED = [
    ("backbeat", "backbeat.app"),
    ("backbeat.app", "backbeat.engine"),
    ("backbeat.cli", "backbeat.testing"),
    ("backbeat.engine", "redis"),
    ("backbeat.engine", "backbeat.server"),
    ("backbeat.server", "redis"),
    ("backbeat.values", "backbeat.errors"),
    ("backbeat.testing", "redis"),
    ("backbeat.worker", "backbeat.app"),
    ("backbeat.worker.child", "backbeat.worker.supervising"),
    ("backbeat.worker.lanes", "backbeat.worker.attempt"),
    ("arena.apps.arcade", "arena.house"),
    ("arena.apps.arcade", "arena.services.ledger"),
    ("arena.apps.arcade", "backbeat"),
    ("arena.apps.arcade", "backbeat.lua"),
    ("arena.apps.auctions.actions", "arena.apps.auctions.store"),
    ("arena.apps.auctions.model", "arena.base.money"),
    ("arena.apps.auctions.routes", "arena.apps.auctions.actions"),
    ("arena.bootstrap", "arena.apps.arcade"),
    ("arena.cli", "arena.bootstrap"),
]

FORBIDDEN = [
    ("backbeat.telemetry", "backbeat.app", "The platform has floors"),
    ("backbeat.worker", "backbeat.alerts", "The platform has floors"),
    ("backbeat.alerts", "redis", "speak Redis"),
    ("backbeat.values", "arena", "The product stands on the platform"),
    ("backbeat.engine", "backbeat.app", "The platform has floors"),
    ("backbeat.errors", "backbeat.values", "The platform has floors"),
    ("backbeat.schedules", "backbeat.engine", "The platform has floors"),
    ("backbeat.app", "backbeat.worker", "The platform has floors"),
    ("backbeat.worker", "backbeat.testing", "The platform has floors"),
    ("backbeat.worker.attempt", "backbeat.worker.lanes", "A worker has floors"),
    ("backbeat.worker.pools", "backbeat.worker.leases", "A worker has floors"),
    ("backbeat.worker.worker", "backbeat.worker.supervising", "A worker has floors"),
    ("arena.services.ledger", "arena.apps.arcade", "The product has floors"),
    ("arena.apps.arcade", "arena.bootstrap", "The product has floors"),
    ("arena.services.ledger", "arena.house", "The product has floors"),
    ("arena.base", "arena.services.ledger", "The product has floors"),
    ("arena.apps.auctions.store", "arena.apps.auctions.actions", "the same floors"),
    ("arena.apps.auctions.errors", "arena.apps.auctions.model", "the same floors"),
    ("arena.apps.auctions.model", "sqlalchemy", "Rules of the product are pure"),
    ("arena.services.ledger.model", "time", "Rules of the product are pure"),
    ("arena.base.money", "backbeat.values", "Rules of the product are pure"),
    ("arena.apps.arcade", "backbeat.engine", "The product uses the public platform only"),
    ("arena.apps.arcade", "backbeat.worker", "The product uses the public platform only"),
    ("arena.bootstrap", "backbeat.cli", "The product uses the public platform only"),
    ("arena.services.ledger", "backbeat.testing", "The product uses the public platform only"),
    ("arena.apps.arcade", "arena.apps.auctions", "Apps do not know each other"),
    ("arena.services.ledger", "arena.services.leaderboard", "Services do not know each other"),
    ("backbeat.app", "redis", "speak Redis"),
    ("backbeat.worker", "redis.asyncio", "speak Redis"),
    ("backbeat.cli", "redis", "speak Redis"),
    ("arena.services.ledger", "redis", "speak Redis"),
    ("backbeat.values", "time", "Rules are pure"),
    ("backbeat.values", "subprocess", "Rules are pure"),
    ("backbeat.engine.states", "asyncio", "Rules are pure"),
    ("backbeat.engine.states", "redis", "Rules are pure"),
    ("backbeat.errors", "socket", "Rules are pure"),
]


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """Empty modules on every floor, the allowed imports among them, and our contracts."""
    for module in MODULES:
        _file(tmp_path, module).parent.mkdir(parents=True, exist_ok=True)
        _file(tmp_path, module).write_text('"""A floor."""\n')
    for importer, imported in ALLOWED:
        _plant(tmp_path, importer, imported)
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_the_floors_allow_passes(skeleton: Path) -> None:
    code, said = _lint(skeleton)

    assert code == 0, said


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    FORBIDDEN,
    ids=[f"{importer} imports {imported}" for importer, imported, _ in FORBIDDEN],
)
def test_a_forbidden_import_is_caught(
    skeleton: Path, importer: str, imported: str, contract: str
) -> None:
    _plant(skeleton, importer, imported)

    code, said = _lint(skeleton)

    assert code == 1
    broken = [line for line in said.splitlines() if line.endswith("BROKEN")]
    assert any(contract in line for line in broken), said


def test_a_cycle_between_siblings_is_caught(skeleton: Path) -> None:
    _plant(skeleton, "backbeat.app.queue", "backbeat.app.handle")
    _plant(skeleton, "backbeat.app.handle", "backbeat.app.queue")

    code, said = _lint(skeleton)

    assert code == 1
    assert "No cycles anywhere BROKEN" in said


def test_a_module_on_no_floor_is_caught(skeleton: Path) -> None:
    (skeleton / "backbeat" / "attic.py").write_text('"""On no floor."""\n')

    code, said = _lint(skeleton)

    assert code == 1
    assert "The platform has floors BROKEN" in said


def test_every_contract_has_a_planted_import() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    names = [contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]]
    planted = {contract for _, _, contract in FORBIDDEN} | {"No cycles anywhere"}

    assert [name for name in names if not any(part in name for part in planted)] == []


def _file(root: Path, module: str) -> Path:
    folder = any(other.startswith(f"{module}.") for other in MODULES)
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if folder else path.with_suffix(".py")


def _plant(root: Path, importer: str, imported: str) -> None:
    with _file(root, importer).open("a", encoding="utf-8") as file:
        file.write(f"import {imported}\n")


def _lint(root: Path) -> tuple[int, str]:
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
