"""What people, models and documents may write costs a time that grows as its length does: see the tests of answering.

Each text is so long that a cost which grows with the square of its length runs into the limit by far.
"""

from __future__ import annotations

import pytest

from bot.slack.events.follow_ups import ThreadMessage, is_follow_up
from bot.slack.views.markup import neutralize_mentions

pytestmark = pytest.mark.timeout(30)
_LENGTH = 200_000


def test_a_mention_is_begun_and_not_ended() -> None:
    assert neutralize_mentions(f"<@U{'A' * _LENGTH}") == f"<@U{'A' * _LENGTH}"


@pytest.mark.parametrize("piece", ["|", "<!subteam^", "<!here|"])
def test_a_question_begins_a_mention_and_does_not_end_it(piece: str) -> None:
    question = f"<!subteam^{piece * (_LENGTH // len(piece))} Why?"
    thread = [ThreadMessage("UBOT", "Good morning."), ThreadMessage("U1", question)]
    assert is_follow_up(thread, "UBOT", "Souffleur")
