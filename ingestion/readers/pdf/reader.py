"""Read a PDF with pdfium: its lines, its outline, then one layout; a long one by ranges of pages, each by itself."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from ingestion.readers.elements import Element, Reading
from ingestion.readers.images import ocr
from ingestion.readers.pdf.headers_and_footers import without_furniture
from ingestion.readers.pdf.headings import PLAIN, Entry, Look, by_outline, largest, look_of
from ingestion.readers.pdf.hyphens import Hyphens
from ingestion.readers.pdf.layout import layout
from ingestion.readers.pdf.lines import Fonts, Line, lines_of
from ingestion.readers.pdf.optional_steps import Steps
from ingestion.readers.pdf.page_ranges import LONGEST, Range, before, cut, sampled
from ingestion.readers.titles import meaningful, title_of
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pypdfium2 import PdfDocument

_FEW_CHARACTERS = 16  # a page with fewer is a picture, if it holds one
_DEEPEST_FORM = 3
_MOST_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class _Survey:
    """What must be known of a whole document before a range of it is read: its outline, and by a few pages the rest.

    `look` is None where the whole is one range, and tells by itself. `steps` has what failed for all pages.
    """

    outline: tuple[Entry, ...]
    look: Look | None = None
    fonts: Fonts | None = None
    title: str = ""
    steps: Steps = field(default_factory=Steps)


def ranges(path: Path) -> list[Range]:
    """The ranges of pages in which to read a PDF, the first and last page of each; a short one has a single range.

    Raises:
        UnreadableDocument: it needs a password, is damaged, or has too many pages.
    """
    with closing(_open(path)) as document:
        return cut(len(document), _survey(document, path).outline)


def read_range(path: Path, first: int, last: int) -> Reading:
    """A range of a PDF's pages, whoever reads the others; the first range's title is the document's.

    Raises:
        UnreadableDocument: it needs a password or is damaged. That no range held any text is for `whole` to say.
    """
    with closing(_open(path)) as document:
        return _range(document, path, first, last)


def read_pdf(path: Path) -> Reading:
    """A PDF with its pages, headings, lists, code and paragraphs; scanned pages by tesseract where it is installed.

    Raises:
        UnreadableDocument: it needs a password, is damaged, or is a scan that could not be read.
    """
    with closing(_open(path)) as document:
        outline = _survey(document, path).outline
        parts = [_range(document, path, *each) for each in cut(len(document), outline)]
    return whole(path.name, parts)


def whole(name: str, parts: Sequence[Reading]) -> Reading:
    """The document of which these are the ranges, in order.

    Raises:
        UnreadableDocument: none of them holds any text.
    """
    if len(parts) == 1:
        made = parts[0]
    else:
        elements = [element for part in parts for element in part.elements]
        unread = tuple(page for part in parts for page in part.unread)
        made = Reading(
            parts[0].title,
            parts[0].pages,
            elements,
            unread,
            parts=tuple(parts),
            hidden=sum(part.hidden for part in parts),
            plain_pages=sum(part.plain_pages for part in parts),
            faults=tuple(fault for part in parts for fault in part.faults),
        )
    if not made.elements and made.unread:
        raise UnreadableDocument(_scan(name))
    return made


def _range(document: PdfDocument, path: Path, first: int, last: int) -> Reading:
    survey = _survey(document, path)
    outline, look, pages = survey.outline, survey.look, range(first, last + 1)
    steps = survey.steps.upon(pages)
    hidden, filled = Counter[int](), Counter[int]()
    lines = list(lines_of(document, pages, Fonts(survey.fonts), hidden, filled))
    blank = _blank(pages, lines, filled)
    damaged = [number for number in blank if not _opens(document, number)]
    if len(damaged) == len(pages):
        raise UnreadableDocument(Reason.DAMAGED_PAGES.about(name=path.name, first=first, last=last))
    scanned = [number for number in blank if number not in damaged and _has_picture(document, number)]
    elements, unread = _with_scans(document, scanned, layout(lines, outline, steps, look), steps)
    declared = meaningful(_said(partial(document.get_metadata_value, "Title")))
    title = declared or (survey.title if look else _title(lines, steps))
    made = Reading(
        title_of(path, elements, title),
        len(document),
        elements,
        tuple(sorted((*damaged, *unread))),
        hidden=hidden.total(),
        plain_pages=steps.plain_pages,
        faults=steps.faults,
    )
    return made if look is None else replace(made, above=_above(document, first, survey), depth=_depth(outline))


def _title(lines: list[Line], steps: Steps) -> str:
    return steps.optional("title", {line.page for line in lines}, "", partial(largest, lines))


def _survey(document: PdfDocument, path: Path) -> _Survey:
    stat = path.stat()
    key = (str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if key not in _surveyed:
        _surveyed.clear()
        _surveyed[key] = _looked_over(document)
    return _surveyed[key]


_surveyed: dict[tuple[str, int, int, int], _Survey] = {}  # the last one: a child reads several ranges of a document


def _looked_over(document: PdfDocument) -> _Survey:
    steps, pages = Steps(), range(1, len(document) + 1)
    outline: tuple[Entry, ...] = steps.optional("outline", pages, (), partial(_outline, document))
    if len(document) <= LONGEST:
        return _Survey(outline, steps=steps)
    fonts = Fonts()
    lines = list(lines_of(document, sampled(len(document)), fonts))
    look = steps.optional("look", pages, PLAIN, partial(_look, lines, outline))
    return _Survey(outline, look, fonts, _title(lines, steps), steps)


def _look(lines: list[Line], outline: Sequence[Entry]) -> Look:
    """How a long document looks by some of its lines, and the words that it writes."""
    own = without_furniture(lines)
    look = look_of(own, by_outline(own, outline))
    return replace(look, words=Hyphens(line.text for line in own).words)


def _above(document: PdfDocument, first: int, survey: _Survey) -> tuple[tuple[int, str], ...]:
    """The headings that stand over the first line of page `first`, outermost first, with their levels."""
    above: list[tuple[int, str]] = []
    lines = list(lines_of(document, before(first, survey.outline), Fonts(survey.fonts)))
    for element in layout(lines, survey.outline, Steps(), survey.look):  # their own range counts them
        if element.kind == "heading":
            above = [(level, title) for level, title in above if level < element.level]
            above.append((element.level, element.text))
    return tuple(above)


def _depth(outline: Sequence[Entry]) -> int:
    """How many headings name a top-level section: one more where a single one stands over all the others."""
    top = min((entry.level for entry in outline), default=0)
    tops = sum(entry.level == top for entry in outline)
    return {0: 0, 1: 2}.get(tops, 1)


def _open(path: Path) -> PdfDocument:
    try:
        document = pypdfium2.PdfDocument(path)
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise UnreadableDocument(Reason.UNDER_PASSWORD.about(name=path.name)) from error
        raise UnreadableDocument(Reason.DAMAGED_PDF.about(name=path.name)) from error
    if (pages := len(document)) > _MOST_PAGES:
        document.close()
        raise UnreadableDocument(Reason.TOO_MANY_PAGES_SAID.about(name=path.name, pages=pages, most=_MOST_PAGES))
    return document


def _outline(document: PdfDocument) -> tuple[Entry, ...]:
    """The outline's entries that point at a page."""
    entries: list[Entry] = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        page = target.get_index() if target is not None else None
        if target is not None and page is not None:
            entries.append(Entry(bookmark.level + 1, _said(bookmark.get_title), page + 1, _height(target.get_view())))
    return tuple(entries)


