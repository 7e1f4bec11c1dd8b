"""Takes the pictures of the dashboard in docs/images from the running shop of `examples.shop`.

Run as `.venv/bin/python scripts/screenshots.py`; needs chromium. It waits some minutes first, so
that charts have something to show. Names after it select pictures, `--at URL` takes them from a
dashboard that is served already.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, sync_playwright

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
MOST_BYTES: Final = 150_000

_WIDE: Final = (1280, 800)
_PHONE: Final = (390, 780)
_BUSY_S: Final = 420.0
# Charts and graphs draw themselves after the page has come.
_SETTLE_MS: Final = 2_500


@dataclass(frozen=True)
class Picture:
    """A picture of a page.

    Attributes:
        name: That of its file, without ".png".
        path: The page, below the dashboard.
        scheme: Light or dark. Defaults to light.
        phone: Whether the window is that of a phone. Defaults to False.
        click: What to click there first; the picture is of the page that this leads to.
    """

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    phone: bool = False
    click: str | None = None


PICTURES: Final = (
    Picture("overview", ""),
    Picture("overview-dark", "", "dark"),
    Picture("overview-phone", "", phone=True),
    Picture("queue", "queues/mail?state=failed"),
    Picture("queue-history-dark", "queues/payments?span=hour", "dark"),
    Picture("queue-phone", "queues/mail?state=failed", phone=True),
    Picture("job", "queues/images?state=active", click="tbody tr:last-child a"),
    Picture("job-failed-dark", "queues/payments?state=failed", "dark", click="tbody a"),
    Picture("job-phone", "queues/images?state=active", phone=True, click="tbody tr:last-child a"),
    Picture("dead-letters", "dead"),
    Picture("schedules", "schedules"),
    Picture("flow", "flows", click="tbody a"),
    Picture("workers", "workers"),
    Picture("groups", "groups?queue=mail"),
    Picture("limits", "limits"),
    Picture("alerts-dark", "alerts", "dark"),
)


def main(names: Sequence[str], served: str | None = None) -> None:
    """Take pictures: those of these names, or all."""
    wanted = [each for each in PICTURES if not names or each.name in names]
    with _shop(served) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in wanted:
            size = _take(browser, address, picture)
            print(f"{picture.name}: {size:,} bytes", flush=True)
            if size > MOST_BYTES:
                sys.exit(f"{picture.name} has more than {MOST_BYTES:,} bytes: show less")
        browser.close()


@contextmanager
def _shop(served: str | None) -> Iterator[str]:
    """The address of a dashboard; of the shop after some busy minutes, if none is served."""
    if served is not None:
        yield served.rstrip("/")
        return
    command = [sys.executable, "-m", "examples.shop", "--port", "0"]
    with tempfile.TemporaryDirectory(prefix="app-") as folder:
        # Traces in the pictures name no folder of whoever takes them.
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None, "the shop has not started"
            time.sleep(_BUSY_S)
            yield found[0].rstrip("/")
        finally:
            process.terminate()
            process.wait()


def _take(browser: Browser, address: str, picture: Picture) -> int:
    width, height = _PHONE if picture.phone else _WIDE
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme
    )
    page = context.new_page()
    page.goto(f"{address}/{picture.path}")
    if picture.click is not None:
        page.locator(picture.click).first.click()
    page.wait_for_timeout(_SETTLE_MS)
    file = IMAGES / f"{picture.name}.png"
    file.parent.mkdir(exist_ok=True)
    page.screenshot(path=file)
    context.close()
    return file.stat().st_size


if __name__ == "__main__":
    arguments = sys.argv[1:]
    at = arguments.pop(arguments.index("--at") + 1) if "--at" in arguments else None
    main([each for each in arguments if each != "--at"], at)
