from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.replies.paging import PAGE_BYTES, PageText, close_open_fence, find_open_fence, split_pages

WORDS = st.lists(
    st.sampled_from(["word ", "longer words ", "\n", "\n\n", "```java\n", "```\n", "x" * 30, "é"]), max_size=80
)


def told(words: list[str], page: int, comfortable: int) -> list[str]:
    """The pages that a stream of words makes."""
    pages, full = [""], False
    for word in words:
        for piece in split_pages("" if full else pages[-1], word, page, comfortable):
            if full:
                pages.append("")
            pages[-1] += piece.text
            full = piece.is_full
    return pages


def test_a_short_text_is_one_piece() -> None:
    assert split_pages("", "hello") == [PageText("hello", is_full=False)]


def test_no_words_are_no_piece() -> None:
    assert split_pages("hello", "") == []


def test_a_page_ends_at_a_line_s_end() -> None:
    assert split_pages("", "aaaa bbbb\ncccc", page=14, comfortable=6) == [
        PageText("aaaa bbbb", is_full=True),
        PageText("cccc", is_full=False),
    ]


def test_a_line_that_is_too_long_is_cut_where_a_word_ends() -> None:
    assert [piece.text for piece in split_pages("", "aaaa bbbb cccc dddd", page=10, comfortable=6)] == [
        "aaaa bbbb",
        " cccc dddd",
    ]


def test_a_list_goes_on_with_a_whole_item_and_its_own_number() -> None:
    items = [f"{n}. item number {n} [{n}]\n" for n in range(1, 13)]
    pages = told(items, page=100, comfortable=60)
    assert len(pages) > 2
    assert [line for page in pages for line in page.splitlines() if line] == [item.strip() for item in items]


def test_a_nested_item_keeps_its_depth_on_the_next_page() -> None:
    assert split_pages("", "- one two\n  - three", page=14, comfortable=6) == [
        PageText("- one two", is_full=True),
        PageText("  - three", is_full=False),
    ]


def test_a_page_ends_before_a_line_that_stands_for_itself() -> None:
    items = ["- one\n", "  - two\n", "  - three\n", "- four\n", "  - five\n", "Last words."]
    assert told(items, page=60, comfortable=8) == ["- one\n  - two\n  - three\n", "- four\n  - five\n", "Last words."]


def test_a_page_does_not_end_below_a_heading_of_what_follows() -> None:
    lines = ["Some words here.\n", "\n", "## Title\n", "More words.\n", "Last words."]
    assert told(lines, page=80, comfortable=20)[0] == "Some words here.\n\n## Title\nMore words.\n"


def test_a_deep_item_goes_on_under_its_own() -> None:
    items = ["1. one\n", "   - two\n", *(f"     - item {n} {'x' * 20}\n" for n in range(6))]
    first, second, *_ = told(items, page=100, comfortable=80)
    assert first.startswith("1. one\n   - two\n     - item 0")
    assert second.startswith("1. …\n   - …\n     - item 2")


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_a_table_goes_on_under_its_head(size: int) -> None:
    head, rows = "| n | what |\n| --- | :-: |\n", [f"| {n} | row number {n} [{n}] |\n" for n in range(12)]
    table = f"Here it is:\n\n{head}{''.join(rows)}\nAfter it."
    pages = told([table[at : at + size] for at in range(0, len(table), size)], page=160, comfortable=120)
    assert len(pages) > 2
    assert all(page.startswith(head) for page in pages[1:])
    assert [line for page in pages for line in page.splitlines() if "row" in line] == [row.strip() for row in rows]


def test_a_table_is_not_parted_from_what_comes_after_it_but_there() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert told([*table.splitlines(keepends=True), "After it."], page=60, comfortable=12) == [table, "After it."]


def test_a_citation_of_several_passages_is_not_cut() -> None:
    assert split_pages("", "aaaa bbbb [1, 2] cccc", page=13, comfortable=6) == [
        PageText("aaaa bbbb", is_full=True),
        PageText(" [1, 2] cccc", is_full=False),
    ]


def test_a_code_fence_is_closed_and_opened_again() -> None:
    code = "```java\n" + "int a;\n" * 6 + "```\nafter"
    first, second, *_ = split_pages("", code, page=40, comfortable=30)
    assert first.text.endswith("int a;\n```")
    assert second.text.startswith("```java\nint a;")


@pytest.mark.parametrize(
    ("before", "after"),
    [("```java\n   ", "\n```"), ("| a |\n|---|\n| ", " |"), ("1. one\n   - ", ""), ("", "")],
    ids=["code", "table", "list", "words"],
)
def test_a_line_that_is_longer_than_a_page_is_told_to_its_end(before: str, after: str) -> None:
    pages = told([f"{before}{'x' * 900}{after}"], page=100, comfortable=80)
    assert sum(page.count("x") for page in pages) == 900
    assert max(map(len, pages)) <= 110


def test_a_long_row_of_numbers_in_code_is_no_citation_that_is_kept_whole() -> None:
    numbers = ", ".join(map(str, range(10, 100)))
    pages = told([f"```java\n[{numbers}]\n```"], page=100, comfortable=80)
    assert [int(n) for page in pages for n in re.findall(r"\d+", page)] == list(range(10, 100))


def test_an_open_fence_is_told_with_its_language() -> None:
    assert find_open_fence("text\n  ```java\ncode") == "```java"
    assert find_open_fence("```java\ncode\n```\n") is None
    assert find_open_fence("````\n```\n") == "````"
    assert close_open_fence("~~~\ncode") == "\n~~~\n"
    assert close_open_fence("text") == ""


@given(WORDS)
def test_no_page_is_too_long_and_no_word_is_lost(words: list[str]) -> None:
    pages = told(words, 120, 80)
    assert max(map(len, pages)) <= 120 + len("\n```") + len("```java\n")
    assert sum(page.count("x") for page in pages) == "".join(words).count("x")
    assert sum(page.count("longer") for page in pages) == "".join(words).count("longer")


@given(WORDS)
def test_every_page_but_the_last_closes_its_fences(words: list[str]) -> None:
    assert all(find_open_fence(page) is None for page in told(words, 120, 80)[:-1])


def test_a_page_leaves_room_for_the_sources() -> None:
    assert PAGE_BYTES + 1_600 + 500 < 13_200


def test_a_page_ends_before_a_second_table() -> None:
    first, second = "| a |\n|---|\n| 1 |\n\nwords\n", "| b |\n|---|\n| 2 |\n"
    assert [piece.text for piece in split_pages("", first + second)] == [first.rstrip("\n"), second]
    assert [piece.text for piece in split_pages(first, second)] == ["", second]


def test_two_tables_in_a_code_block_are_no_tables() -> None:
    code = "```\n| a |\n|---|\n\n| b |\n|---|\n```\n"
    assert split_pages("", code) == [PageText(code, is_full=False)]


def test_a_page_is_counted_in_bytes() -> None:
    pages = split_pages("", "éé éé éé éé éé éé", page=14, comfortable=10)
    assert all(len(piece.text.encode()) <= 14 for piece in pages)
    assert "".join(piece.text for piece in pages).replace(" ", "") == "é" * 12
