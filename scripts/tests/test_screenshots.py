"""Pictures in pages are there, small, and exactly those that the script takes."""

import re
from pathlib import Path

from scripts.screenshots import IMAGES, MOST_BYTES, PICTURES, ROOT

SHOWN = re.compile(r"!\[[^\]]+\]\(([^)\s]+\.png)\)")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def shown() -> set[Path]:
    return {
        (page.parent / name).resolve()
        for page in PAGES
        for name in SHOWN.findall(page.read_text(encoding="utf-8"))
    }


def test_every_picture_of_a_page_is_there() -> None:
    assert shown()
    assert [path for path in shown() if not path.is_file()] == []


def test_the_script_takes_the_pictures_that_there_are_and_pages_show() -> None:
    taken = {IMAGES / f"{picture.name}.png" for picture in PICTURES}
    assert len(taken) == len(PICTURES)
    assert set(IMAGES.glob("*")) == taken
    assert shown() == taken


def test_pictures_are_small() -> None:
    assert [path.name for path in IMAGES.glob("*.png") if path.stat().st_size > MOST_BYTES] == []
