"""How much memory the server may use."""

import os
from pathlib import Path

import pytest

from backbeat.server.memory import cgroup_limits, default_maxmemory

RAM = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def put(system: Path, file: str, text: str) -> None:
    path = system / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_without_a_limit_it_is_half_of_the_ram(tmp_path: Path) -> None:
    assert default_maxmemory(tmp_path) == RAM // 2


@pytest.mark.parametrize(
    ("membership", "limits"),
    [
        ("0::/jobs/worker\n", {"sys/fs/cgroup/jobs/memory.max": "268435456\n"}),
        ("0::/\n", {"sys/fs/cgroup/memory.max": "268435456\n"}),
        ("0::/host/only\n", {"sys/fs/cgroup/memory.max": "268435456\n"}),
        (
            "9:cpu:/\n4:memory,hugetlb:/jobs\n0::/\n",
            {"sys/fs/cgroup/memory/jobs/memory.limit_in_bytes": "268435456\n"},
        ),
        (
            "0::/a/b\n",
            {
                "sys/fs/cgroup/a/b/memory.max": "max\n",
                "sys/fs/cgroup/a/memory.max": "268435456\n",
                "sys/fs/cgroup/memory.max": "536870912\n",
            },
        ),
    ],
)
def test_the_tightest_limit_of_any_group_above_counts(
    tmp_path: Path, membership: str, limits: dict[str, str]
) -> None:
    put(tmp_path, "proc/self/cgroup", membership)
    for file, text in limits.items():
        put(tmp_path, file, text)
    assert default_maxmemory(tmp_path) == 128 * 2**20


def test_an_unlimited_group_is_no_limit(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", "0::/\n")
    put(tmp_path, "sys/fs/cgroup/memory.max", "max\n")
    assert cgroup_limits(tmp_path) == []


def test_a_tiny_limit_leaves_the_server_able_to_start(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", "0::/\n")
    put(tmp_path, "sys/fs/cgroup/memory.max", "1048576\n")
    assert default_maxmemory(tmp_path) == 64 * 2**20
