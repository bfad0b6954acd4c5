"""Reads HTML and Markdown with unstructured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.elements import ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html_hidden_text import may_hide_text, remove_hidden_html_text
from ingestion.readers.markup.html_structure import simplify_structure
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.unstructured_adapter import elements_from_unstructured, stay_offline

if TYPE_CHECKING:
    from pathlib import Path

    from ingestion.readers.elements import Element

_NO_DETECTION = [""]  # how unstructured is told not to guess languages
_EXTENSIONS = ["tables", "fenced_code", "footnotes"]
_EXTENSION_SETTINGS = {"footnotes": {"SUPERSCRIPT_TEXT": "[{}]", "BACKLINK_TEXT": ""}}
_LINKED = re.compile(r"<link\b(?=[^<>]*\brel\s*+=)[^<>]*stylesheet|@import", re.I)
_DOCUMENT_TYPE = re.compile(r"<!doctype|<\?xml", re.I)
_START = 2_000
_HTML_TITLE = re.compile(r"<title[^<>]*>([^<]*+(?:<(?!/?title)[^<]*+)*+)</title>", re.I)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_FRONT_TITLE = re.compile(r"^title:\s*+(.*)", re.M)
_QUOTES = ("'", '"')
_FENCE = re.compile(r"(\s*)(```+|~~~+)")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+\S")


def read_html(path: Path) -> ParsedDocument:
    """A web page, in its declared encoding."""
    text = decode_text(path.read_bytes(), declares=True)
    elements, hidden = elements_from_html(text)
    named = _HTML_TITLE.search(text)
    return ParsedDocument(
        choose_document_title(path, elements, _plain_title(named[1]) if named else ""), None, elements, hidden=hidden
    )


def read_markdown(path: Path) -> ParsedDocument:
    """A Markdown file; the title of its front matter comes first."""
    text = decode_text(path.read_bytes())
    front = _FRONT_MATTER.match(text)
    named = _FRONT_TITLE.search(front[1]) if front else None
    elements, hidden = elements_from_markdown(text[front.end() :] if front else text)
    return ParsedDocument(
        choose_document_title(path, elements, _unquote(named[1].strip()) if named else ""),
        None,
        elements,
        hidden=hidden,
    )


def elements_from_markdown(text: str) -> tuple[list[Element], int]:
    """The elements of Markdown, and the number of hidden places."""
    from markdown import markdown

    html = markdown(_to_commonmark(text), extensions=_EXTENSIONS, extension_configs=_EXTENSION_SETTINGS)
    return elements_from_html(html)


def _unquote(value: str) -> str:
    """Removes a quotation mark from each end, as YAML may have them."""
    opened = value[1:] if value[:1] in _QUOTES else value
    return (opened[:-1] if opened[-1:] in _QUOTES else opened).rstrip()


def elements_from_html(html: str, css: str | None = None) -> tuple[list[Element], int]:
    """The elements of an HTML text, and the number of hidden places. `css` is its linked style sheets, if known."""
    if not html.strip():
        return [], 0
    shown = filter_hidden_html(html, css)
    stay_offline()
    from unstructured.partition.html import partition_html

    return list(elements_from_unstructured(partition_html(text=shown.html, languages=_NO_DETECTION))), shown.removed


@dataclass(frozen=True, slots=True)
class FilteredHtml:
    """A page without its hidden text, whose doubtful text is marked; `removed` counts the hidden places."""

    html: str
    removed: int = 0


def filter_hidden_html(html: str, css: str | None = None) -> FilteredHtml:
    """The page as people see it. `css` is its linked style sheets, if known."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8")
    root = etree.fromstring(html.encode(errors="replace"), parser)
    if any("depth" in error.message for error in parser.error_log):
        raise RecursionError
    if root is None:
        return FilteredHtml(html)
    removed = marked = 0
    if css or may_hide_text(html):
        linked = css is None and _LINKED.search(html) is not None
        quirks = css is None and not _DOCUMENT_TYPE.search(html[:_START])  # books are XHTML, which has no quirks
        places = remove_hidden_html_text(root, css or "", linked=linked, quirks=quirks)
        removed, marked = places.removed, places.marked
    if not (simplify_structure(root) or removed or marked):
        return FilteredHtml(html)
    return FilteredHtml(etree.tostring(root, encoding="unicode", method="html"), removed)


def _plain_title(html: str) -> str:
    from html import unescape

    return collapse_whitespace(unescape(html))


def _to_commonmark(text: str) -> str:
    """Change Markdown as unstructured's parser needs it: a blank line before a list, no fenced block inside an item."""
    lines: list[str] = []
    fence = ""
    indent = 0
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence, indent = mark[2], len(mark[1])
            lines += ["", line.strip()]
        elif fence:
            inside = line[:indent].strip() + line[indent:]
            lines.append(inside)
            if inside.strip() == fence:
                lines.append("")
                fence = ""
        else:
            if _ITEM.match(line) and lines and lines[-1].strip() and not _ITEM.match(lines[-1].lstrip()):
                lines.append("")
            lines.append(line)
    return "\n".join(lines)
