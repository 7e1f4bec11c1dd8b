"""The pages of the house as one site of the process, and where its way in is."""

from pathlib import Path
from typing import Final

from backbeat.pages import Site

SITE: Final = Site("arena", title="Arena", assets=Path(__file__).parent / "assets")
SIGN_IN: Final = "/sign-in"
SIGN_UP: Final = "/sign-up"
SIGN_OUT: Final = "/sign-out"
