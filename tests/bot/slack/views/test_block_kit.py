from __future__ import annotations

import pytest

from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.views.block_kit import DocumentLinks, fit_lines, shorten_text


@pytest.mark.parametrize(
    ("template", "page", "address"),
    [
        (None, 3, None),
        ("http://h/{path}#page={page}", 3, "http://h/a%20b/%C3%A9%26%7C.pdf#page=3"),
        ("http://h/{path}#page={page}", None, "http://h/a%20b/%C3%A9%26%7C.pdf"),
        ("http://h/?f={path}", 3, "http://h/?f=a%20b/%C3%A9%26%7C.pdf"),
    ],
)
def test_a_link_leads_to_the_page(template: str | None, page: int | None, address: str | None) -> None:
    assert DocumentLinks(template).build_document_url("a b/é&|.pdf", page) == address


def test_lines_that_do_not_fit_are_counted() -> None:
    assert fit_lines(["a" * 40, "b" * 40, "c" * 40], ENGLISH, 80) == f"{'a' * 40}\n… and 2 more"


def test_a_long_text_is_cut_where_a_word_ends() -> None:
    assert shorten_text("one  two\nthree", 10) == "one two…"
