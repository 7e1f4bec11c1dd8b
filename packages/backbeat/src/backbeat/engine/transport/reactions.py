"""What each error of the server means for the call that got it: the one table.

An error reply begins with a word. The word decides; its text only explains.
"""

from typing import Final

from redis import exceptions as redis_errors

from backbeat.engine.codes import error_for_code, is_code
from backbeat.engine.transport.base import Elsewhere, Later, NotAnswered, UnknownScript
from backbeat.errors import BackbeatError, ProtocolError, ServerUnavailable, StorageFull

# Answers of the server although the client library counts some among its connection errors.
ERROR_REPLIES: Final = (
    redis_errors.ResponseError,
    redis_errors.AuthenticationError,
    redis_errors.AuthorizationError,
    redis_errors.BusyLoadingError,
    redis_errors.ExternalAuthProviderError,
)

# The ways in which a connection ends. `TimeoutError` is also the client's own patience.
CONNECTION_ERRORS: Final = (redis_errors.RedisError, OSError, TimeoutError, EOFError)

# The client library takes the word off the text and gives the error a type in its place.
_WORDS: Final[dict[type[Exception], str]] = {
    redis_errors.NoScriptError: "NOSCRIPT",
    redis_errors.OutOfMemoryError: "OOM",
    redis_errors.BusyLoadingError: "LOADING",
    redis_errors.ReadOnlyError: "READONLY",
    redis_errors.NoPermissionError: "NOPERM",
    redis_errors.AuthenticationError: "NOAUTH",
    redis_errors.AuthenticationWrongNumberOfArgsError: "NOAUTH",
    redis_errors.ExternalAuthProviderError: "NOAUTH",
    redis_errors.AskError: "ASK",
    redis_errors.MovedError: "MOVED",
    redis_errors.TryAgainError: "TRYAGAIN",
    redis_errors.ClusterDownError: "CLUSTERDOWN",
    redis_errors.MasterDownError: "MASTERDOWN",
    redis_errors.ClusterCrossSlotError: "CROSSSLOT",
}

_LATER: Final = frozenset(
    {"LOADING", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "MASTERDOWN", "NOREPLICAS"}
)
_ELSEWHERE: Final = frozenset({"READONLY", "MOVED", "ASK", "UNBLOCKED"})
_REDIRECTIONS: Final = frozenset({"MOVED", "ASK"})

# Inside a script a missing right has no word of its own: Valkey, then Redis.
_DENIED_IN_SCRIPT: Final = ("ACL failure in script", "The user executing the script can't")

_ADVICE: Final[dict[str, str]] = {
    "MISCONF": "the server cannot write to its disk and takes no writes",
    "NOAUTH": "the server wants a user and password, or other ones",
    "WRONGPASS": "the server wants another user or password",
    "NOPERM": "the user of this connection may not do that",
    "DENIED": "the server runs in protected mode and refuses this machine",
    "NOPROTO": "the server does not speak this version of the protocol",
}


def is_error_reply(error: BaseException) -> bool:
    """Whether the server answered with this error: the connection itself is in order."""
    return isinstance(error, ERROR_REPLIES)


def reply_within(error: Exception) -> Exception:
    """The error reply inside an error, or the error itself.

    On a unix socket the client library wraps the refusal of a login once more.
    """
    cause = error.__cause__
    return cause if isinstance(cause, ERROR_REPLIES) else error


def word_of(error: Exception) -> str:
    """The word with which the server began its error reply."""
    known = _WORDS.get(type(error))
    if known is not None:
        return known
    text = str(error)
    return "NOPERM" if text.startswith(_DENIED_IN_SCRIPT) else text.partition(" ")[0]


def reaction(error: Exception) -> BackbeatError:
    """The error that the caller of a call gets for this one.

    Args:
        error: What the client library raised: an error reply or the end of a connection.
    """
    error = reply_within(error)
    if not is_error_reply(error):
        return NotAnswered(f"the connection ended before the answer: {describe(error)}")
    word, text = word_of(error), str(error)
    if is_code(word):
        return error_for_code(word, text)
    if word == "NOSCRIPT":
        return UnknownScript(word, text)
    if word in _LATER:
        return Later(word, f"the server refuses for now ({word}): {text}")
    if word in _ELSEWHERE:
        address = _address(text) if word in _REDIRECTIONS else None
        return Elsewhere(word, f"another server has to be asked ({word}): {text}", address)
    return _final(word, text)


def describe(error: BaseException) -> str:
    """The error in a few words, also where it has none itself."""
    return str(error) or type(error).__name__


def _address(text: str) -> tuple[str, int]:
    """Host and port at the end of a redirection: "3999 127.0.0.1:6381"."""
    host, _, port = text.rpartition(" ")[2].rpartition(":")
    return host.strip("[]"), int(port)


def _final(word: str, text: str) -> BackbeatError:
    if word == "OOM":
        return StorageFull(f"the server is at its memory limit, nothing was written: {text}")
    if word in _ADVICE:
        return ServerUnavailable(f"{_ADVICE[word]} ({word}): {text}")
    return ProtocolError(f"the server refused a command of ours: {text}")
