from __future__ import annotations

from dataclasses import replace

from ingestion.readers.pdf.layout import order_pages
from tests.ingestion.readers.pdf.lines import line, paragraph


def test_a_heading_that_was_drawn_last_comes_first() -> None:
    title, body = line("Remote work", 720, size=14), paragraph("The days are agreed", "with the manager.", y=700)
    assert order_pages([*body, title]) == [title, *body]


def test_lines_beside_each_other_keep_the_order_they_were_drawn_in() -> None:
    left = paragraph("Left one", "left two", y=700)
    right = [line("right one", 700, x=300), line("right two", 688, x=300)]
    assert order_pages([*left, *right]) == [*left, *right]


def test_each_page_is_ordered_by_itself() -> None:
    first, second = paragraph("one", "two", y=700), paragraph("three", "four", y=740, page=2, step=60)
    assert order_pages([*first, *reversed(second)]) == [*first, *second]


def test_a_page_with_a_line_that_runs_upwards_stays_as_it_is() -> None:
    upwards = [line("One", 600), line("Two", 700), replace(line("Revision of September", 300, x=20), right=30.0)]
    assert order_pages(upwards) == upwards
