"""Defines a parsed document: a title and elements. Removes invisible characters, and marks doubtful text. Pure.

A doubt mark survives the parsers between a filter and an element: a code point reserved for use inside programs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Literal

from knowledge.core.failures import Failure
from knowledge.core.passages import is_machine_name
from knowledge.core.text import count_invisible_runs, fold_word, repair_surrogates, strip_invisible

DOUBT_MARK = "\ufdd0"
_LETTER = re.compile(r"[^\W\d_]")
ElementKind = Literal["heading", "text", "list", "code", "table"]
Rows = tuple[tuple[str, ...], ...]
MAX_TABLE_COLUMNS = 1_000  # of a table that people wrote: more are data, of which no passage makes sense
_MAX_TITLE_CHARACTERS = 200
_LONGEST_LINE = 80
_SERIAL_NUMBER = re.compile(r"\d{10}")  # what downloads are named by
_PRINTED_BY = re.compile(r"^(?:Microsoft (?:Office )?(?:Word|PowerPoint|Excel)|LibreOffice|OpenOffice)\s*[-–]\s*", re.I)
_FILE_NAME = re.compile(r"\.(?:docx?|pptx?|xlsx?|pdf|od[tsp]|indd|tex|dvi|html?|qxd|md|txt)$", re.I)
_MEANINGLESS = re.compile(
    r"(?:untitled|sans titre|sans nom|document|presentation|présentation|powerpoint presentation|"
    r"présentation powerpoint|word document|classeur|workbook|book|title|titre|no title|blank page|page vierge|"
    r"leere seite|unknown|none|null)"
    r"[\s_-]*\d*"
    r"|(?:about|data|https?|file):\S*+",  # the address that a browser printed
    re.I,
)
_WORD = re.compile(r"[^\W\d_]{3}|[^\x00-\u02ff\W\d_]")  # three letters, or one of a script without an alphabet of ours
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_AUTHOR_CHARACTERS = 80
_COMMON_BEGINNING = 4  # letters: of words in another form
_USUAL_NAMES = frozenset(
    [
        "scan", "document", "doc", "file", "image", "page", "copy", "final", "draft", "export", "print", "download",
        "downloaded", "untitled", "version", "attachment", "report", "the", "rapport", "bericht", "informe",
        "relatorio", "copie", "brouillon", "entwurf", "new", "old", "pdf",
    ]
)  # fmt: skip
_PART_HEADING = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3})*|[ivx]{1,5}|[a-z])[.)]\s|"
    r"(?:chapter|chapitre|kapitel|cap[ií]tulo|capitolo|hoofdstuk|section|article|artikel|part|partie)\s+[\divx]+\b|"
    r"(?:(?:table of )?contents|table des matières|sommaire|inhalt(?:sverzeichnis)?|[ií]ndice|abstract|summary|"
    r"résumé|introduction|foreword|preface|préface|avant-propos|front cover|cover page)\s*$",
    re.I,
)


def insert_doubt_mark(text: str) -> str:
    """The text with a mark after its first letter, where it changes neither a bullet nor the end of a sentence."""
    letter = _LETTER.search(text)
    at = letter.end() if letter else len(text.rstrip())
    return f"{text[:at]}{DOUBT_MARK}{text[at:]}"


def remove_doubt_marks(text: str) -> str:
    """The text without marks."""
    return text.replace(DOUBT_MARK, "")


def has_doubt_mark(texts: Iterable[str]) -> bool:
    """Whether any of the texts is marked."""
    return any(DOUBT_MARK in text for text in texts)


@dataclass(frozen=True, slots=True)
class Element:
    """One block of a document, in reading order.

    `level` is the depth of a heading or list item: 1 is the outermost, other elements have 0. `page` and `last_page`
    count from 1 and are None if the format has no pages. A table has `rows` (cells as plain text; the first row is the
    header if `header` is true) and no `text`; a table without separable cells has its lines in `text`. A `doubtful`
    element may be hidden from people, as far as the file tells.
    """

    text: str
    kind: ElementKind = "text"
    level: int = 0
    page: int | None = None
    last_page: int | None = None
    rows: Rows = ()
    header: bool = True
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class ParsedMember:
    """A file inside a document, by its path there: what was read of it, or why nothing was."""

    name: str
    document: ParsedDocument | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A parsed document. `unread` lists the pages that hold a picture instead of text.

    A page range gives in `above` the headings (level, title) over its first element, and in `depth` the number of
    headings that name a top-level section (0: computed from the elements). A document that was read by ranges has them
    as `parts`, and all their elements. `hidden` counts the places of hidden text, which is in no element; `doubtful`
    those of text that may be hidden, whose elements are marked. `plain_pages` counts the pages on which an optional
    step failed; `faults` describe these failures for the log. `members` are the files inside it and inside these, whose
    numbers are their own.
    """

    title: str
    pages: int | None
    elements: list[Element]
    unread: tuple[int, ...] = field(default=())
    above: tuple[tuple[int, str], ...] = ()
    depth: int = 0
    parts: tuple[ParsedDocument, ...] = ()
    hidden: int = 0
    plain_pages: int = 0
    faults: tuple[str, ...] = ()
    doubtful: int = 0
    members: tuple[ParsedMember, ...] = ()


