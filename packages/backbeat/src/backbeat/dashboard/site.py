"""The dashboard as one site of the process."""

from pathlib import Path
from typing import Final

from backbeat.pages import Site

SITE: Final = Site("dashboard", title="Backbeat", assets=Path(__file__).parent / "assets")
