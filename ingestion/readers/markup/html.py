"""Reads HTML and Markdown with unstructured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, collapse_whitespace
from ingestion.readers.markup.html_hidden_text import may_hide_text, remove_hidden_html_text
from ingestion.readers.text.encodings import decode_text
from ingestion.readers.unstructured_adapter import elements_from_unstructured, stay_offline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lxml.etree import _Element as Node

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
_ROW_PARENTS, _MADE = ("table", "thead", "tbody", "tfoot"), "data-made"
_WHITE = re.compile(r"\s+")
_AS_BLOCK = ("details", "figure", "dialog", "fieldset", "hgroup", "search", "menu")
_AS_PARAGRAPH = ("summary", "figcaption", "legend", "caption")
_NEW_TAGS = {**dict.fromkeys(_AS_BLOCK, "div"), **dict.fromkeys(_AS_PARAGRAPH, "p"), "label": "span"}
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark"),
        *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "label", "input"),
    )
)
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


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


def simplify_structure(root: Node) -> bool:
    """Change the page in place; return whether anything changed."""
    changed = _number_lists(root) | _put_cells_into_rows(root) | _part_words_in_cells(root)
    for node in list(root.iter("caption")):
        table = node.getparent()
        above = table.getparent() if table is not None else None
        if table is not None and above is not None and table.tag == "table":
            node.tail = None
            table.remove(node)
            above.insert(above.index(table), node)
    for node in list(root.iter(*_NEW_TAGS)):
        if node.tag in _AS_BLOCK:
            _wrap_bare_text(node)
        node.tag = _NEW_TAGS[str(node.tag)]
        changed = True
    return changed


def _put_cells_into_rows(root: Node) -> bool:
    """Put cells that stand right in a table into a row, as a browser does: the parser drops them."""
    from lxml import etree

    changed = False
    for cell in list(root.iter("td", "th")):
        parent, before = cell.getparent(), cell.getprevious()
        if parent is None or parent.tag not in _ROW_PARENTS:
            continue
        if before is None or before.get(_MADE) is None:
            before = etree.Element("tr", {_MADE: ""})
            cell.addprevious(before)
        before.append(cell)
        changed = True
    return changed


def _part_words_in_cells(root: Node) -> bool:
    """Put a space for each end of a line in a cell: the parser joins the words around it."""
    changed = False
    for cell in root.iter("td", "th"):
        for node in cell.iter():
            if node.text and "\n" in node.text:
                node.text, changed = _WHITE.sub(" ", node.text), True
            if node is not cell and node.tail and "\n" in node.tail:
                node.tail, changed = _WHITE.sub(" ", node.tail), True
    return changed


def _wrap_bare_text(node: Node) -> None:
    """Put the words that stand directly in a block into paragraphs: the parser drops them beside others."""
    if all(child.tag in _INLINE for child in node):
        return
    from lxml import etree

    if (node.text or "").strip():
        first = etree.Element("p")
        first.text, node.text = node.text, None
        node.insert(0, first)
    for child in list(node):
        if child.tag not in _INLINE and (child.tail or "").strip():
            after = etree.Element("p")
            after.text, child.tail = child.tail, None
            node.insert(node.index(child) + 1, after)


def _number_lists(root: Node) -> bool:
    changed = False
    for ordered in list(root.iter("ol")):
        for item, number in _numbered_items(ordered):
            target = next((child for child in item if child.tag == "p"), None)
            target = item if target is None or (item.text or "").strip() else target
            target.text = f"{number}. {(target.text or '').lstrip()}"
            changed = True
    return changed


def _numbered_items(ordered: Node) -> Iterator[tuple[Node, str]]:
    """The items of a list with their numbers, as a browser shows them."""
    items = [child for child in ordered if child.tag == "li"]
    step = -1 if "reversed" in ordered.attrib else 1
    number = _number(str(ordered.get("start", "")), len(items) if step < 0 else 1)
    for item in items:
        number = _number(str(item.get("value", "")), number)
        yield item, _written(number, str(ordered.get("type", "1")))
        number += step


def _number(said: str, usual: int) -> int:
    said = said.strip()
    return int(said) if said.isdecimal() and len(said) < 7 else usual


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and 0 < number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 0 < number < 40:
        text = ""
        for value, sign in _ROMAN:
            while number >= value:
                text, number = text + sign, number - value
        return text.upper() if kind == "I" else text
    return str(number)
