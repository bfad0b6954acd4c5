"""Four Markdown parsers that others wrote read a text: where it links to, and which words stand outside code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import commonmark
import mistune
from cmarkgfm import cmark
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Callable

_BY_LINKIFY = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])


class _WithoutHtml(mistune.HTMLRenderer):
    """Leaves HTML out, as cmark and commonmark do in their safe mode: nothing in it is a link of Markdown."""

    def block_html(self, html: str) -> str:
        return ""

    def inline_html(self, html: str) -> str:
        return "\n"


_BY_MISTUNE = mistune.create_markdown(
    renderer=_WithoutHtml(), plugins=["table", "strikethrough", "url", "task_lists", "footnotes"]
)
_BY_COMMONMARK = commonmark.HtmlRenderer({"safe": True})
_GFM_EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_TARGET = re.compile(r"\b(?:href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_LEADS_OUT = ("a", "img")
_INLINE = ("a", "img", "em", "strong", "del", "s")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one parser reads: the targets of links and images, and the words outside code."""

    parser: str
    targets: tuple[str, ...]
    prose: str


def _by_cmark(text: str) -> str:
    options = cmark.Options.CMARK_OPT_FOOTNOTES
    return str(cmark.markdown_to_html_with_extensions(text, options=options, extensions=_GFM_EXTENSIONS))


def _by_commonmark(text: str) -> str:
    return str(_BY_COMMONMARK.render(commonmark.Parser().parse(text)))


PARSERS: dict[str, Callable[[str], str]] = {
    "cmark-gfm": _by_cmark,
    "markdown-it-py": lambda text: str(_BY_LINKIFY.render(text)),
    "commonmark": _by_commonmark,
    "mistune": lambda text: str(_BY_MISTUNE(text)),
}


def read_by(parser: str, text: str) -> Reading:
    """What a parser reads in a text."""
    return _reading_from_html(parser, PARSERS[parser](text).replace("<!-- raw HTML omitted -->", "\n"))


def _reading_from_html(parser: str, html: str) -> Reading:
    targets: list[str] = []
    prose, at, code = "", 0, 0
    for tag in _TAG.finditer(html):
        closes, name = bool(tag[1]), tag[2].lower()
        prose += html[at : tag.start()] if not code else ""
        at = tag.end()
        if name in _LEADS_OUT and not closes and (target := _TARGET.search(tag[3])):
            targets.append(unescape(target[1].strip("\"'")))
        if name == "code":
            code = max(0, code + (-1 if closes else 1))
        prose += "" if name in _INLINE else "\n"
    return Reading(parser, tuple(targets), unescape(prose + html[at:]))
