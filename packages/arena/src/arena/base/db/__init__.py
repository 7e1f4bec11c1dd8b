"""The data of record: one PostgreSQL, its tables declared on one base, one commit at the edge."""

from arena.base.db.base import Base
from arena.base.db.database import Database
from arena.base.db.failures import Crowded, DatabaseAway, is_connection_failure
from arena.base.db.opening import open_database

__all__ = ["Base", "Crowded", "Database", "DatabaseAway", "is_connection_failure", "open_database"]
