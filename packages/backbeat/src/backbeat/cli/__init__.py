"""The command line: `backbeat`, and `python -m backbeat.cli`."""


def main() -> None:
    """Run the command that the arguments name; ends the process with its exit code."""
    from backbeat.cli.program import build

    build()()


__all__ = ["main"]
