"""The largest amount that anything here may have."""

from typing import Final

MOST: Final = 999_999_999_999
"""Minor units: what DECIMAL(12,2) of the seed holds, and Lua's numbers count exactly."""
