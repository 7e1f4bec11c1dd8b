"""S26: the files of pages are these files, whatever is asked for, and however much of one."""

import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx
import pytest

from packages.backbeat.tests.support.dashboard import dashboard_process
from packages.backbeat.tests.support.servers import private_valkey

UP: Final = (
    "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "..\\", "....//", "..;/", "%252e%252e%252f",
    "..%c0%af", "..%00/", "./../",
)  # fmt: skip
# Files that are there: of the machine, of the package, and of the folder above the assets.
WANTED: Final = ("etc/passwd", "proc/self/environ", "__init__.py", "site.py", "door.py")
FOLDERS: Final = ("dashboard/assets/", "dashboard/shared/")
PATHS: Final = [
    *(
        f"{folder}{up * depth}{file}"
        for folder, up, depth, file in itertools.product(FOLDERS, UP, (1, 8), WANTED)
    ),
    *map("".join, itertools.product(FOLDERS, ("/etc/passwd", "//etc/passwd", "", "."))),
]  # fmt: skip


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """Address of a gateway with a dashboard."""
    with private_valkey() as server, dashboard_process(server.url, "people") as address:
        yield address.removesuffix("dashboard")


@pytest.fixture
async def anybody(gateway: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has not signed in: these files are for all."""
    async with httpx.AsyncClient(base_url=gateway, timeout=60) as client:
        yield client


def test_there_are_two_hundred_ways_out() -> None:
    assert len(set(PATHS)) == len(PATHS) >= 200


async def test_s26_no_way_leads_out_of_the_folder(anybody: httpx.AsyncClient) -> None:
    base = anybody.base_url
    for path in PATHS:
        request = httpx.Request("GET", base, headers={"host": base.netloc.decode()})
        request.url = base.copy_with(raw_path=f"{base.path}{path}".encode("ascii", "replace"))
        answer = await anybody.send(request)
        assert answer.status_code in {303, 307, 400, 401, 404, 405}, path
        assert "root:" not in answer.text, path
        assert "import " not in answer.text, path


async def test_s26_many_ranges_are_not_more_work_than_one_file(anybody: httpx.AsyncClient) -> None:
    whole = await anybody.get("dashboard/shared/pages.css")
    assert whole.status_code == 200
    many = ",".join(f"{start}-{start + 1}" for start in range(0, 10_000, 2))
    for ranges in (many, many * 2, "0-," * 2_000 + "0-", "-1," * 2_000 + "-1", "0-0," * 3_000):
        answer = await anybody.get(
            "dashboard/shared/pages.css", headers={"range": f"bytes={ranges}"}
        )
        assert answer.status_code in {200, 206, 400, 416, 431}
        assert len(answer.content) < 20 * len(whole.content)
