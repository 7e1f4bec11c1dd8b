"""Says what is locked, as a bill of materials: CycloneDX 1.6, in JSON, on standard output.

Run by `make sbom`. Each component has the hashes of the files that may be installed as it, and says
whether the platform itself needs it or only its extras, the product and whoever works on them. The
same lock files give the same bytes.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

_ENTRY: Final = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^\s;\\]+)[^\n]*\n((?:\s+--hash=sha256:[0-9a-f]+[^\n]*\n?)+)",
    re.MULTILINE,
)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]+)")
# What a worker needs; everything else is in the other lock files, too.
_NEEDED: Final = "runtime.txt"

Package = tuple[str, str]


def bill(root: Path) -> dict[str, Any]:
    """The bill of materials of the repository at root."""
    folder = root / "requirements"
    needed = set(locked((folder / _NEEDED).read_text("utf-8")))
    every: dict[Package, Sequence[str]] = {}
    for file in sorted(folder.glob("*.txt")):
        every.update(locked(file.read_text("utf-8")))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "backbeat"}},
        "components": [
            component(package, hashes, needed=package in needed)
            for package, hashes in sorted(every.items())
        ],
    }


def locked(text: str) -> Mapping[Package, Sequence[str]]:
    """The packages of a lock file, with their hashes."""
    return dict(_entries(text))


def component(package: Package, hashes: Sequence[str], *, needed: bool) -> dict[str, Any]:
    """One package."""
    name, version = package
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "scope": "required" if needed else "optional",
        "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(hashes)],
    }


def _entries(text: str) -> Iterator[tuple[Package, Sequence[str]]]:
    for name, version, hashes in _ENTRY.findall(text):
        normal = re.sub(r"[-_.]+", "-", name).lower()
        yield (normal, version), _HASH.findall(hashes)


if __name__ == "__main__":
    json.dump(bill(Path(__file__).parents[1]), sys.stdout, indent=2)
    sys.stdout.write("\n")
