"""What tests of stores that are away start from."""

from collections.abc import Iterator

import pytest

from packages.arena.tests.support.databases import Databases, private_databases


@pytest.fixture
def own_databases() -> Iterator[Databases]:
    """A PostgreSQL that this test alone uses, and stops."""
    with private_databases() as databases:
        yield databases
