"""The check of the built pages sees what it is there to see."""

from pathlib import Path

import pytest

from scripts.check_site import find_problems, main

TAKEN_IN = '```python\n--8<-- "docs/examples/first.py"\n```\n'
HIGHLIGHTED = '<code><span>first</span> <span class="o">=</span> <span>1</span>\n</code>'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    _write(tmp_path / "docs/examples/first.py", "first = 1\n")
    _write(tmp_path / "docs/how-to/first.md", TAKEN_IN)
    _write(tmp_path / "site/how-to/first/index.html", HIGHLIGHTED)
    return tmp_path


def test_a_page_that_shows_its_example_is_in_order(site: Path) -> None:
    assert list(find_problems(site)) == []
    assert main(site) == 0


def test_a_page_without_the_lines_of_its_example_is_named(site: Path) -> None:
    _write(site / "site/how-to/first/index.html", "<code>--8&lt;-- ...</code>")
    assert list(find_problems(site)) == [
        "docs/how-to/first.md: not shown of docs/examples/first.py: first = 1"
    ]
    assert main(site) == 1


def test_a_torn_line_leaves_its_example_on_no_page(site: Path) -> None:
    _write(site / "docs/how-to/first.md", TAKEN_IN.replace("8<-- ", "8 < --"))
    assert list(find_problems(site)) == ["docs/examples/first.py: on no page"]


def test_a_page_that_was_not_built_is_named(site: Path) -> None:
    (site / "site/how-to/first/index.html").unlink()
    assert list(find_problems(site)) == ["docs/how-to/first.md: not built"]


def test_the_page_of_a_folder_is_found(site: Path) -> None:
    (site / "docs/how-to/first.md").rename(site / "docs/how-to/index.md")
    _write(site / "site/how-to/index.html", HIGHLIGHTED)
    assert list(find_problems(site)) == []


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
