"""Separates prose from code with an independent CommonMark parser, for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRICT = MarkdownIt("commonmark", {"html": False})


def prose(markdown: str) -> Iterator[str]:
    """Returns the words outside code, and the targets of links and images."""
    for block in _STRICT.parse(markdown):
        for token in block.children or ():
            yield token.content if token.type == "text" else "\n"
            yield from (str(token.attrs[name]) for name in ("href", "src") if name in token.attrs)
