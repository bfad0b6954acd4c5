"""Read one file: which reader for which format, and one sentence where there is none or it fails."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from ingestion.readers.file_types import SUPPORTED, checked_suffix
from ingestion.readers.visible_text import as_seen
from knowledge.core.failure_reasons import Reason
from knowledge.core.failures import BusyDocument, SouffleurError, UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ingestion.readers.elements import Reading

__all__ = ["SUPPORTED", "ranges", "read", "read_range", "whole"]

# Named, not imported: a process loads the parsers of the formats that it meets, and no others.
_READERS = {
    ".pdf": ("pdf", "read_pdf"),
    ".docx": ("office", "read_docx"),
    ".pptx": ("office", "read_pptx"),
    ".xlsx": ("sheets", "read_xlsx"),
    ".odt": ("odt", "read_odt"),
    ".rtf": ("rtf", "read_rtf"),
    ".epub": ("epub", "read_epub"),
    ".html": ("web", "read_html"),
    ".htm": ("web", "read_html"),
    ".md": ("web", "read_markdown"),
    ".markdown": ("web", "read_markdown"),
    ".rst": ("rst", "read_rst"),
    ".txt": ("flat", "read_text"),
    ".csv": ("flat", "read_table"),
    ".tsv": ("flat", "read_table"),
    ".json": ("data", "read_json"),
    ".xml": ("data", "read_xml"),
    ".eml": ("mail", "read_mail"),
    ".msg": ("mail", "read_msg"),
    ".png": ("pictures", "read_picture"),
    ".jpg": ("pictures", "read_picture"),
    ".jpeg": ("pictures", "read_picture"),
    ".tif": ("pictures", "read_picture"),
    ".tiff": ("pictures", "read_picture"),
}


def read(path: Path) -> Reading:
    """Read the file at `path`. Picklable, and made to run in a child process.

    Raises:
        UnreadableDocument: the file cannot be read until somebody does what the sentence says.
        BusyDocument: it vanished, or may not be opened now.
    """
    with _failing_in_a_sentence(path):
        reading = as_seen(_reader(checked_suffix(path))(path))
        _check_text(path.name, reading)
        return reading


def ranges(path: Path) -> list[tuple[int, int]]:
    """The ranges of pages, first and last, in which several processes may read the file at once.

    None for a format that is read whole. What each gives, put together by `whole`, is what `read` gives.

    Raises:
        UnreadableDocument, BusyDocument: as `read` does.
    """
    with _failing_in_a_sentence(path):
        if checked_suffix(path) != ".pdf":
            return []
        from ingestion.readers.pdf import reader as pdf

        return pdf.ranges(path)


def read_range(path: Path, first: int, last: int) -> Reading:
    """Read one of the `ranges` of a file; that of the first range tells the title and the number of pages.

    Raises:
        UnreadableDocument, BusyDocument: as `read` does, but for a range without any text: that is for `whole`.
    """
    with _failing_in_a_sentence(path):
        from ingestion.readers.pdf import reader as pdf

        return as_seen(pdf.read_range(path, first, last))


def whole(path: Path, parts: Sequence[Reading]) -> Reading:
    """The document of which these are the readings of its ranges, in order.

    Raises:
        UnreadableDocument: none of them holds any text.
    """
    from ingestion.readers.pdf import reader as pdf

    reading = pdf.whole(path.name, parts)
    _check_text(path.name, reading)
    return reading


@contextmanager
def _failing_in_a_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except (SouffleurError, MemoryError):
        raise
    except PermissionError as error:
        raise BusyDocument(Reason.FORBIDDEN.about(name=path.name)) from error
    except FileNotFoundError as error:
        raise BusyDocument(Reason.VANISHED.about(name=path.name)) from error
    except RecursionError as error:
        raise UnreadableDocument(Reason.TOO_DEEP.about(name=path.name)) from error
    except Exception as error:  # a parser meets hostile bytes: what it raises on them is not known beforehand
        raise UnreadableDocument(Reason.DAMAGED.about(name=path.name, error=type(error).__name__)) from error


def _check_text(name: str, reading: Reading) -> None:
    if any(element.text or element.rows for element in reading.elements):
        return
    if reading.hidden:
        raise UnreadableDocument(Reason.ONLY_HIDDEN_TEXT.about(name=name, places=reading.hidden))
    raise UnreadableDocument(Reason.NO_TEXT.about(name=name))


def _reader(suffix: str) -> Callable[[Path], Reading]:
    module, name = _READERS[suffix]
    reader: Callable[[Path], Reading] = getattr(import_module(f"ingestion.reading.{module}"), name)
    return reader
