"""Takes the pictures in docs/images: of the dashboard of `examples.shop`, and of `arena demo`.

Run as `.venv/bin/python scripts/screenshots.py`; needs chromium. It waits some minutes for the shop
first, so that charts have something to show. Names after it select pictures, `--at URL` takes them
from a dashboard or a house that is served already.
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

from playwright.sync_api import Browser, BrowserContext, sync_playwright

ROOT: Final = Path(__file__).parents[1]
IMAGES: Final = ROOT / "docs" / "images"
MOST_BYTES: Final = 150_000

_WIDE: Final = (1280, 800)
_PHONE: Final = (390, 780)
_BUSY_S: Final = {"shop": 420.0, "house": 30.0}
_COMMANDS: Final = {
    "shop": [sys.executable, "-m", "examples.shop", "--port", "0"],
    "house": [str(Path(sys.executable).with_name("arena")), "demo", "--port", "0"],
}
_ADDRESS: Final = re.compile(r"http://\S+")
# Charts and graphs draw themselves after the page has come.
_SETTLE_MS: Final = 2_500


@dataclass(frozen=True)
class Picture:
    """A picture of a page.

    Attributes:
        name: That of its file, without ".png".
        path: The page, below the dashboard or the pages of the house.
        scheme: Light or dark. Defaults to light.
        phone: Whether the window is that of a phone. Defaults to False.
        click: What to click there first; the picture is of the page that this leads to.
        of: Whose page it is. Defaults to "shop": the dashboard of it.
    """

    name: str
    path: str
    scheme: Literal["light", "dark"] = "light"
    phone: bool = False
    click: str | None = None
    of: Literal["shop", "house"] = "shop"


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
    Picture("auctions", "auctions", of="house"),
    Picture("auction", "auctions", click=".part:last-child .card", of="house"),
    Picture("auction-phone-dark", "auctions", "dark", True, ".part:last-child .card", "house"),
)


def main(names: Sequence[str], served: str | None = None) -> None:
    """Take pictures: those of these names, or all."""
    wanted = [each for each in PICTURES if not names or each.name in names]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for whose in _COMMANDS:
            theirs = [each for each in wanted if each.of == whose]
            if theirs:
                with _at(whose, served) as address:
                    for picture in theirs:
                        _say(picture, _take(browser, address, picture))
        browser.close()


def _say(picture: Picture, size: int) -> None:
    print(f"{picture.name}: {size:,} bytes", flush=True)
    if size > MOST_BYTES:
        sys.exit(f"{picture.name} has more than {MOST_BYTES:,} bytes: show less")


@contextmanager
def _at(whose: str, served: str | None) -> Iterator[str]:
    """The address of pages; of those that are started here, after some busy time."""
    if served is not None:
        yield served.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="app-") as folder:
        # Traces in the pictures name no folder of whoever takes them.
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        process = subprocess.Popen(
            _COMMANDS[whose], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            found = next(filter(None, map(_ADDRESS.search, process.stdout)))
            time.sleep(_BUSY_S[whose])
            yield found[0].rstrip("/")
        finally:
            process.terminate()
            process.wait()


def _sign_up(context: BrowserContext, address: str, name: str) -> None:
    """Be somebody who may bid."""
    origin = address.removesuffix("/house")
    body = {"email": f"{name}@example.com", "username": name, "password": "only for a picture"}
    answer = context.request.post(
        f"{origin}/api/auth/sign-up", data=body, headers={"origin": origin}
    )
    assert answer.ok, answer.text()


def _take(browser: Browser, address: str, picture: Picture) -> int:
    width, height = _PHONE if picture.phone else _WIDE
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme
    )
    if picture.of == "house":
        _sign_up(context, address, picture.name)
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
