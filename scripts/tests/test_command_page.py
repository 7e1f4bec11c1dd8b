"""The page on the command line says what the commands say of themselves."""

from scripts.command_page import PAGE, render


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m scripts.command_page"
