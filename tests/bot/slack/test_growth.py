"""What people, models and documents may write costs a time that grows as its length does: see the tests of answering.

Each text is so long that a cost which grows with the square of its length runs into the limit by far.
"""

from __future__ import annotations

import pytest

from bot.answering.output_filter.code_fences import closes_fence, parse_fence_opening
from bot.slack.events.thread_follow_ups import ThreadMessage, is_follow_up
from bot.slack.replies import paging
from bot.slack.replies.paging import PAGE_BYTES, repeat_open_block, split_pages
from bot.slack.views.markup import neutralize_mentions

pytestmark = pytest.mark.timeout(30)
_LENGTH = 200_000


def test_a_mention_is_begun_and_not_ended() -> None:
    assert neutralize_mentions(f"<@U{'A' * _LENGTH}") == f"< @U{'A' * _LENGTH}"


@pytest.mark.parametrize("piece", ["|", "<!subteam^", "<!here|"])
def test_a_question_begins_a_mention_and_does_not_end_it(piece: str) -> None:
    question = f"<!subteam^{piece * (_LENGTH // len(piece))} Why?"
    thread = [ThreadMessage("UBOT", "Good morning."), ThreadMessage("U1", question)]
    assert is_follow_up(thread, "UBOT", "Souffleur")


def test_what_stands_under_a_table_s_head_is_no_rule_at_its_end() -> None:
    assert repeat_open_block(f"| a |\n|{'-' * _LENGTH}x\n", "| b |") == ""


def test_each_line_of_a_page_of_code_is_read_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each place where the page might end."""
    read = 0

    def counted_opening(line: str) -> str | None:
        nonlocal read
        read += 1
        return parse_fence_opening(line)

    def counted_closing(line: str, marks: str) -> bool:
        nonlocal read
        read += 1
        return closes_fence(line, marks)

    monkeypatch.setattr(paging, "parse_fence_opening", counted_opening)
    monkeypatch.setattr(paging, "closes_fence", counted_closing)
    code = "x\n" * (PAGE_BYTES // 2)
    first, *_ = split_pages("", f"```\n{code}")
    assert first.is_full
    assert read <= 4 * code.count("\n")
