"""The page on REST says what the OpenAPI document says."""

from scripts.rest_page import PAGE, render


def test_the_page_is_what_the_document_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m scripts.rest_page"
