"""Takes the words out of the headers and footers of Excel's sheets, which are written in codes such as `&L&"Arial"`."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from ingestion.readers.elements import Element

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CODE = re.compile(r'&(?:"[^"]{0,200}"|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|\d{1,3}|.)', re.I | re.S)
_MARGIN = re.compile(r"<(?:\w{1,20}:)?((?:odd|even|first)(?:Header|Footer))\b[^<>]*>([^<]+)<")
_PAGE = re.compile(r"&[PN]", re.I)
_WORD = re.compile(r"[^\W\d_]+")


def words_of_margin(text: str) -> str:
    """What a header or footer says beside fields; empty where it only says which page this is, as in "Page 1"."""
    words = " ".join(_CODE.sub(" ", text.replace("&&", "\0")).replace("\0", "&").split())
    return words if says_more_than_page(words, has_number=_PAGE.search(text) is not None) else ""


def says_more_than_page(words: str, *, has_number: bool) -> bool:
    """Whether the words of a margin, beside its fields, are more than the label of a page's number, such as "Page"."""
    return len(_WORD.findall(words)) > has_number


def margin_lines(end_of_sheet: bytes) -> Iterator[str]:
    """The words of the headers and footers that stand at the end of a sheet in XML."""
    for _, text in _MARGIN.findall(end_of_sheet.decode("utf-8", "replace")):
        yield words_of_margin(unescape(text))


def margin_elements(lines: Iterable[str]) -> Iterator[Element]:
    """Each header and footer once, where it says anything."""
    return (Element(line) for line in dict.fromkeys(lines) if line)
