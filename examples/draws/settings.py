"""What a worker of this project needs to know, from its environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of one process.

    Attributes:
        database: The file of the tallies. Defaults to draws.sqlite3 in the working directory.
        pace: Seconds that each draw takes, as if it were looked up somewhere. Defaults to 0.
        unreliable: Part of the attempts that break off after their work is done. Defaults to 0.
    """

    database: Path
    pace: float = 0.0
    unreliable: float = 0.0

    @classmethod
    def load(cls) -> Self:
        """Read DRAWS_DATABASE, DRAWS_PACE and DRAWS_UNRELIABLE."""
        return cls(
            database=Path(os.environ.get("DRAWS_DATABASE", "draws.sqlite3")),
            pace=float(os.environ.get("DRAWS_PACE", 0)),
            unreliable=float(os.environ.get("DRAWS_UNRELIABLE", 0)),
        )

    def variables(self) -> dict[str, str]:
        """The environment in which `load` gives these settings."""
        return {
            "DRAWS_DATABASE": str(self.database.absolute()),
            "DRAWS_PACE": str(self.pace),
            "DRAWS_UNRELIABLE": str(self.unreliable),
        }
