"""What no linter checks: addresses, paths of one machine, loose pins, known holes, the changelog.

Run by `make lint`. Prints one line a problem and exits 1 if there is any.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ALLOWED_HOSTS = frozenset(
    {
        "127.0.0.1",
        "0.0.0.0",  # noqa: S104 - compared with, not bound to
        "localhost",
        "backbeat",  # the upstream that deploy/nginx names
        "example.com",  # reserved for documentation
        "example.org",
        "accounts.google.com",  # the issuer of Google's tokens
        "www.googleapis.com",  # where Google's keys are
        "api.osv.dev",  # is asked about vulnerabilities
        "json-schema.org",  # names a dialect, never fetched
        "keepachangelog.com",  # the form of the changelog
        "semver.org",  # the meaning of its numbers
        "www.w3.org",  # names an XML dialect, never fetched
    }
)
HOST = re.compile(r"\b(?:https?|git|ssh)://([\w.-]*\w)|(?<![\w.])((?:[\w-]+\.)+(?:org|com|net))\b")
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users)/\w")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==")
# Below these is a hole that is known, whoever is reachable to be asked about others.
LEAST = {
    "h11": "0.16.0",  # CVE-2025-43859
    "jinja2": "3.1.6",  # CVE-2025-27516
    "pyjwt": "2.14",  # deep headers
    "python-multipart": "0.0.18",  # CVE-2024-53981
    "python-socketio": "5.16.2",  # CVE-2026-48804
    "starlette": "0.49.1",  # CVE-2025-62727
}
LOWER_BOUND = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?(==|>=)([0-9.]+)")
# As .gitignore has it.
MADE = frozenset(
    {".git", ".venv", ".backbeat", ".arena", "site", "build", "dist", "__pycache__", ".mypy_cache"}
    | {".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache"}
)
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


def main(root: Path) -> int:
    """Check the repository at root and return the exit code."""
    problems = list(find_problems(root))
    for problem in problems:
        print(problem)
    print(f"repository: {len(problems)} problems" if problems else "repository: nothing to report")
    return 1 if problems else 0


def find_problems(root: Path) -> Iterator[str]:
    """Every problem as `path:line: what is wrong`."""
    for path in _our_files(root):
        yield from _foreign_places(root, path)
    for path in sorted((root / "requirements").glob("*.txt")):
        yield from _loose_pins(path)
        yield from _known_holes(path.name, path.read_text(encoding="utf-8").splitlines())
    yield from _holes_let_in(root)
    yield from _undeclared_dependencies(root)
    yield from _versions_apart(root)


def _our_files(root: Path) -> Iterable[Path]:
    """What is committed or would be: everything git does not ignore.

    Without git, as in an unpacked archive, it is every file that no target of ours has made.
    """
    if shutil.which("git") is None or not (root / ".git").exists():
        return _walk(root)
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(filter(None, listing.stdout.split("\0")))
    return [root / name for name in names if (root / name).is_file()]


def _walk(folder: Path) -> list[Path]:
    files: list[Path] = []
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in MADE or path.name.endswith(".egg-info"):
            continue
        files += _walk(path) if path.is_dir() else [path]
    return files


def _foreign_places(root: Path, path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{path.relative_to(root)}:{number}"
        for scheme_host, bare_host in HOST.findall(line):
            host = (scheme_host or bare_host).lower()
            if not _is_allowed(host):
                yield f"{where}: address {host}: leave it out, or allow it with its reason"
        if found := MACHINE_PATH.search(line):
            yield f"{where}: {found[0]}... is a path of one machine"


def _is_allowed(host: str) -> bool:
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in ALLOWED_HOSTS)


def _loose_pins(path: Path) -> Iterator[str]:
    """Every requirement is pinned and hashed; the only option is that wheels alone are taken."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    if "--only-binary :all:" not in text:
        yield f"{path.name}: --only-binary :all: is missing, so a source could be built"
    for line in filter(None, text.splitlines()):
        if line.startswith("--only-binary"):
            continue
        if not PIN.match(line) or "--hash=sha256:" not in line:
            yield f"{path.name}: not pinned with a hash: {line[:60]}"


def _known_holes(where: str, requirements: Iterable[str]) -> Iterator[str]:
    """No version is locked or let in that is known to be unsafe."""
    for line in requirements:
        if (found := LOWER_BOUND.match(line)) is None:
            continue
        name, _, version = found.groups()
        least = LEAST.get(name.lower())
        if least is not None and _numbers(version) < _numbers(least):
            yield f"{where}: {name} {version} has a known hole: {least} is the first without it"


def _holes_let_in(root: Path) -> Iterator[str]:
    for package in ("backbeat", "arena"):
        project = _project(root, package)
        extras = project.get("optional-dependencies", {}).values()
        wanted = [*project["dependencies"], *(each for extra in extras for each in extra)]
        yield from _known_holes(f"packages/{package}/pyproject.toml", wanted)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.strip(".").split("."))


def _undeclared_dependencies(root: Path) -> Iterator[str]:
    """What setup installs to run and what the package asks for are the same list."""
    declared = _names(_project(root, "backbeat")["dependencies"])
    listed = _names((root / "requirements/runtime.in").read_text(encoding="utf-8").splitlines())
    for name in sorted(declared ^ listed):
        yield f"{name}: in only one of requirements/runtime.in and packages/backbeat/pyproject.toml"


def _names(requirements: Iterable[str]) -> set[str]:
    return {found[0].lower() for line in requirements if (found := NAME.match(line)) is not None}


def _versions_apart(root: Path) -> Iterator[str]:
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    for package in ("backbeat", "arena"):
        version = _project(root, package)["version"]
        if not re.search(rf"^## \[{re.escape(version)}\]", changelog, re.MULTILINE):
            yield f"CHANGELOG.md: no section for {package} {version}"


def _project(root: Path, package: str) -> dict[str, Any]:
    text = (root / "packages" / package / "pyproject.toml").read_text(encoding="utf-8")
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parents[1]))
