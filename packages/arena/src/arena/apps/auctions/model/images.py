"""Pictures of what is sold: addresses that browsers fetch. The house itself never does."""

import re
from collections.abc import Sequence
from typing import Final

from arena.apps.auctions.errors import InvalidTerms

MOST: Final = 10
LONGEST: Final = 500
# A name with a dot, and so no address of a network: viewers shall not be sent into their own.
_ADDRESS: Final = re.compile(
    r"https://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
    r"/[A-Za-z0-9._~%/+,;=:@!$&()*-]*(?:\?[A-Za-z0-9._~%/+,;=:@!$&()*?-]*)?"
)
_OURS_ALONE: Final = re.compile(r"https://[^/]*\.(?:local|localhost|internal|lan|home|arpa)/")


def check_images(images: Sequence[str]) -> tuple[str, ...]:
    """Addresses of pictures, in the order in which they are shown.

    Raises:
        InvalidTerms: There are too many, or one is none.
    """
    if len(images) > MOST:
        raise InvalidTerms("images", f"must be at most {MOST}")
    for image in images:
        fits = len(image) <= LONGEST and _ADDRESS.fullmatch(image)
        if not fits or _OURS_ALONE.match(image):
            raise InvalidTerms(
                "images",
                f"{image[:60]!r} is no address of a picture: write https://img.example.com/path, a"
                f" public name without port, up to {LONGEST} characters",
            )
    return tuple(images)