def _said(ask: Callable[[], str]) -> str:
    """What pdfium says, without half a character where a program cut a title at a length."""
    try:
        return ask()
    except UnicodeDecodeError as error:
        return error.object.decode(error.encoding, "ignore")


def _height(view: tuple[int, list[float]]) -> float | None:
    """How high on its page a target stands: given by the kinds XYZ, FitH and FitBH alone."""
    kind, numbers = view
    at = {pdfium.PDFDEST_VIEW_XYZ: 1, pdfium.PDFDEST_VIEW_FITH: 0, pdfium.PDFDEST_VIEW_FITBH: 0}.get(kind)
    return numbers[at] if at is not None and at < len(numbers) else None


def _blank(pages: range, lines: list[Line], filled: Counter[int]) -> list[int]:
    """The pages that hold next to no text but what people filled in."""
    characters = Counter({page: -many for page, many in filled.items()})
    for line in lines:
        characters[line.page] += len(line.text)
    return [number for number in pages if characters[number] < _FEW_CHARACTERS]


def _opens(document: PdfDocument, number: int) -> bool:
    try:
        document[number - 1].close()
    except pypdfium2.PdfiumError:
        return False
    return True


def _with_scans(
    document: PdfDocument, scanned: list[int], elements: list[Element], steps: Steps
) -> tuple[list[Element], tuple[int, ...]]:
    """The elements with those of the scanned pages among them, and the pages that stay unread."""
    unread: list[int] = []
    nothing: list[Element] = []
    for number in scanned:
        read = partial(ocr.page_text, document, number)
        found = steps.optional("scan", [number], nothing, read) if ocr.is_installed() else nothing
        if not found:
            unread.append(number)
        elements = elements + found
    return sorted(elements, key=lambda element: element.page or 0), tuple(unread)


def _has_picture(document: PdfDocument, number: int) -> bool:
    page = document[number - 1]
    try:
        return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEPEST_FORM))
    finally:
        page.close()


def _scan(name: str) -> str:
    if ocr.is_installed():
        return Reason.SCAN_WITHOUT_TEXT.about(name=name)
    return Reason.SCAN.about(name=name, packages=ocr.PACKAGES)
