"""Which addresses of pictures are taken."""

import pytest

from arena.apps.auctions.errors import InvalidTerms
from arena.apps.auctions.model.images import LONGEST, MOST, check_images

GOOD = "https://img.example.com/a.jpg"


def at(host: str, path: str = "/a.jpg") -> str:
    return f"https://{host}{path}"


def test_public_addresses_are_taken_in_their_order() -> None:
    images = [GOOD, at("cdn-1.example.co.uk", "/x/y%20z.png?w=640&h=480"), f"{GOOD}?{'a' * 400}"]
    assert check_images(images) == tuple(images)


@pytest.mark.parametrize(
    "address",
    [
        *(at(host) for host in (
            "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost", "printer.local",
            "db.internal", "intranet", "user:pass@img.example.com", "img.example.com:8443", "",
        )),
        "http://img.example.com/a.jpg", "javascript:alert(1)", "data:image/png;base64,AAAA",
        "//img.example.com/a.jpg", "https://img.example.com", f"{GOOD}#x", f'{GOOD}"onerror=',
        f"{GOOD}\n", "", f"{GOOD}?{'a' * LONGEST}",
    ],
)  # fmt: skip
def test_what_could_lead_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(InvalidTerms, match="images"):
        check_images([GOOD, address])


def test_there_are_not_too_many() -> None:
    assert len(check_images([GOOD] * MOST)) == MOST
    with pytest.raises(InvalidTerms, match="at most 10"):
        check_images([GOOD] * (MOST + 1))
