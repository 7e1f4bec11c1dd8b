"""The PostgreSQL of our own: a child process for one folder, where nobody gave an address.

Knows nothing of tables; nothing starts before `EmbeddedPostgres.ensure()`.
"""

from arena.base.postgres.address import SYSTEM_DATABASE, address_of
from arena.base.postgres.choice import choose_postgres
from arena.base.postgres.embedded import EmbeddedPostgres

__all__ = ["SYSTEM_DATABASE", "EmbeddedPostgres", "address_of", "choose_postgres"]
