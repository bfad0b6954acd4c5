"""Read one file: which reader for which format, and one sentence where there is none or it fails."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from ingestion.readers.file_types import SUPPORTED_SUFFIXES, check_file_suffix
from ingestion.readers.visible_text import remove_invisible_text
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ingestion.readers.elements import ParsedDocument

__all__ = ["SUPPORTED_SUFFIXES", "list_page_ranges", "merge_page_ranges", "read_document_file", "read_page_range"]

# Named, not imported: a process loads the parsers of the formats that it meets, and no others.
_READERS = {
    ".pdf": ("pdf.reader", "read_pdf"),
    ".docx": ("office.word_and_powerpoint", "read_docx"),
    ".pptx": ("office.word_and_powerpoint", "read_pptx"),
    ".xlsx": ("office.excel", "read_xlsx"),
    ".odt": ("opendocument.odt", "read_odt"),
    ".rtf": ("text.rtf", "read_rtf"),
    ".epub": ("markup.epub", "read_epub"),
    ".html": ("markup.html", "read_html"),
    ".htm": ("markup.html", "read_html"),
    ".md": ("markup.html", "read_markdown"),
    ".markdown": ("markup.html", "read_markdown"),
    ".rst": ("markup.rst", "read_rst"),
    ".txt": ("text.text_files", "read_plain_text"),
    ".csv": ("text.text_files", "read_csv"),
    ".tsv": ("text.text_files", "read_csv"),
    ".json": ("text.json_and_xml", "read_json"),
    ".xml": ("text.json_and_xml", "read_xml"),
    ".eml": ("mail", "read_eml"),
    ".msg": ("mail", "read_msg"),
    ".png": ("images.image_files", "read_image"),
    ".jpg": ("images.image_files", "read_image"),
    ".jpeg": ("images.image_files", "read_image"),
    ".tif": ("images.image_files", "read_image"),
    ".tiff": ("images.image_files", "read_image"),
}


def read_document_file(path: Path) -> ParsedDocument:
    """Read the file at `path`. Picklable, and made to run in a child process.

    Raises:
        UnreadableDocument: the file cannot be read until somebody does what the sentence says.
        BusyDocument: it vanished, or may not be opened now.
    """
    with _translate_reader_errors(path):
        reading = remove_invisible_text(_load_reader(check_file_suffix(path))(path))
        _require_text(path.name, reading)
        return reading


def list_page_ranges(path: Path) -> list[tuple[int, int]]:
    """The ranges of pages, first and last, in which several processes may read the file at once.

    None for a format that is read whole. What each gives, put together by `whole`, is what `read` gives.

    Raises:
        UnreadableDocument, BusyDocument: as `read` does.
    """
    with _translate_reader_errors(path):
        if check_file_suffix(path) != ".pdf":
            return []
        from ingestion.readers.pdf import reader as pdf

        return pdf.list_pdf_ranges(path)


def read_page_range(path: Path, first: int, last: int) -> ParsedDocument:
    """Read one of the `ranges` of a file; that of the first range tells the title and the number of pages.

    Raises:
        UnreadableDocument, BusyDocument: as `read` does, but for a range without any text: that is for `whole`.
    """
    with _translate_reader_errors(path):
        from ingestion.readers.pdf import reader as pdf

        return remove_invisible_text(pdf.read_pdf_range(path, first, last))


def merge_page_ranges(path: Path, parts: Sequence[ParsedDocument]) -> ParsedDocument:
    """The document of which these are the readings of its ranges, in order.

    Raises:
        UnreadableDocument: none of them holds any text.
    """
    from ingestion.readers.pdf import reader as pdf

    reading = pdf.merge_pdf_ranges(path.name, parts)
    _require_text(path.name, reading)
    return reading


@contextmanager
def _translate_reader_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (SouffleurError, MemoryError):
        raise
    except PermissionError as error:
        raise BusyDocument(make_failure(FailureCode.FORBIDDEN, name=path.name)) from error
    except FileNotFoundError as error:
        raise BusyDocument(make_failure(FailureCode.VANISHED, name=path.name)) from error
    except RecursionError as error:
        raise UnreadableDocument(make_failure(FailureCode.TOO_DEEP, name=path.name)) from error
    except Exception as error:  # a parser meets hostile bytes: what it raises on them is not known beforehand
        raise UnreadableDocument(
            make_failure(FailureCode.DAMAGED, name=path.name, error=type(error).__name__)
        ) from error


def _require_text(name: str, reading: ParsedDocument) -> None:
    if any(element.text or element.rows for element in reading.elements):
        return
    if reading.hidden:
        raise UnreadableDocument(make_failure(FailureCode.ONLY_HIDDEN_TEXT, name=name, places=reading.hidden))
    raise UnreadableDocument(make_failure(FailureCode.NO_TEXT, name=name))


def _load_reader(suffix: str) -> Callable[[Path], ParsedDocument]:
    module, name = _READERS[suffix]
    reader: Callable[[Path], ParsedDocument] = getattr(import_module(f"ingestion.readers.{module}"), name)
    return reader
