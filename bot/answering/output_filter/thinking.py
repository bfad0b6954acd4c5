"""Takes out of a stream what a model thinks aloud before it answers. Pure; knows tags, not what is between them."""

from __future__ import annotations

import re

_NAMES = ("think", "thinking", "thought", "reasoning")
_OPENING_TAGS = tuple(f"<{name}>" for name in _NAMES)
THINKING_TAG = re.compile(rf"</?(?:{'|'.join(_NAMES)})>[ \t]*", re.IGNORECASE)
_PARTIAL_TAG = re.compile(r"</?[a-z]{0,9}$", re.IGNORECASE)
_MAX_TAG_CHARACTERS = max(map(len, _OPENING_TAGS)) + 1  # of a closing tag


class ThinkingFilter:
    """Lets an answer through, without the thoughts at its beginning. A tag that comes later is left alone."""

    def __init__(self) -> None:
        self._held = ""
        self._closing: str | None = None
        self._answering = False

    def filter_thinking(self, piece: str) -> str:
        """Take the model's next piece; return what belongs to the answer, perhaps nothing."""
        if self._answering:
            return piece
        self._held += piece
        while self._closing or self._has_opening_tag():
            closed = re.search(re.escape(self._closing or ""), self._held, re.IGNORECASE)
            if closed is None:
                self._held = self._held[-_MAX_TAG_CHARACTERS:]
                return ""
            self._held, self._closing = self._held[closed.end() :], None
        if self._may_have_opening_tag():
            return ""
        self._answering = True
        return self._held

    def flush_thinking(self) -> str:
        """The model has ended: return what was held back. A thought that never ended is no answer."""
        if self._answering or self._closing or self._may_have_opening_tag():
            return ""
        return self._held

    def _has_opening_tag(self) -> bool:
        begins = self._held.lstrip().lower()
        opening = next((tag for tag in _OPENING_TAGS if begins.startswith(tag)), None)
        self._closing = f"</{opening[1:]}" if opening else None
        return opening is not None

    def _may_have_opening_tag(self) -> bool:
        begins = self._held.lstrip().lower()
        return any(tag.startswith(begins) for tag in _OPENING_TAGS)


def remove_partial_tag(text: str) -> str:
    """`text` without the beginning of a tag that it was cut in."""
    cut = _PARTIAL_TAG.search(text)
    if cut is None or not any(tag.startswith(cut[0].lower().replace("/", "")) for tag in _OPENING_TAGS):
        return text
    return text[: cut.start()]
