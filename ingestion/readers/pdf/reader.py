"""Reads a PDF with pdfium: lines, outline and layout; a long one by page ranges."""

from __future__ import annotations

import ctypes
import mmap
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import pypdfium2
import pypdfium2.raw as pdfium

from ingestion.readers.elements import Element, ParsedDocument, choose_document_title, clean_declared_title
from ingestion.readers.images import ocr
from ingestion.readers.pdf.annotations import PageFindings
from ingestion.readers.pdf.headers_and_footers import remove_headers_and_footers
from ingestion.readers.pdf.headings import (
    PLAIN,
    DocumentStyle,
    OutlineEntry,
    find_largest_text,
    match_outline,
    measure_document_style,
)
from ingestion.readers.pdf.layout import HyphenJoiner, elements_from_lines, plain_elements
from ingestion.readers.pdf.line_repair import find_garbled_pages, join_broken_lines
from ingestion.readers.pdf.lines import MonospacedFonts, PdfLine, extract_lines
from ingestion.readers.pdf.optional_steps import OptionalSteps
from ingestion.readers.reading_options import READ_OPTIONS, TESSERACT_PACKAGES
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import Failure, UnreadableDocument, make_failure, make_unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pypdfium2 import PdfDocument

PdfPageRange = tuple[int, int]  # its first and its last page, which count from 1

_MIN_RANGE_PAGES, _USUAL_RANGE_PAGES, MAX_RANGE_PAGES = 48, 64, 96
_FIRST_RANGE_PAGES = 8, 16, 24  # the same of the first range: something is found soon
_MIN_LAST_RANGE_PAGES = 24
_SAMPLE_RUNS, _SAMPLE_RUN_PAGES = 12, 4
_HEADING_PAGES_BEFORE = (
    8  # pages before a range in which the headings over its start are looked for, where no outline tells
)


def plan_page_ranges(pages: int, outline: Sequence[OutlineEntry]) -> list[PdfPageRange]:
    """The page ranges, a short one first; each starts at the shallowest outline entry about a range's length away."""
    found: list[PdfPageRange] = []
    first = 1
    while pages - first + 1 > MAX_RANGE_PAGES:
        usual_lengths = _MIN_RANGE_PAGES, _USUAL_RANGE_PAGES, MAX_RANGE_PAGES
        least, usual, most = (first + length for length in (_FIRST_RANGE_PAGES if first == 1 else usual_lengths))
        latest = min(most, pages - _MIN_LAST_RANGE_PAGES + 1)
        starts = [entry for entry in outline if least <= entry.page <= latest]
        nearest = min(starts, key=lambda entry: (entry.level, abs(entry.page - usual)), default=None)
        start = nearest.page if nearest else usual
        found.append((first, start - 1))
        first = start
    return [*found, (first, pages)]


def choose_sample_pages(pages: int) -> list[int]:
    """A few evenly spread runs of pages, read before the ranges."""
    step = max((pages - _SAMPLE_RUN_PAGES) / (_SAMPLE_RUNS - 1), _SAMPLE_RUN_PAGES)
    starts = [1 + int(step * n) for n in range(_SAMPLE_RUNS)]
    return [page for start in starts for page in range(start, start + _SAMPLE_RUN_PAGES) if page <= pages]


def find_heading_pages(first: int, outline: Sequence[OutlineEntry]) -> list[int]:
    """The pages before a range with the headings over its start: by the outline, else the last few."""
    if not outline:
        return list(range(max(first - _HEADING_PAGES_BEFORE, 1), first))
    above: list[OutlineEntry] = []
    for entry in outline:
        if entry.page < first:
            above = [each for each in above if each.level < entry.level] + [entry]
    return sorted({entry.page for entry in above})


_FEW_CHARACTERS = 16  # a page with fewer is a picture, if it holds one
_MAX_FORM_DEPTH = 3
_MAX_PAGES = 20_000
_END_MARK, _END_WITHIN = b"%%EOF", 1024


@dataclass(frozen=True, slots=True)
class _DocumentSurvey:
    """What a range needs to know of the whole document; `style` is None if that is one range."""

    outline: tuple[OutlineEntry, ...]
    style: DocumentStyle | None = None
    fonts: MonospacedFonts | None = None
    title: str = ""
    steps: OptionalSteps = field(default_factory=OptionalSteps)


def list_pdf_ranges(path: Path) -> list[PdfPageRange]:
    """The page ranges (first, last) of a PDF; a short one has a single range."""
    with closing(_open_pdf(path)) as document:
        return plan_page_ranges(len(document), _cached_survey(document, path).outline)


def read_pdf_range(path: Path, first: int, last: int) -> ParsedDocument:
    """One page range of a PDF; the first range gives the title."""
    with closing(_open_pdf(path)) as document:
        return _read_open_range(document, path, first, last)


