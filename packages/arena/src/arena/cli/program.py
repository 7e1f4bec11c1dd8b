"""The program: every command under its name."""

import typer

from arena.cli.commands import demo, ledger, migrate, replay, serve, users, worker


def build() -> typer.Typer:
    """The program."""
    program = typer.Typer(
        help="The house: games and markets on Backbeat.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    program.command("serve")(serve.serve)
    program.command("worker")(worker.worker)
    program.command("demo")(demo.demo)
    program.command("migrate")(migrate.migrate)
    program.command("replay")(replay.replay)
    program.add_typer(users.program, name="users")
    program.add_typer(ledger.program, name="ledger")
    return program
