"""Knows the optional programs that readers use, and the Debian packages that hold them."""

from __future__ import annotations

import shutil

TESSERACT = "tesseract"
TESSERACT_PACKAGES = "tesseract-ocr tesseract-ocr-fra"
LIBREOFFICE = "soffice"
LIBREOFFICE_PACKAGES = "libreoffice-writer-nogui libreoffice-impress-nogui"
STARTED_PROGRAMS = (TESSERACT,)  # LibreOffice is loaded as a library
# For each program: the packages, as the failure of a document that needs it names them.
PACKAGES_BY_PROGRAM = {TESSERACT: TESSERACT_PACKAGES, LIBREOFFICE: LIBREOFFICE_PACKAGES}


def is_installed(program: str) -> bool:
    """Whether a program is installed."""
    return shutil.which(program) is not None


def find_installed_packages() -> frozenset[str]:
    """The packages whose programs are installed."""
    return frozenset(packages for program, packages in PACKAGES_BY_PROGRAM.items() if is_installed(program))
