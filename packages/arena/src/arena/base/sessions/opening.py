"""Puts together what signs people in, as the settings say."""

from dataclasses import dataclass

from fastapi import FastAPI

from arena.base.db import Database
from arena.base.durations import parse_duration
from arena.base.errors import Misconfigured
from arena.base.sessions.actions.accounts import Accounts
from arena.base.sessions.actions.beginning import Greet, nobody_greets
from arena.base.sessions.actions.with_google import GoogleAccounts
from arena.base.sessions.google import GoogleSignIn
from arena.base.sessions.google_keys import GoogleKeys
from arena.base.sessions.recognising import Recogniser
from arena.base.sessions.routes import router
from arena.base.sessions.secret import session_secret
from arena.base.sessions.tokens import Tokens
from arena.base.settings import ArenaSettings

_SHORTEST_S = 60
_LONGEST_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Sessions:
    """Everything about who signs in.

    Attributes:
        recogniser: Tells who comes.
        accounts: Those with a password, and the end of sessions.
        google: Those with Google.
    """

    recogniser: Recogniser
    accounts: Accounts
    google: GoogleAccounts

    def serve(self, web: FastAPI) -> None:
        """Let people sign in over HTTP."""
        web.state.accounts, web.state.google_accounts = self.accounts, self.google
        web.include_router(router)


def open_sessions(
    settings: ArenaSettings,
    database: Database,
    *,
    keys: GoogleKeys | None = None,
    greet: Greet = nobody_greets,
) -> Sessions:
    """Put it together; asks nobody yet.

    Args:
        settings: The secret, how long sessions are good for, and the client id at Google.
        database: Where users are.
        keys: Google's keys. Defaults to those at Google's address.
        greet: Is told of everybody who has just got an account. Defaults to nobody.

    Raises:
        Misconfigured: There is no secret that will do, or the time of sessions is none.
    """
    tokens = Tokens(session_secret(settings), seconds=_seconds(settings.jwt_expires_in))
    recogniser = Recogniser(tokens, database)
    client_id = settings.google_client_id
    google = GoogleSignIn(client_id, keys or GoogleKeys()) if client_id else None
    return Sessions(
        recogniser,
        Accounts(database, tokens, recogniser, greet=greet),
        GoogleAccounts(database, tokens, google, greet=greet),
    )


def _seconds(text: str) -> int:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise Misconfigured(f"JWT_EXPIRES_IN: {error}") from None
    if not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise Misconfigured(f"JWT_EXPIRES_IN {text!r} is not between a minute and 30 days")
    return seconds
