"""Settings: defaults < project file < `BACKBEAT_*` environment < explicit values.

Reads files and the environment only when asked, opens no connection, knows nothing of the engine.
"""

from backbeat.config.project import DATA_FOLDER, find_project_root
from backbeat.config.settings import Provenance, Settings

__all__ = ["DATA_FOLDER", "Provenance", "Settings", "find_project_root"]
