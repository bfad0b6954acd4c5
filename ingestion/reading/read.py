"""Read one file: which reader for which format, and one sentence where there is none or it fails."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ingestion.reading.content import SUPPORTED, checked_suffix
from knowledge.errors import BusyDocument, SouffleurError, UnreadableDocument

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ingestion.reading.elements import Reading

__all__ = ["SUPPORTED", "read"]

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
    try:
        suffix = checked_suffix(path)
        reading = _reader(suffix)(path)
    except (SouffleurError, MemoryError):
        raise
    except PermissionError as error:
        raise BusyDocument(f"{path.name} may not be read: give the worker's user the right to read it.") from error
    except FileNotFoundError as error:
        raise BusyDocument(f"{path.name} vanished before it was read.") from error
    except RecursionError as error:
        raise UnreadableDocument(
            f"{path.name} is nested too deeply to be read: drop a flatter copy, or its text."
        ) from error
    except Exception as error:  # a parser meets hostile bytes: what it raises on them is not known beforehand
        raise UnreadableDocument(
            f"{path.name} is damaged ({type(error).__name__} while reading it): "
            "open it, save it again, and drop the new copy."
        ) from error
    if not any(element.text or element.rows for element in reading.elements):
        raise UnreadableDocument(f"{path.name} holds no text: drop a copy that does.")
    return reading


def _reader(suffix: str) -> Callable[[Path], Reading]:
    module, name = _READERS[suffix]
    reader: Callable[[Path], Reading] = getattr(import_module(f"ingestion.reading.{module}"), name)
    return reader
