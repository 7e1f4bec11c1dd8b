"""Asks a public source of vulnerabilities about every package that is locked.

Run by `make audit` and by `.ci/run`. Prints a line for each finding and exits 1 if there is any.
Where no source can be reached it says so and exits 0: what `make lint` asserts holds everywhere,
that each package comes by its hash, and none is older than the first version without a known hole.
"""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

# OSV takes the packages of PyPI by name and version, and answers in their order.
SOURCE: Final = "https://api.osv.dev/v1/querybatch"
# Id of a vulnerability -> why it does not concern us; `make lock` is when to look at them again.
TOLERATED: Final[Mapping[str, str]] = {}
_LOCKED: Final = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)", re.MULTILINE)
_AT_ONCE: Final = 1_000
_MOST_BYTES: Final = 16 * 1_048_576
_TIMEOUT_S: Final = 20
# Whoever answers so was reached, and does not understand us any more.
_MISUNDERSTOOD: Final = frozenset({400, 404, 405, 410, 422})

Package = tuple[str, str]


def main(root: Path, source: str) -> int:
    """Audit the repository at root and return the exit code."""
    packages = sorted(locked(root))
    try:
        found = [each for part in _parts(packages) for each in ask(source, part)]
    except HTTPError as error:
        print(f"audit: {source} answers {error.code}: nothing was audited")
        return 1 if error.code in _MISUNDERSTOOD else 0
    except OSError as error:
        print(f"audit: {source} cannot be reached ({error}): nothing was audited")
        return 0
    known = [(package, name) for package, name in found if name not in TOLERATED]
    for (name, version), vulnerability in known:
        print(f"{name} {version}: {vulnerability}: lock a version without it, or say why not")
    print(f"audit: {len(packages)} packages, {len(known)} vulnerabilities")
    return 1 if known else 0


def locked(root: Path) -> set[Package]:
    """Name and version of every package in the lock files."""
    files = (root / "requirements").glob("*.txt")
    return {found for file in files for found in _LOCKED.findall(file.read_text("utf-8"))}


def ask(source: str, packages: Sequence[Package]) -> Iterator[tuple[Package, str]]:
    """The vulnerabilities that are published of these packages, by id.

    Raises:
        HTTPError: The source does not answer as it should.
        OSError: It cannot be reached.
        ValueError: What it answers is not what was asked for.
    """
    queries = [
        {"package": {"ecosystem": "PyPI", "name": name}, "version": version}
        for name, version in packages
    ]
    request = Request(  # noqa: S310 - the address above, or that of a test
        source,
        json.dumps({"queries": queries}).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - as above
        results: list[dict[str, Any]] = json.loads(answer.read(_MOST_BYTES))["results"]
    for package, result in zip(packages, results, strict=True):
        for vulnerability in result.get("vulns", ()):
            yield package, str(vulnerability["id"])


def _parts(packages: Sequence[Package]) -> Iterator[Sequence[Package]]:
    for start in range(0, len(packages), _AT_ONCE):
        yield packages[start : start + _AT_ONCE]


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parents[1], os.environ.get("AUDIT_SOURCE", SOURCE)))
