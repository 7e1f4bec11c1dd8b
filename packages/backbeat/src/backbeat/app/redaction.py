"""Takes secrets out of what leaves: by the names of fields, by how they look, by declaration."""

import re
from collections.abc import Iterable
from copy import copy
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from backbeat.app.secret_names import SecretNames, plain

MARK: Final = "[redacted]"

# What a text has in it, in lower case, where a pattern can match; most texts have none of it, and a
# pattern is a hundred times as slow as this look. Each is matched in time that grows with the text.
# What a pattern calls `said` stays: it says what was taken out.
PATTERNS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("bb_",), r"\bbb_[a-z0-9]{12}_[A-Za-z0-9_-]{43}"),
    (("eyj",), r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
    (("akia", "asia"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    (("gh", "sk-"), r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|sk-[A-Za-z0-9_-]{20,})"),
    (("sk_", "pk_", "rk_"), r"\b[spr]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    (("xox",), r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    (("-----begin",), r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]*"),
    (("bearer",), r"(?i:\bbearer\s{1,4}[^\s\"',;]+)"),
    # Words of English have no capitals and digits within.
    (("basic",), r"\b[Bb]asic\s{1,4}(?=[a-z+/]*[A-Z0-9])[A-Za-z0-9+/_-]{8,}={0,2}"),
    (("://",), r"(?<=://)[^\s/:@]{0,100}:[^\s/@]{1,200}(?=@)"),
    (
        (
            "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key",
            "authorization", "cookie", "credential",
        ),
        r"(?P<said>(?i:(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization|cookie"
        r"|credential)s?[\"']?\s{0,4}[=:]\s{0,4}[\"']?))[^\s\"',;&}]+",
    ),
)  # fmt: skip

_DEEPEST: Final = 100
# Names of fields come with the data: of so many it is remembered whether they are secret, of longer
# ones it is not.
_REMEMBERED: Final = 4_096
_LONGEST_NAME: Final = 128


class Redactor:
    """Takes secrets out of values and texts; what is taken out reads "[redacted]"."""

    def __init__(
        self,
        *,
        names: Iterable[str] = (),
        patterns: Iterable[str] = (),
        fields: Iterable[str] = (),
        keep: Iterable[str] = (),
        longest: int | None = None,
        most: int | None = None,
    ) -> None:
        """Know what is secret, besides what always is.

        Args:
            names: More words of field names, such as "iban", which also names "customerIban".
            patterns: More regular expressions, for parts of texts.
            fields: Fields of payloads by their path, such as "customer.phone"; a list on the way
                stands for each of its items.
            keep: Names of fields that are no secret although they look so, such as "nextToken".
            longest: Characters after which a text is cut. Defaults to None: no bound.
            most: Items after which a list or an object is cut. Defaults to None: no bound.
        """
        self._names = SecretNames(names)
        self._judged = lru_cache(_REMEMBERED)(self._names.has)
        ours = [(hints, re.compile(pattern)) for hints, pattern in PATTERNS]
        self._patterns = [*ours, *(((), re.compile(each)) for each in patterns)]
        self._fields = frozenset(fields)
        self._keep = frozenset(map(plain, keep))
        self._longest, self._most = longest, most

    def bounded(self, *, longest: int, most: int) -> "Redactor":
        """One that knows the same secrets, and cuts what is too long.

        Args:
            longest: Characters after which a text is cut.
            most: Items after which a list or an object is cut.
        """
        twin = copy(self)
        twin._longest, twin._most = longest, most
        return twin

    def value(self, value: Any) -> Any:
        """A value as JSON has it, without secrets."""
        return self._walk(value, "", 0)

    def text(self, text: str) -> str:
        """A text without secrets."""
        low = text.lower()
        for hints, pattern in self._patterns:
            if not hints or any(hint in low for hint in hints):
                text = pattern.sub(_marked, text)
        return text[: self._longest]

    def restore(self, changed: Any, kept: Any) -> Any:
        """What somebody has changed who saw marks: where a mark is left, what was there.

        Raises:
            ValueError: A mark stands where nothing was taken out.
        """
        if isinstance(changed, dict) and isinstance(kept, dict):
            return {name: self.restore(each, kept.get(name)) for name, each in changed.items()}
        if isinstance(changed, list) and isinstance(kept, list) and len(changed) == len(kept):
            return [self.restore(*pair) for pair in zip(changed, kept, strict=True)]
        if isinstance(changed, str) and MARK in changed and isinstance(kept, str):
            if changed in {MARK, self.text(kept)}:
                return kept
            raise ValueError(f"{MARK} stands beside other words: write the whole value")
        if changed == MARK:
            if kept is None:
                raise ValueError(f"{MARK} stands where nothing was taken out")
            return kept
        return changed

    def _walk(self, value: Any, path: str, depth: int) -> Any:
        if depth > _DEEPEST:
            return MARK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {
                self.text(str(name)): self._field(str(name), each, path, depth)
                for name, each in islice(value.items(), self._most)
            }
        if isinstance(value, list | tuple):
            return [self._walk(each, path, depth + 1) for each in value[: self._most]]
        return value

    def _field(self, name: str, value: Any, path: str, depth: int) -> Any:
        below = f"{path}.{name}" if path else name
        if value is None or isinstance(value, bool):
            return value  # says that there is one or none, and nothing of it
        if below in self._fields or self._is_secret(name, value):
            return MARK
        return self._walk(value, below, depth + 1)

    def _is_secret(self, name: str, value: Any) -> bool:
        if isinstance(value, int | float) and plain(name).endswith("tokens"):
            return False  # how many there are
        known = self._judged if len(name) <= _LONGEST_NAME else self._names.has
        return known(name) and plain(name) not in self._keep


def _marked(found: re.Match[str]) -> str:
    return found.groupdict().get("said", "") + MARK