def collapse_whitespace(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def label_comment(words: str, author: str = "", cell: str = "") -> str:
    """A comment in one paragraph that says that it is one, whose, and on which cell; empty without words."""
    words, name = collapse_whitespace(words), collapse_whitespace(author)[:_MAX_AUTHOR_CHARACTERS]
    words = words.removeprefix(f"{name}:").lstrip() if name else words  # Excel writes the name into the comment, too
    label = f"Comment by {name}" if name else "Comment"
    return f"{label} ({cell}): {words}" if words and cell else f"{label}: {words}" if words else ""


def normalize_rows(rows: list[list[str]]) -> Rows:
    """The non-empty rows, all of the same width, without empty columns."""
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    filled = [row + [""] * (width - len(row)) for row in rows]
    kept = [n for n in range(width) if any(row[n] for row in filled)]
    return tuple(tuple(row[n] for n in kept) for row in filled)


def choose_document_title(
    path: PurePath, elements: Iterable[Element], declared: str = "", largest: str | None = None
) -> str:
    """The title: from the properties (`declared`), the first top heading, or the file name.

    A heading that names only a part ("1. Purpose"), or stands on a later page, is taken only where the file name has no
    words; then a short first line may do, too. A guess from the `largest` text must share a word with a telling name.
    """
    elements = list(elements)
    heading, name = _top_heading(elements), unicodedata.normalize("NFC", path.stem)
    title = heading.text[:_MAX_TITLE_CHARACTERS] if heading else ""
    if heading and (_names_a_part(title) or (heading.page or 1) > 1) and _has_words(name):
        title = ""
    guessed = clean_declared_title(largest or "") or title
    if largest is not None and _is_telling(name) and not _has_word_of(guessed, name):
        guessed = ""
    if not _has_words(name):
        guessed = _lengthen(guessed, elements)
    return clean_declared_title(declared) or guessed or (name if _has_words(name) else _opening_line(elements) or name)


def _lengthen(title: str, elements: list[Element]) -> str:
    """A title of one word with the next heading of the first page."""
    if not _has_words(title) or len(title.split()) > 1:
        return title
    others = (each.text for each in elements if each.kind == "heading" and each.page == 1 and each.text != title)
    following = next((text for text in others if _has_words(text)), "")
    return ": ".join(filter(None, (title, following)))[:_MAX_TITLE_CHARACTERS]


def _is_telling(name: str) -> bool:
    """Whether a file's name has several words that say something, or one and a year."""
    words = [word for word in _LONG_WORD.findall(name) if word.casefold() not in _USUAL_NAMES]
    return not is_machine_name(name) and (len(words) > 1 or (len(words) == 1 and _YEAR.search(name) is not None))


def _has_word_of(title: str, name: str) -> bool:
    folded = fold_word(title)
    return any(fold_word(word)[:_COMMON_BEGINNING] in folded for word in _LONG_WORD.findall(name))


def _names_a_part(heading: str) -> bool:
    return not _has_words(heading) or _PART_HEADING.match(heading) is not None


def _has_words(name: str) -> bool:
    return not (is_machine_name(name) or _SERIAL_NUMBER.search(name)) and _WORD.search(name) is not None


def clean_declared_title(declared: str) -> str:
    """A title from the properties; empty if a program filled it in."""
    title = _PRINTED_BY.sub("", collapse_whitespace(declared))
    if _FILE_NAME.search(title) or _MEANINGLESS.fullmatch(title) or not any(c.isalpha() for c in title):
        return ""
    return title[:_MAX_TITLE_CHARACTERS]


def _opening_line(elements: list[Element]) -> str:
    """The first words of a document, if they are short and no sentence; else empty."""
    first = next((element for element in elements if element.text.strip()), None)
    text = collapse_whitespace(first.text) if first and first.kind == "text" and (first.page or 1) == 1 else ""
    is_title = len(text.split()) > 1 and len(text) <= _LONGEST_LINE and text[-1].isalnum() and _has_words(text)
    return text if is_title else ""


def _top_heading(elements: Iterable[Element]) -> Element | None:
    headings = [element for element in elements if element.kind == "heading"]
    top = min((heading.level for heading in headings), default=0)
    return next((heading for heading in headings if heading.level == top), None)


def remove_invisible_text(reading: ParsedDocument) -> ParsedDocument:
    """The document in valid text, without invisible characters (`hidden` counts them) and with doubt marks as flags."""
    parts = tuple(remove_invisible_text(part) for part in reading.parts)
    if parts:
        elements = [element for part in parts for element in part.elements]
        hidden, doubtful = sum(part.hidden for part in parts), sum(part.doubtful for part in parts)
        title = _remove_invisible(reading.title)
        return replace(reading, title=title, elements=elements, parts=parts, hidden=hidden, doubtful=doubtful)
    elements = list(
        map(_take_doubt_mark, map(_make_valid, reading.elements))
    )  # first: halves of a character may make one that nobody sees
    lost = sum(count_invisible_runs(text) for element in elements for text in _element_texts(element))
    return replace(
        reading,
        title=_remove_invisible(reading.title),
        elements=[seen for element in elements if (seen := _visible_element(element))],
        above=tuple((level, _remove_invisible(title)) for level, title in reading.above),
        hidden=reading.hidden + lost,
        doubtful=max(reading.doubtful, sum(element.doubtful for element in elements)),
    )


def _element_texts(element: Element) -> list[str]:
    return [element.text, *(cell for row in element.rows for cell in row)]


def _remove_invisible(text: str) -> str:
    return strip_invisible(remove_doubt_marks(repair_surrogates(text)))


def _take_doubt_mark(element: Element) -> Element:
    if not has_doubt_mark(_element_texts(element)):
        return element
    rows = tuple(tuple(map(remove_doubt_marks, row)) for row in element.rows)
    return replace(element, text=remove_doubt_marks(element.text), rows=rows, doubtful=True)


def _make_valid(element: Element) -> Element:
    if all(map(str.isascii, _element_texts(element))):
        return element
    rows = tuple(tuple(map(repair_surrogates, row)) for row in element.rows)
    return replace(element, text=repair_surrogates(element.text), rows=rows)


def _visible_element(element: Element) -> Element | None:
    """An element without invisible characters; None if nothing is left."""
    if all(map(str.isascii, _element_texts(element))):
        return element
    text = strip_invisible(element.text)
    rows = tuple(tuple(map(strip_invisible, row)) for row in element.rows)
    return replace(element, text=text, rows=rows) if text.strip() or any(map(any, rows)) else None
