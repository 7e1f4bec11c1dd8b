"""What Alembic runs for each command: over the connection that `upgrading` hands it."""

from alembic import context

from arena.base.db import Base

# Names that a step leaves out follow the same rule as those of the tables.
context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
