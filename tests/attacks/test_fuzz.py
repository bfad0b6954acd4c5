"""Random streams, cut at random: nothing in them is alive when they have passed. GUARD_STREAMS says how many."""

from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answering.output_filter.filter import OutputFilter
from bot.slack.views.markup import neutralize_mentions
from tests.attacks import judge

STREAMS = int(os.environ.get("GUARD_STREAMS", "400"))
FRAGMENTS = (
    "Deux", "jours", "[1]", "[9]", "[1,", "9]", "[1, 9]", "[2][7]", "3][2][7]", "(x)", "`", "``", "```", "`code`",
    "````````", "```java", "~~~", "    ```", "> ```", "- ", "> ", "\\", "\\`", "[lien](http://evil.example/x)",
    "![i](//evil.com/i.png)", "[a", "b](http:", "[x]:", "[x]", "[x][y]", "<http://evil.com|x>", "<http:",
    "<!channel>", "<!here|x>", "<@U123ABC>", "<#C1>", "<!subteam^S1>", "<!", "<@", "<", ">", "|", "@here", "@",
    "channel", "http", "://", "//", "evil", ".", "com", "evil.com", "EVIL.Com", "a@evil.fr", "10.0.0.1", "www.",
    ":8080", "/?d=1", "#x", "mailto:", "data:x", "javascript:", "slack://x", "&#46;", "&#x2e;com", "&lt;!channel&gt;",
    "&amp;lt;", "&#96;", "&#10;", "&period;", "%2E", "\uff0e", "\u3002", "\u200b", "\u200d", "\u202e", "\U000e0041",
    "\ufe0f", "\u2028", "\r", "\t", "\x0b", "e\u0301", "\u0441\u043e\u043c", "xn--p1ai", "**", "_", "*", "!", "(",
    ")", "]", "[", "](", "<s>", "[INST]", "<think>", "</think>", "<passage 0123456789ab>", "NOT_FOUND", "README.md",
    "e.g.", "1.", "| a | b |", "|---|---|", "Sources:", "\u3010", "1\u3011", "[^9]", "👍", "é",
)  # fmt: skip
GAPS = ("", "", "", " ", " ", "\n", "\n\n", "\n   ", "  ")
STREAM = st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(GAPS)), max_size=24).map(
    lambda words: "".join(word + gap for word, gap in words)
)


def through(*pieces: str) -> str:
    outlet = OutputFilter(3)
    return "".join(outlet.filter_text(piece) for piece in pieces) + outlet.flush_text()


@given(STREAM, st.lists(st.integers(0, 400), max_size=10))
@example("args[0] 3][2][7] (x)", [9])
@example("3][2][7] ", [])
@example("[9]\nNOT_FOUND\n\n", [])
@example("evil.[9, 9]com ", [8])
@example("<s>~~~\n```\n~~~\nhttp://evil.example\n", [])
@example("\u200b```\n```\nhttp://evil.example\n", [1])
@example("e\u0301&#x2e;com", [])
@example("e\u0301.s\u0327i", [])
@example("www._", [])
@example("_10.0.0.1_", [])
@example("_@here_", [])
@example("%2Edata:x", [])
@example("Deux://&period;", [])
@example("\\ [9]<http://evil.com|x>", [])
@example("www. [9]Deux", [])
@example("<www.> ```", [])
@example("<//x> y", [])
@example("[x]:\n\n<s> [x]:Deux", [])
@example("[x]:\n\n[9] [x]:Deux", [])
@example("http: [9]//evil", [])
@example("http [9]://evil", [])
@example("<http://evil.com|x>\n|---|---|", [])
@example("`a | b` c `evil.com`\n|---|---|", [])
@example("`a | b` c evil.com\n|---|---|", [])
@settings(max_examples=STREAMS, suppress_health_check=list(HealthCheck))
def test_nothing_alive_leaves_and_cuts_change_nothing(stream: str, cuts: list[int]) -> None:
    marks = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    whole = through(stream)
    assert through(*(stream[a:b] for a, b in pairwise(marks))) == whole
    assert judge.markdown(neutralize_mentions(whole)) == judge.Verdict(), whole
