"""What `mkdocs build --strict` does not see: a page whose example is missing from it.

Run by `make docs` on the built pages. Prints one line a problem and exits 1 if there is any.
"""

import html
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TAKES_IN = re.compile(r'^--8<-- "(docs/examples/[^"]+)"$', re.MULTILINE)
TAG = re.compile(r"<[^>]+>")


def main(root: Path) -> int:
    """Check the site that was built at root and return the exit code."""
    problems = list(find_problems(root))
    for problem in problems:
        print(problem)
    print(f"site: {len(problems)} problems" if problems else "site: every example is on its page")
    return 1 if problems else 0


def find_problems(root: Path) -> Iterator[str]:
    """Every problem as `page: what is wrong`."""
    examples = {str(path.relative_to(root)) for path in (root / "docs/examples").glob("*.*")}
    for page in sorted((root / "docs").rglob("*.md")):
        taken_in = TAKES_IN.findall(page.read_text(encoding="utf-8"))
        examples.difference_update(taken_in)
        if taken_in:
            yield from _lines_missing(root, page, taken_in)
    for example in sorted(examples):
        yield f"{example}: on no page"


def _lines_missing(root: Path, page: Path, taken_in: list[str]) -> Iterator[str]:
    built = _built(root, page)
    if not built.exists():
        yield f"{page.relative_to(root)}: not built"
        return
    shown = html.unescape(TAG.sub("", built.read_text(encoding="utf-8")))
    for name in taken_in:
        for line in filter(str.strip, (root / name).read_text(encoding="utf-8").splitlines()):
            if line not in shown:
                yield f"{page.relative_to(root)}: not shown of {name}: {line.strip()[:60]}"
                break


def _built(root: Path, page: Path) -> Path:
    inside = page.relative_to(root / "docs").with_suffix("")
    folder = inside.parent if inside.name == "index" else inside
    return root / "site" / folder / "index.html"


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parents[1]))
