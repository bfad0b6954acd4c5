from __future__ import annotations

import pytest

from ingestion.readers.pdf.headings import OutlineEntry
from ingestion.readers.pdf.reader import choose_sample_pages, find_heading_pages, plan_page_ranges


def _entries(*places: tuple[int, int]) -> list[OutlineEntry]:
    return [OutlineEntry(level, f"{level}/{page}", page, None) for level, page in places]


@pytest.mark.parametrize("pages", [1, 80, 96])
def test_a_short_document_is_not_cut(pages: int) -> None:
    assert plan_page_ranges(pages, []) == [(1, pages)]


def test_a_range_starts_at_the_shallowest_heading_near_its_usual_length() -> None:
    found = plan_page_ranges(200, _entries((1, 1), (2, 82), (1, 90), (3, 150)))
    assert found == [(1, 16), (17, 89), (90, 149), (150, 200)]


def test_the_first_range_is_short() -> None:
    assert plan_page_ranges(97, _entries((2, 4), (2, 12), (1, 20), (1, 60))) == [(1, 19), (20, 97)]


@pytest.mark.parametrize("pages", [97, 130, 566, 5_000])
@pytest.mark.parametrize("every", [0, 1, 7, 400])
def test_the_ranges_hold_every_page_once_and_none_is_short_or_long(pages: int, every: int) -> None:
    found = plan_page_ranges(pages, _entries(*((1, page) for page in range(1, pages + 1, every))) if every else [])
    assert [page for first, last in found for page in range(first, last + 1)] == list(range(1, pages + 1))
    assert 8 <= found[0][1] <= 24
    assert all(24 <= last - first + 1 <= 96 for first, last in found[1:])


def test_the_outline_names_the_pages_of_the_headings_over_a_range() -> None:
    outline = _entries((1, 1), (2, 10), (1, 40), (2, 41), (3, 45), (2, 50), (1, 70))
    assert find_heading_pages(64, outline) == [40, 50]
    assert find_heading_pages(64, []) == [56, 57, 58, 59, 60, 61, 62, 63]
    assert find_heading_pages(1, []) == []


@pytest.mark.parametrize("pages", [97, 566, 20_000])
def test_the_sample_is_small_and_begins_with_the_first_page(pages: int) -> None:
    found = choose_sample_pages(pages)
    assert found[0] == 1
    assert found[-1] <= pages
    assert len(set(found)) == len(found) == 48
