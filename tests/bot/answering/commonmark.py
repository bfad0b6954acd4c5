"""Tells prose from code as CommonMark does, by a parser that is not ours. For the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRICT = MarkdownIt("commonmark", {"html": False})


def prose(markdown: str) -> Iterator[str]:
    """The words outside of code, and where links and images lead."""
    for block in _STRICT.parse(markdown):
        for token in block.children or ():
            yield token.content if token.type == "text" else "\n"
            yield from (str(token.attrs[name]) for name in ("href", "src") if name in token.attrs)
