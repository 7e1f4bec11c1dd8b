"""Every application of the house. Nothing else names one."""

from typing import Final

from arena.base.application import Application

APPLICATIONS: Final[tuple[Application, ...]] = ()
