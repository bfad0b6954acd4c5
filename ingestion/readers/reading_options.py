"""Says what the readers of this process read besides the text, and what they may use: programs, memory."""

from __future__ import annotations

import resource
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.readers.formats import FORMATS
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

# Office files and PDFs, and what may hold some.
_READERS_OF_COMMENTS = ("office.", "old_office.", "opendocument.", "pdf.", "text.rtf", "containers.")
_SUFFIXES_WITH_COMMENTS = tuple(s for s, one in FORMATS.items() if one.reader[0].startswith(_READERS_OF_COMMENTS))
_NO_COMMENTS = " without comments"
TESSERACT = "tesseract"
TESSERACT_PACKAGES = "tesseract-ocr tesseract-ocr-fra"
LIBREOFFICE = "soffice"
LIBREOFFICE_PACKAGES = "libreoffice-writer-nogui libreoffice-impress-nogui"
STARTED_PROGRAMS = (TESSERACT,)  # LibreOffice is loaded as a library
# For each program: the packages, as the failure of a document that needs it names them.
PACKAGES_BY_PROGRAM = {TESSERACT: TESSERACT_PACKAGES, LIBREOFFICE: LIBREOFFICE_PACKAGES}
TEXT_SHARE = 64  # what a reader answers may have this part of the memory that reading may take
PROSE_PERCENT, TABLE_PERCENT = 115, 150  # of the file: what the answer has; a table repeats its header
_MB = 1 << 20


@dataclass(slots=True, unsafe_hash=True)
class ReadOptions:
    """Whether the `comments` beside a text are read with it, and READ_MEMORY_MB (the system may grant less)."""

    comments: bool = True
    memory_mb: int = field(default=4096, compare=False)

    def name_pipeline(self, version: str, path: str) -> str:
        """The name of what reads the file at `path`: another option makes another name, and has the file read again."""
        has_none = not self.comments and path.lower().endswith(_SUFFIXES_WITH_COMMENTS)
        return version + _NO_COMMENTS if has_none else version


READ_OPTIONS = ReadOptions()


def is_installed(program: str) -> bool:
    """Whether a program is installed."""
    return shutil.which(program) is not None


def find_installed_packages() -> frozenset[str]:
    """The packages whose programs are installed."""
    return frozenset(packages for program, packages in PACKAGES_BY_PROGRAM.items() if is_installed(program))


def reject_long_text(path: Path, percent: int = PROSE_PERCENT) -> None:
    """Refuse the file at `path` if its text, `percent` of the file in an answer, is too long for an answer."""
    memory, _ = resource.getrlimit(resource.RLIMIT_AS)
    size = path.stat().st_size
    if memory == resource.RLIM_INFINITY or size * percent <= memory // TEXT_SHARE * 100:
        return
    most = memory // TEXT_SHARE * 100 // percent // _MB
    needed = -(-size * percent * TEXT_SHARE // (100 * _MB))
    raise make_unreadable(FailureCode.TOO_MUCH_TEXT, name=path.name, mb=size // _MB, most=most, needed=needed)
