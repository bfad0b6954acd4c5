"""Has LibreOffice save a document in a newer format, in a process of its own that can write to one empty folder only.

The process is a fork of the reader and has its limits: no network, no other file. It calls LibreOffice's library
(LibreOfficeKit), which runs no macro and needs no socket, as its command does.
"""

from __future__ import annotations

import ctypes
import os
import resource
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

from ingestion.readers.reading_options import LIBREOFFICE, LIBREOFFICE_PACKAGES
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_unreadable

_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")
_MAX_FILE_BYTES = 1 << 30
# The places of functions in LibreOfficeKit's tables, which start with their own size and `destroy`.
_LOAD, _SAVE_AS = 2, 2


def find_libreoffice() -> Path | None:
    """The folder of LibreOffice's programs; None where it is not installed, or without its library."""
    command = shutil.which(LIBREOFFICE)
    folder = Path(command).resolve().parent if command else None
    return folder if folder and any((folder / name).exists() for name in _LIBRARIES) else None


def convert_document(path: Path, suffix: str) -> bytes:
    """The document in the format of `suffix`."""
    program = find_libreoffice()
    if program is None:
        raise make_unreadable(
            FailureCode.NEEDS_LIBREOFFICE, name=path.name, packages=LIBREOFFICE_PACKAGES, better=suffix
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, target = folder / f"source{path.suffix.lower()}", folder / f"target{suffix}"
        shutil.copyfile(path, source)
        converter = os.fork()
        if converter == 0:
            _convert_and_exit(program, folder, source, target)
        _, status = os.waitpid(converter, 0)
        if status or not target.exists():
            raise make_unreadable(FailureCode.DAMAGED, name=path.name, error="LibreOffice")
        return target.read_bytes()


def _convert_and_exit(program: Path, folder: Path, source: Path, target: Path) -> NoReturn:
    """Convert in this process, which ends here whatever happens."""
    status = 1
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES, _MAX_FILE_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)  # it says there what it misses: fonts, a registry of languages
        os.environ |= {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"}
        status = 0 if _save_as(program, folder / "profile", source, target) else 1
    finally:
        os._exit(status)


def _save_as(program: Path, profile: Path, source: Path, target: Path) -> bool:
    name = next(each for each in _LIBRARIES if (program / each).exists())
    start = ctypes.CDLL(str(program / name), mode=ctypes.RTLD_GLOBAL).libreofficekit_hook_2
    start.restype = ctypes.c_void_p
    start.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
    office = start(str(program).encode(), profile.as_uri().encode())
    if not office:
        return False
    load = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(_function(office, _LOAD))
    document = load(office, source.as_uri().encode())
    if not document:
        return False
    save = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    save_as = save(_function(document, _SAVE_AS))
    return bool(save_as(document, target.as_uri().encode(), target.suffix[1:].encode(), None))


def _function(made: int, place: int) -> int:
    """The address of a function in the table that an object of LibreOfficeKit begins with."""
    table = ctypes.cast(made, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p))).contents
    return int(table[place] or 0)