def read_pdf(path: Path) -> ParsedDocument:
    """A PDF with pages, headings, lists, code and paragraphs; scanned pages by tesseract if it is installed."""
    with closing(_open_pdf(path)) as document:
        outline = _cached_survey(document, path).outline
        parts = [_read_open_range(document, path, *each) for each in plan_page_ranges(len(document), outline)]
    return merge_pdf_ranges(path.name, parts)


def merge_pdf_ranges(name: str, parts: Sequence[ParsedDocument]) -> ParsedDocument:
    """Join the ranges of a document, given in order."""
    if len(parts) == 1:
        made = parts[0]
    else:
        elements = [element for part in parts for element in part.elements]
        unread = tuple(page for part in parts for page in part.unread)
        made = ParsedDocument(
            parts[0].title,
            parts[0].pages,
            elements,
            unread,
            parts=tuple(parts),
            hidden=sum(part.hidden for part in parts),
            doubtful=sum(part.doubtful for part in parts),
            plain_pages=sum(part.plain_pages for part in parts),
            faults=tuple(fault for part in parts for fault in part.faults),
        )
    if not made.elements and made.unread:
        raise UnreadableDocument(_scan_failure(name))
    return made


def _read_open_range(document: PdfDocument, path: Path, first: int, last: int) -> ParsedDocument:
    survey = _cached_survey(document, path)
    outline, look, pages = survey.outline, survey.style, range(first, last + 1)
    steps = survey.steps.limit_to_pages(pages)
    findings = PageFindings()
    lines = list(join_broken_lines(extract_lines(document, pages, MonospacedFonts(survey.fonts), findings)))
    garbled = find_garbled_pages(lines)
    lines = [line for line in lines if line.page not in garbled]
    blank = _blank_pages(pages, lines, findings.added)
    damaged = [number for number in blank if not _can_open_page(document, number)]
    if len(damaged) == len(pages):
        raise make_unreadable(FailureCode.DAMAGED_PAGES, name=path.name, first=first, last=last)
    drawn = [number for number in blank if number not in damaged]
    drawn = [number for number in drawn if number in garbled or _has_picture(document, number)]
    elements = elements_from_lines(lines, outline, steps, look)
    if not elements:  # each line looks like a header or footer: without others beside them, they are the text
        elements = plain_elements({line.text: line for line in lines if line.page not in drawn}.values())
    elements, unread = _add_scanned_pages(document, drawn, elements, steps)
    steps.note_failure("text", "GarbledText", garbled.intersection(unread))
    if READ_OPTIONS.comments:
        elements = sorted([*elements, *findings.notes], key=lambda element: element.page or 0)
    declared = clean_declared_title(_clean_pdf_text(partial(document.get_metadata_value, "Title")))
    largest = survey.title if look else _title(lines, steps)
    made = ParsedDocument(
        choose_document_title(path, elements, declared, largest),
        len(document),
        elements,
        tuple(sorted((*damaged, *unread))),
        hidden=findings.hidden.total(),
        plain_pages=steps.plain_pages,
        faults=steps.faults,
    )
    return (
        made
        if look is None
        else replace(made, above=_headings_above(document, first, survey), depth=_top_level_depth(outline))
    )


def _title(lines: list[PdfLine], steps: OptionalSteps) -> str:
    return steps.run_step("title", {line.page for line in lines}, "", partial(find_largest_text, lines))


def _cached_survey(document: PdfDocument, path: Path) -> _DocumentSurvey:
    stat = path.stat()
    key = (str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size)
    if key not in _survey_cache:
        _survey_cache.clear()
        _survey_cache[key] = _survey_document(document)
    return _survey_cache[key]


_survey_cache: dict[
    tuple[str, int, int, int], _DocumentSurvey
] = {}  # the last one: a child reads several ranges of a document


def _survey_document(document: PdfDocument) -> _DocumentSurvey:
    steps, pages = OptionalSteps(), range(1, len(document) + 1)
    outline: tuple[OutlineEntry, ...] = steps.run_step("outline", pages, (), partial(_read_outline, document))
    if len(document) <= MAX_RANGE_PAGES:
        return _DocumentSurvey(outline, steps=steps)
    fonts = MonospacedFonts()
    lines = list(join_broken_lines(extract_lines(document, choose_sample_pages(len(document)), fonts)))
    look = steps.run_step("look", pages, PLAIN, partial(_measure_look, lines, outline))
    return _DocumentSurvey(outline, look, fonts, _title(lines, steps), steps)


def _measure_look(lines: list[PdfLine], outline: Sequence[OutlineEntry]) -> DocumentStyle:
    """The look of a long document from some of its lines, and its words."""
    own = remove_headers_and_footers(lines)
    look = measure_document_style(own, match_outline(own, outline))
    return replace(look, known_words=HyphenJoiner(line.text for line in own).words)


