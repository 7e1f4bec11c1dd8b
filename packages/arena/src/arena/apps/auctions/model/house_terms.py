"""What the house sets for all auctions that are drafted from now on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HouseTerms:
    """Terms that are the house's own.

    Attributes:
        extension_s: By how many seconds a late bid moves the end where the seller says nothing of
            it. Defaults to 30.
        premium_bps: What buyers pay on top of the price, in hundredths of a per cent. Defaults to
            none.
    """

    extension_s: int = 30
    premium_bps: int = 0
