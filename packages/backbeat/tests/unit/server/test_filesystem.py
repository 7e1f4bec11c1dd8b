"""Which file systems are refused."""

from pathlib import Path

import pytest

from backbeat.server.filesystem import network_filesystem, parse_mount_output, parse_mountinfo

MOUNTINFO = (
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "40 21 0:35 / /net rw,relatime shared:2 - autofs systemd-1 rw\n"
    "41 40 0:36 / /net rw,relatime shared:3 - nfs4 files:/net rw,vers=4.2\n"
    "42 21 0:37 / /mnt/two\\040words rw - cifs //files/share rw\n"
    "43 41 8:2 / /net/ann/local rw - ext4 /dev/sda2 rw\n"
)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/net/ann/project", "nfs4"),
        ("/net", "nfs4"),
        ("/net/ann/local/project", None),
        ("/network", None),
        ("/srv/project", None),
        ("/mnt/two words/project", "cifs"),
    ],
)
def test_the_innermost_and_latest_mount_decides(folder: str, kind: str | None) -> None:
    assert network_filesystem(Path(folder), parse_mountinfo(MOUNTINFO)) == kind


def test_the_list_of_macos_is_read_too() -> None:
    listed = (
        "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)\n"
        "files:/export on /Volumes/my files (nfs, nodev, nosuid, mounted by ann)\n"
    )
    mounts = parse_mount_output(listed)
    assert mounts == [("/", "apfs"), ("/Volumes/my files", "nfs")]
    assert network_filesystem(Path("/Volumes/my files/x"), mounts) == "nfs"
    assert network_filesystem(Path("/Library"), mounts) is None


def test_the_temporary_folder_of_this_machine_is_local(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path) is None
