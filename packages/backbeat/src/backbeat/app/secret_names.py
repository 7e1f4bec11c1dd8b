"""Which names of fields say that there is a secret in them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

# A name is secret where a word of it ends with one of these: "userPassword", "API_KEY_2".
ANYWHERE: Final = (
    "password", "passwd", "passphrase", "pwd", "secret", "apikey", "authorization", "cookie",
    "credential", "privatekey", "accesskey", "sessionid", "cardnumber", "cvv",
)  # fmt: skip
# And where its last word ends with this one: "accessToken" is a secret, "tokenMint" is the mint.
AT_THE_END: Final = ("token",)

_OTHER: Final = re.compile(r"[^a-z0-9]")
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Of "tokenValue" the token is what counts, of "token2" as well.
_SAYS_NOTHING: Final = frozenset({"value", "text", "string", "header"})


class SecretNames:
    """Knows secrets by their names, written in any manner."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        """Know what always is one, and more.

        Args:
            more: Words, such as "iban".
        """
        self._anywhere = (*ANYWHERE, *filter(None, map(plain, more)))

    def has(self, name: str) -> bool:
        """Whether a field of this name holds a secret."""
        words = [word.lower() for word in _WORD.findall(name)]
        if any(end.endswith(self._anywhere) for end in _ends(words)):
            return True
        while words and (words[-1] in _SAYS_NOTHING or words[-1].isdigit()):
            words.pop()
        return bool(words) and words[-1].removesuffix("s").endswith(AT_THE_END)


def plain(name: str) -> str:
    """A name in lower case and without anything but letters and digits."""
    return _OTHER.sub("", name.lower())


def _ends(words: list[str]) -> Iterator[str]:
    """What stands before the end of each word, in one piece: what is written apart counts, too."""
    for word, end in zip(words, range(1, len(words) + 1), strict=True):
        piece = "".join(words[max(0, end - _MOST_WORDS) : end])
        yield piece
        if word.endswith("s"):
            yield piece[:-1]


# Words that a secret is written in at most, such as "session id"; a name may be of any length.
_MOST_WORDS: Final = 4