def _headings_above(document: PdfDocument, first: int, survey: _DocumentSurvey) -> tuple[tuple[int, str], ...]:
    """The headings over the first line of page `first`, outermost first, with their levels."""
    above: list[tuple[int, str]] = []
    before = find_heading_pages(first, survey.outline)
    lines = list(join_broken_lines(extract_lines(document, before, MonospacedFonts(survey.fonts))))
    steps = OptionalSteps()  # not recorded: the pages' own range records failures
    for element in elements_from_lines(lines, survey.outline, steps, survey.style):
        if element.kind == "heading":
            above = [(level, title) for level, title in above if level < element.level]
            above.append((element.level, element.text))
    return tuple(above)


def _top_level_depth(outline: Sequence[OutlineEntry]) -> int:
    """The depth of top-level sections: 2 if a single heading is above all others, else 1."""
    top = min((entry.level for entry in outline), default=0)
    tops = sum(entry.level == top for entry in outline)
    return {0: 0, 1: 2}.get(tops, 1)


def _map_file(path: Path) -> ctypes.Array[ctypes.c_char]:
    """The content of a file as memory: pdfium's own opening by a path takes only names that stand in a folder."""
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    return (ctypes.c_char * len(content)).from_buffer(content)


def _open_pdf(path: Path) -> PdfDocument:
    try:
        document = pypdfium2.PdfDocument(_map_file(path))
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise make_unreadable(FailureCode.UNDER_PASSWORD, name=path.name) from error
        reason = FailureCode.DAMAGED_WHOLE_PDF if _has_end(path) else FailureCode.DAMAGED_PDF
        raise make_unreadable(reason, name=path.name) from error
    if (pages := len(document)) > _MAX_PAGES:
        document.close()
        raise make_unreadable(FailureCode.TOO_MANY_PAGES_SAID, name=path.name, pages=pages, most=_MAX_PAGES)
    return document


def _has_end(path: Path) -> bool:
    """Whether the file ends as a PDF does, so that no copy of it is still on its way."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - _END_WITHIN, 0))
        return _END_MARK in file.read()


def _read_outline(document: PdfDocument) -> tuple[OutlineEntry, ...]:
    """The outline entries that point to a page."""
    entries: list[OutlineEntry] = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        page = target.get_index() if target is not None else None
        if target is not None and page is not None:
            title = _clean_pdf_text(bookmark.get_title)
            entries.append(OutlineEntry(bookmark.level + 1, title, page + 1, _target_height(target.get_view())))
    return tuple(entries)


def _clean_pdf_text(ask: Callable[[], str]) -> str:
    """Text from pdfium, without half a character at a cut end."""
    try:
        return ask()
    except UnicodeDecodeError as error:
        return error.object.decode(error.encoding, "ignore")


def _target_height(view: tuple[int, list[float]]) -> float | None:
    """The height of a target on its page; only XYZ, FitH and FitBH give one."""
    kind, numbers = view
    at = {pdfium.PDFDEST_VIEW_XYZ: 1, pdfium.PDFDEST_VIEW_FITH: 0, pdfium.PDFDEST_VIEW_FITBH: 0}.get(kind)
    return numbers[at] if at is not None and at < len(numbers) else None


def _blank_pages(pages: range, lines: list[PdfLine], added: Counter[int]) -> list[int]:
    """The pages with almost no text, what was written over them aside."""
    characters = Counter({page: -many for page, many in added.items()})
    for line in lines:
        characters[line.page] += len(line.text)
    return [number for number in pages if characters[number] < _FEW_CHARACTERS]


def _can_open_page(document: PdfDocument, number: int) -> bool:
    try:
        document[number - 1].close()
    except pypdfium2.PdfiumError:
        return False
    return True


def _add_scanned_pages(
    document: PdfDocument, scanned: list[int], elements: list[Element], steps: OptionalSteps
) -> tuple[list[Element], tuple[int, ...]]:
    """Add the elements of scanned pages; return them with the pages that stay unread."""
    unread: list[int] = []
    nothing: list[Element] = []
    for number in scanned:
        read = partial(ocr.ocr_page, document, number)
        found = steps.run_step("scan", [number], nothing, read) if ocr.is_tesseract_installed() else nothing
        if not found:
            unread.append(number)
        elements = elements + found
    return sorted(elements, key=lambda element: element.page or 0), tuple(unread)


def _has_picture(document: PdfDocument, number: int) -> bool:
    page = document[number - 1]
    try:
        return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_MAX_FORM_DEPTH))
    finally:
        page.close()


def _scan_failure(name: str) -> Failure:
    if ocr.is_tesseract_installed():
        return make_failure(FailureCode.SCAN_WITHOUT_TEXT, name=name)
    return make_failure(FailureCode.SCAN, name=name, packages=TESSERACT_PACKAGES)
