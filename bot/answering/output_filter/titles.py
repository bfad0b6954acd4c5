"""Takes markup, codes of emoji and the bot's own signs from titles, headings and paths; they stay readable.

A document names itself: without this its title could look like words or marks of the bot beside it.
"""

from __future__ import annotations

import re

from bot.answering.output_filter.links import neutralize_quoted_line

_LOOK_ALIKES = str.maketrans({"*": "\N{ASTERISK OPERATOR}", "~": "\N{TILDE OPERATOR}", "`": "'"})
_PAIRED_UNDERSCORES = re.compile(r"(?<![^\W_])_[^_\n]+_(?![^\W_])")
_EDGE_UNDERSCORES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_EMOJI_CODE = re.compile(r":(?=([\w+'-]{1,100}):)")
_NUMBER = re.compile(r"\d+")
_EMOJI_NUMBERS = frozenset({"100", "1234"})
# Check marks and crosses, and the marks that the bot puts before a document's state.
_SIGNS = re.compile("[\u25cf\u25d0\u25cc\u2611\u2705\u2713-\u2718\u274c\u274e\U0001f5f8\U0001fbb1]\ufe0f?")


def flatten_title(title: str) -> str:
    """Replaces markup by characters that look alike, breaks codes of emoji, and takes out check marks."""
    plain = _SIGNS.sub("", title).translate(_LOOK_ALIKES)
    if _PAIRED_UNDERSCORES.search(plain):
        plain = _EDGE_UNDERSCORES.sub("\N{MODIFIER LETTER LOW MACRON}", plain)
    return _EMOJI_CODE.sub(_break_code, plain)


def format_title(title: str) -> str:
    """Formats a title for Markdown: flat, and without anything alive."""
    return neutralize_quoted_line(flatten_title(title))


def _break_code(colon: re.Match[str]) -> str:
    """Replaces the colon before a name of an emoji; in 12:30:45 there is none."""
    is_number = _NUMBER.fullmatch(colon[1]) is not None and colon[1] not in _EMOJI_NUMBERS
    return colon[0] if is_number else "\N{RATIO}"
