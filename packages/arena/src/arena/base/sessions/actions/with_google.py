"""Signing in with Google: known by Google's name for the account, never by its address."""

import re
import secrets
from typing import Final
from uuid import uuid4

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.base.identity import Identity
from arena.base.sessions.actions.beginning import Greet, SignedIn, begin, nobody_greets
from arena.base.sessions.errors import NoGoogle, NotLinked, Taken
from arena.base.sessions.google import GoogleSignIn, GoogleUser
from arena.base.sessions.store.users import (
    User,
    add_user,
    change_user,
    find_by_google,
    find_by_id,
    find_by_login,
)
from arena.base.sessions.tokens import Tokens

_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9_]+")
_LONGEST: Final = 20


class GoogleAccounts:
    """Signs people in whom Google vouches for."""

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        google: GoogleSignIn | None,
        *,
        greet: Greet = nobody_greets,
        clock: Clock = now_ms,
    ) -> None:
        """Keep users in a database.

        Args:
            database: Where they are.
            tokens: Makes the tokens of sessions.
            google: Verifies its tokens; None: there is no sign-in with Google.
            greet: Is told of newcomers. Defaults to nobody.
            clock: Milliseconds since 1970. Defaults to this machine's.
        """
        self._database = database
        self._tokens = tokens
        self._google = google
        self._greet = greet
        self._clock = clock

    async def sign_in(self, token: str, already: Identity | None = None) -> SignedIn:
        """Begin a session of whom a token is of; who is new here gets an account.

        Args:
            token: Google's.
            already: Who is signed in already: the Google account becomes theirs, too.

        Raises:
            NoGoogle: There is no sign-in with Google here.
            GoogleRefused: The token is none for this house.
            Unavailable: Google's keys cannot be had.
            NotLinked: The address is that of somebody who signs in by password.
            Taken: The Google account is another user's than `already`.
            Blocked: They may not come in.
        """
        if self._google is None:
            raise NoGoogle
        vouched = await self._google.verify(token)
        try:
            return await self._begin(vouched, already)
        except Taken:
            if already is not None:
                raise
            # Somebody had the name that we made up, or this person came twice at once.
            return await self._begin(vouched, already)

    async def _begin(self, vouched: GoogleUser, already: Identity | None) -> SignedIn:
        newcomer: User | None = None
        async with self._database.transaction() as session:
            user = await find_by_google(session, vouched.sub)
            if already is not None:
                if user is not None and user.id != already.user_id:
                    raise Taken
                await change_user(session, already.user_id, google_sub=vouched.sub)
                user = await find_by_id(session, already.user_id)
            elif user is None:
                # Who typed this address in here first need not be who has it.
                if await find_by_login(session, vouched.email) is not None:
                    raise NotLinked
                user = newcomer = _newcomer(vouched, self._clock())
                await add_user(session, user)
            assert user is not None
            signed = await begin(session, user, self._tokens, self._clock)
        if newcomer is not None:
            await self._greet(newcomer, True)
        return signed


def _newcomer(vouched: GoogleUser, at_ms: int) -> User:
    said = (vouched.name or vouched.email.partition("@")[0]).lower()
    stem = _NOT_IN_NAMES.sub("_", said).strip("_")[:_LONGEST] or "player"
    return User(
        id=uuid4(),
        email=vouched.email,
        username=f"{stem}_{secrets.token_hex(3)}",
        google_sub=vouched.sub,
        created_ms=at_ms,
    )
