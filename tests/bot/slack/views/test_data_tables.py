from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.replies.paging import find_open_table
from bot.slack.views.data_tables import build_answer_blocks
from bot.slack.views.rich_text import read_rich_text
from playground.slack.rules.blocks import find_block_problems

HOURS = "| day | hour |\n|---|--:|\n| **Monday** | 9 [1] |\n| Tuesday | 10,5 |"


def test_a_table_stands_between_its_words_and_is_read_back() -> None:
    blocks = build_answer_blocks(f"Hours:\n\n{HOURS}\n\nAsk.")
    assert [block["type"] for block in blocks] == ["markdown", "data_table", "markdown"]
    assert read_rich_text(blocks[1:2]) == "| day | hour |\n| **Monday** | 9 [1] |\n| Tuesday | 10,5 |"
    assert [row[1] for row in blocks[1]["rows"][1:]] == [
        {"type": "raw_number", "value": 9, "text": "9 [1]"},
        {"type": "raw_number", "value": 10.5, "text": "10,5"},
    ]
    assert find_block_problems(blocks) == []


@pytest.mark.parametrize("cell", ["1.234", "1,234", "007", "", "9 €", "1.2.3", "²", "9" * 5_000, f"{'9' * 400}.5"])
def test_a_column_with_what_may_be_no_number_is_sorted_by_its_words(cell: str) -> None:
    (table,) = build_answer_blocks(f"| what | n |\n|---|---|\n| a | 9 |\n| b | {cell} |")
    assert {row[1]["type"] for row in table["rows"][1:]} <= {"raw_text", "rich_text"}


@pytest.mark.parametrize(
    "markdown",
    [
        "| day | hour |\n|---|---|",
        "| day | hour |\n|---|---|" + "\n| Monday | 9 |" * 101,
        f"{'| c ' * 21}|\n{'|---' * 21}|\n{'| 1 ' * 21}|",
        f"| day | hour |\n|---|---|\n| Monday | {'9' * 10_001} |",
        f"```\n{HOURS}\n```",
        "> " + HOURS.replace("\n", "\n> "),
    ],
    ids=["no rows", "rows", "columns", "words", "in code", "in a quote"],
)
def test_what_a_data_table_does_not_hold_stays_markdown(markdown: str) -> None:
    assert build_answer_blocks(markdown) == [{"type": "markdown", "text": markdown}]


def test_a_line_without_a_mark_is_no_row_though_a_parser_takes_it_for_one() -> None:
    assert [block.get("text") for block in build_answer_blocks(f"{HOURS}\nAsk first.")] == [None, "Ask first."]
    unmarked = "day | hour\n---|---\nMonday | 9"
    assert build_answer_blocks(unmarked) == [{"type": "markdown", "text": unmarked}]


@pytest.mark.parametrize("before", ["```\n", "| a | b |\n|---|---|\n", "Hours: "])
def test_what_goes_on_with_code_a_table_or_a_line_above_is_no_table_of_its_own(before: str) -> None:
    assert build_answer_blocks(HOURS, before) == [{"type": "markdown", "text": HOURS}]


@pytest.mark.parametrize(
    ("text", "open_from"),
    [
        ("Hours:\n|", 7),
        ("Hours:\n| day |\n|---|\n", 7),
        ("Hours:\n| day |\n|---|\n| Mon", 7),
        ("| day |\n|---|\n\n", None),
        ("| day |\n|---|\nSo", None),
        ("```\n| day |\n", None),
        ("words", None),
    ],
)
def test_a_table_is_open_until_a_line_that_is_no_row(text: str, open_from: int | None) -> None:
    assert find_open_table(text) == (len(text) if open_from is None else open_from)


@given(st.text(alphabet="ab1 *`#->|\n:[]~<&,.", max_size=80))
def test_whatever_a_model_writes_is_what_slack_takes(markdown: str) -> None:
    assert find_block_problems(build_answer_blocks(markdown)) == []
