"""Which releases were published with the fault in their Lua engine."""

import pytest

from backbeat.server.version import Version
from backbeat.server.vulnerabilities import has_known_lua_fault


@pytest.mark.parametrize(
    ("product", "version", "faulty"),
    [
        ("redis", "7.0.15", True),
        ("redis", "7.2.10", True),
        ("redis", "7.2.11", False),
        ("redis", "7.4.5", True),
        ("redis", "7.4.6", False),
        ("redis", "8.0.3", True),
        ("redis", "8.0.4", False),
        ("redis", "8.2.1", True),
        ("redis", "8.2.2", False),
        ("redis", "8.4.0", False),
        ("valkey", "7.2.10", True),
        ("valkey", "8.0.6", False),
        ("valkey", "8.1.3", True),
        ("valkey", "8.1.4", False),
        ("valkey", "9.0.0", False),
        ("dragonfly", "1.0.0", False),
    ],
)
def test_each_series_has_its_first_repaired_release(
    product: str, version: str, faulty: bool
) -> None:
    assert has_known_lua_fault(product, Version.parse(version)) is faulty
