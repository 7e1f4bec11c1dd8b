"""The page on the data layout names the keys that there are."""

import re
from pathlib import Path

from backbeat.engine.keys import KEYS

PAGE = Path(__file__).parents[2] / "docs/explanation/data-layout.md"

TYPES = {"sorted set": "zset"}


def test_the_page_lists_each_key_with_its_type() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: TYPES.get(kind, kind) for name, kind in rows} == {
        name: kind for name, (kind, _) in KEYS.items()
    }
