from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.views.rich_text import build_rich_text_blocks, read_rich_text, strip_markdown
from playground.slack.rules.blocks import find_block_problems
from playground.slack.web_api.json_values import walk


@pytest.mark.parametrize(
    "markdown",
    [
        "Two **days** a _week_, `code` and ~~not~~ [1].",
        "- one\n- two\n  - nested\n- three",
        "3. three\n4. four",
        "> quoted\n> again",
        "```\nint a = 1;\n  b\n```",
    ],
    ids=["styles", "nested list", "numbered from three", "quote", "code"],
)
def test_rich_text_is_read_as_the_markdown_it_was_made_of(markdown: str) -> None:
    assert read_rich_text(build_rich_text_blocks(markdown)).replace("&gt;", ">") == markdown


def test_a_heading_is_bold_and_a_rule_divides() -> None:
    blocks = build_rich_text_blocks("# Title\n\nwords\n\n---\n\nmore")
    assert [block["type"] for block in blocks] == ["rich_text", "divider", "rich_text"]
    assert read_rich_text(blocks[:1]) == "**Title**\nwords"


def test_a_table_is_drawn_as_one_between_its_words() -> None:
    blocks = build_rich_text_blocks("Hours:\n\n| day | hour |\n|---|--:|\n| **Monday** | 9 |\n| Tuesday | |\n\nAsk.")
    assert [block["type"] for block in blocks] == ["rich_text", "table", "rich_text"]
    assert [one["align"] for one in blocks[1]["column_settings"]] == ["left", "right"]
    assert read_rich_text(blocks[1:2]) == "| **day** | **hour** |\n| **Monday** | 9 |\n| Tuesday |   |"
    assert find_block_problems(blocks) == []


@pytest.mark.parametrize(
    "markdown",
    [
        "| day | hour |\n|---|---|\n" * 2 + "| Monday | 9 |\n" * 99,
        f"{'| c ' * 21}|\n{'|---' * 21}|\n{'| 1 ' * 21}|",
        f"| day | hour |\n|---|---|\n| Monday | {'9' * 9_001} |",
    ],
    ids=["rows", "columns", "words"],
)
def test_a_table_that_slack_would_not_take_keeps_its_columns(markdown: str) -> None:
    assert [block["type"] for block in build_rich_text_blocks(markdown)] == ["rich_text"]


def test_a_second_table_keeps_its_columns_as_slack_takes_one() -> None:
    table = "| day | hour |\n|---|---|\n| Monday | 9 |"
    blocks = build_rich_text_blocks(f"{table}\n\nand\n\n{table}")
    assert [block["type"] for block in blocks] == ["table", "rich_text"]
    assert blocks[1]["elements"][1]["elements"][0]["text"] == "day     hour\n------  ----\nMonday  9"


def test_a_link_and_a_picture_are_words_alone() -> None:
    blocks = build_rich_text_blocks("[here](https://evil.example) ![pixel](https://evil.example/p.png)")
    assert not [one for one in walk(blocks) if "url" in one]
    assert read_rich_text(blocks) == "here pixel"


def test_a_table_that_slack_makes_of_markdown_is_read_row_by_row() -> None:
    cell = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "b"}]}],
    }
    assert read_rich_text([{"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, cell]]}]) == "| a | b |"


def test_the_words_of_a_notification_hold_no_marks() -> None:
    assert strip_markdown("# Title\n\n**Two** days [1].\n\n- one\n- two") == "Title\nTwo days [1].\none\ntwo"


@given(st.text(alphabet="ab *_`#->|\n1.[]()~<&", max_size=80))
def test_whatever_a_model_writes_is_what_slack_takes(markdown: str) -> None:
    blocks = build_rich_text_blocks(markdown)
    assert find_block_problems(blocks) == []
    assert all(one["text"] for one in walk(blocks) if one.get("type") == "text")
