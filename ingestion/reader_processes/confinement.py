"""Takes from a reader's process all that reading one document does not need, layer by layer, as far as the kernel can.

Each layer stands for itself: where one is missing the others hold, and `python -m ingestion check` says which do.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from ingestion.reader_processes.landlock_and_seccomp import (
    EXECUTE,
    READ_AND_WRITE,
    READ_FILE,
    READ_FOLDER,
    WRITE_FILE,
    build_ruleset,
    drop_capabilities,
    forbid_new_privileges,
    leave_network,
    refuse_system_calls,
    restrict_to_files,
)
from ingestion.readers.old_office.libreoffice import find_libreoffice
from ingestion.readers.reading_options import STARTED_PROGRAMS
from knowledge.runtime.privacy import forbid_inspection

Layer = Literal["privacy", "privileges", "network", "files", "system_calls"]
LAYERS: tuple[Layer, ...] = ("privacy", "privileges", "network", "files", "system_calls")
_MAX_OPEN_FILES = 256
_OOM_SCORE = "1000"  # when memory runs out, the kernel kills the child and not its parent
_READ = READ_FILE | READ_FOLDER
# Shared libraries, time zones, tesseract's languages, and what libraries ask of the machine. None holds a secret.
_SYSTEM_PATHS = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/usr/share/zoneinfo",
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/sys/devices/system/cpu",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
)
# What LibreOffice asks besides, in the readers of formats that it converts.
_LIBREOFFICE_PATHS = (
    "/etc/fonts",
    "/etc/libreoffice",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/share/liblangtag",
    "/usr/share/libreoffice",
    "/var/cache/fontconfig",
    "/var/lib/libreoffice",
    "/var/spool/libreoffice",
)
_LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1")


def limit_resources(memory_mb: int) -> None:
    """Limit memory and descriptors, leave no core dump, and be the first to go when the machine's memory runs out."""
    _lower_limit(resource.RLIMIT_AS, memory_mb << 20)
    _lower_limit(resource.RLIMIT_CORE, 0)
    _lower_limit(resource.RLIMIT_NOFILE, _MAX_OPEN_FILES)
    with contextlib.suppress(OSError):  # a kernel other than Linux has no such file
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")


def confine_server() -> list[Layer]:
    """Take from a server of readers, for good, what it does not need to make them; return the layers that hold."""
    steps: dict[Layer, Callable[[], None]] = {
        "network": leave_network,
        "privacy": forbid_inspection,
        "privileges": _give_up_privileges,
    }
    with contextlib.suppress(OSError):  # where it cannot be done, each reader tells that this layer is missing
        build_file_rules()
    return _take_steps(steps)


def confine_reader(folder: Path | None = None) -> list[Layer]:
    """Take from a reader its files, and signals to others, for good; return what holds.

    A reader whose format needs it gets an empty `folder` of its own, the only one that it may write to.
    """
    steps: dict[Layer, Callable[[], None]] = {
        "files": lambda: restrict_to_files(_build_rules_with(folder) if folder else build_file_rules()),
        "system_calls": refuse_system_calls,
    }
    holding = _take_steps(steps)
    if folder:
        tempfile.tempdir = str(folder)
    elif "files" in holding:
        tempfile.tempdir = "/"  # libraries ask where it is as they load; nothing can be written there
    return holding


@cache
def build_file_rules() -> int:
    """Build, once for a server and all its readers, the rules for files; raises as `build_ruleset` does."""
    return build_ruleset(_list_allowed_paths())


def _build_rules_with(folder: Path) -> int:
    """The rules of a reader that LibreOffice converts for: its programs, to read, and a folder to write to."""
    program = find_libreoffice()
    read = [*(Path(name) for name in _LIBREOFFICE_PATHS), *([program.parent] if program else [])]
    return build_ruleset([*_list_allowed_paths(), *((path, _READ) for path in read), (folder, READ_AND_WRITE)])


def _take_steps(steps: Mapping[Layer, Callable[[], None]]) -> list[Layer]:
    return [layer for layer, step in steps.items() if _try_step(step)]


def _try_step(step: Callable[[], None]) -> bool:
    try:
        step()
    except OSError:
        return False
    return True


def _give_up_privileges() -> None:
    forbid_new_privileges()
    drop_capabilities()


def _lower_limit(which: int, value: int) -> None:
    _, most = resource.getrlimit(which)
    limit = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(which, (limit, limit))


def _list_allowed_paths() -> Iterator[tuple[Path, int]]:
    """What a reader needs besides its document: the programs themselves, to read; tesseract, to run."""
    code = Path(__file__).parents[1]
    libraries = [path for path in sys.path if Path(path) != code.parent]  # that one may hold .env and documents
    for path in (code, code.parent / "knowledge", Path(sys.base_prefix) / "lib"):
        yield path, _READ
    for name in (*_SYSTEM_PATHS, *libraries):
        yield Path(name), _READ
    if tessdata := os.environ.get("TESSDATA_PREFIX"):
        yield Path(tessdata), _READ
    yield Path("/dev/null"), READ_FILE | WRITE_FILE
    if programs := list(filter(None, map(shutil.which, STARTED_PROGRAMS))):
        for program in (*programs, *_LOADERS):
            yield Path(program), READ_FILE | EXECUTE
