"""`arena users`: what the house grants its users."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from arena.base.sessions.actions.accounts import Accounts
    from arena.base.sessions.store.users import User

program = typer.Typer(help="Say what users may, block them, let them in again.",
                      no_args_is_help=True)  # fmt: skip

Login = Annotated[str, typer.Argument(help="E-mail address or name.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON, and nothing else.")]


@program.command("grant")
def grant(
    login: Login,
    roles: Annotated[
        list[str], typer.Argument(help="player, seller, operator, admin: all of them.")
    ],
    as_json: Json = False,
) -> None:
    """Let somebody have these roles and no others."""
    from arena.base.identity import Role

    try:
        chosen = frozenset(map(Role, roles))
    except ValueError as error:
        raise typer.BadParameter(f"{error}: there are {', '.join(Role)}") from None
    _change(lambda accounts: accounts.grant(login, chosen), as_json)


@program.command("block")
def block(login: Login, as_json: Json = False) -> None:
    """Let somebody in no more; their sessions end within seconds."""
    _change(lambda accounts: accounts.block(login), as_json)


@program.command("unblock")
def unblock(login: Login, as_json: Json = False) -> None:
    """Let somebody in again."""
    _change(lambda accounts: accounts.unblock(login), as_json)


def _change(change: "Callable[[Accounts], Awaitable[User]]", as_json: bool) -> None:
    from arena.cli.output import Output
    from arena.cli.running import run, settings

    output = Output(json=as_json)

    async def body() -> None:
        from arena.base.db import open_database
        from arena.base.sessions.opening import open_sessions

        chosen = settings()
        database = await open_database(chosen)
        try:
            user = await change(open_sessions(chosen, database).accounts)
        finally:
            await database.close()
        roles = sorted(user.roles)
        blocked = user.blocked_ms is not None
        data = {
            "id": user.id,
            "email": user.email,
            "username": user.username,
            "roles": roles,
            "blocked": blocked,
        }
        may = ", ".join(roles) + (", blocked" if blocked else "")
        output.show(data, f"{user.username} <{user.email}>: {may}")

    run(output, body)
