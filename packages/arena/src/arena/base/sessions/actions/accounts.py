"""Accounts with a password, and the end of sessions of all kinds."""

from uuid import uuid4

from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.base.identity import Identity, Role
from arena.base.sessions.actions.beginning import Greet, SignedIn, begin, nobody_greets
from arena.base.sessions.errors import UserNotFound, WrongCredentials
from arena.base.sessions.passwords import Passwords
from arena.base.sessions.recognising import Recogniser
from arena.base.sessions.store.sessions import end_sessions
from arena.base.sessions.store.users import User, add_user, change_user, find_by_login
from arena.base.sessions.tokens import Tokens


class Accounts:
    """Signs people up, in and out, and says what they may."""

    def __init__(
        self,
        database: Database,
        tokens: Tokens,
        recogniser: Recogniser,
        *,
        passwords: Passwords | None = None,
        greet: Greet = nobody_greets,
        clock: Clock = now_ms,
    ) -> None:
        """Keep users in a database.

        Args:
            database: Where they are.
            tokens: Makes the tokens of sessions.
            recogniser: Is told of what changes here.
            passwords: Hashes and checks them. Defaults to argon2id.
            greet: Is told of newcomers. Defaults to nobody.
            clock: Milliseconds since 1970. Defaults to this machine's.
        """
        self._database = database
        self._tokens = tokens
        self._recogniser = recogniser
        self._passwords = passwords or Passwords()
        self._greet = greet
        self._clock = clock

    async def sign_up(self, email: str, username: str, password: str) -> SignedIn:
        """Make an account and begin a session of it.

        Raises:
            Taken: Another has the address or the name.
        """
        user = User(
            id=uuid4(),
            email=email.strip().lower(),
            username=username,
            password_hash=await self._passwords.hash(password),
            created_ms=self._clock(),
        )
        async with self._database.transaction() as session:
            await add_user(session, user)
            signed = await begin(session, user, self._tokens, self._clock)
        await self._greet(user, False)
        return signed

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """Begin a session by address or name, and password.

        Raises:
            WrongCredentials: They are none; the answer takes as long as another.
            Blocked: They are right, and who has them may not come in.
        """
        async with self._database.reading() as session:
            user = await find_by_login(session, login)
        kept = None if user is None else user.password_hash
        # With no transaction open: this takes a tenth of a second.
        if not await self._passwords.check(password, kept) or user is None or kept is None:
            raise WrongCredentials
        renewed = await self._passwords.hash(password) if self._passwords.is_old(kept) else None
        async with self._database.transaction() as session:
            if renewed is not None:
                await change_user(session, user.id, password_hash=renewed)
            return await begin(session, user, self._tokens, self._clock)

    async def sign_out(self, identity: Identity, *, everywhere: bool = False) -> None:
        """End the session by which somebody came; or, `everywhere`, all of theirs."""
        async with self._database.transaction() as session:
            await end_sessions(
                session,
                identity.user_id,
                now_ms=self._clock(),
                session_id=None if everywhere else identity.session_id,
            )
        if everywhere:
            self._recogniser.forget_everybody()
        else:
            self._recogniser.forget(identity.session_id)

    async def grant(self, login: str, roles: frozenset[Role]) -> User:
        """Let somebody have these roles and no others. Their sessions heed it within seconds.

        Raises:
            UserNotFound: There is no such user.
        """
        return await self._change(login, roles=sorted(roles))

    async def block(self, login: str) -> User:
        """Let somebody in no more; their sessions end within seconds.

        Raises:
            UserNotFound: There is no such user.
        """
        return await self._change(login, blocked_ms=self._clock())

    async def unblock(self, login: str) -> User:
        """Let somebody in again.

        Raises:
            UserNotFound: There is no such user.
        """
        return await self._change(login, blocked_ms=None)

    async def _change(self, login: str, **changes: object) -> User:
        async with self._database.transaction() as session:
            user = await find_by_login(session, login)
            if user is None:
                raise UserNotFound(login)
            await change_user(session, user.id, **changes)
            changed = await find_by_login(session, login)
        self._recogniser.forget_everybody()
        assert changed is not None
        return changed
