"""The steps from an empty database to the tables of today: one line of them, run in order.

One file a step in `versions/`, named by its number; each says the number of the one before it.
"""

from arena.base.migrations.upgrading import downgrade, migrate

__all__ = ["downgrade", "migrate"]
