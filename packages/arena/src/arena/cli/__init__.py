"""The command line of the house: `arena`. What a command needs is imported when it runs."""


def main() -> None:
    """Run the command that the arguments name; ends the process with its exit code."""
    from arena.cli.program import build

    build()()


__all__ = ["main"]
