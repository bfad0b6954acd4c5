"""Lists the files of the watched folder with their fingerprints, and what could not be seen; hashes contents.

`ScanCache` says how long an unchanged folder need not be compared with Qdrant again.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingestion.scan.rule_file_names import RULE_FILE, is_backup_name, is_near_rule_name
from knowledge.core.documents import Fingerprint
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import BusyDocument, VanishedDocument, make_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingestion.sync.reconciler import PassSummary

# Hidden files, Office's lock files, editors' swap files, unfinished downloads, what Windows leaves in folders.
_TEMPORARY_PREFIXES = (".", "~$")
_TEMPORARY_SUFFIXES = ("~", ".part", ".crdownload", ".swp", ".tmp", ".download", ".partial")
_TEMPORARY_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_INVALID_CATEGORIES = frozenset(
    {"Cc", "Cs", "Zl", "Zp"}
)  # control characters, bytes that are not UTF-8, line separators
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FolderScan:
    """What one scan saw: fingerprints by path relative to the root, with forward slashes.

    `unseen` has the reason for each path that could not be seen; if there is any, a missing file proves nothing.
    `badly_named` has the files whose names are not valid text: they were seen and are only reported.
    `rule_files` has whatever bears the name of a rule file, by the folder that it rules. `near_rule_files` has the
    name of a file that may be meant as one and is none, by its folder; an editor's copy beside a rule file is left out.
    """

    files: dict[str, Fingerprint]
    unseen: dict[str, str] = field(default_factory=dict)
    badly_named: dict[str, str] = field(default_factory=dict)
    rule_files: dict[str, Fingerprint] = field(default_factory=dict)
    near_rule_files: dict[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Say whether everything under the root was seen."""
        return not self.unseen


def scan_folder(root: Path) -> FolderScan:
    """List every file under `root`; follow no link."""
    files: dict[str, Fingerprint] = {}
    unseen: dict[str, str] = {}
    badly_named: dict[str, str] = {}
    rule_files: dict[str, Fingerprint] = {}
    near_rule_files: dict[str, str] = {}
    for path, entry in _iterate_entries(str(root), unseen):
        if is_near_rule_name(entry.name):
            folder = path[: -len(entry.name)].rstrip("/")
            if folder not in near_rule_files or is_backup_name(near_rule_files[folder]):
                near_rule_files[folder] = entry.name
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError as error:
            unseen[format_path(path)] = f"cannot be looked at ({error.strerror})"
            if entry.name == RULE_FILE:
                rule_files[_folder_of_rule_file(path)] = Fingerprint(
                    0, 0, 0, 0
                )  # an unreadable rule file closes its folder
            continue
        if entry.name == RULE_FILE:
            rule_files[_folder_of_rule_file(path)] = _fingerprint_from_stat(status)
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        if _is_valid_text(path):
            files[path] = _fingerprint_from_stat(status)
        else:
            badly_named[format_path(path)] = "has a name that is not valid text: rename it"
    near = {
        folder: name for folder, name in near_rule_files.items() if not (folder in rule_files and is_backup_name(name))
    }
    return FolderScan(files, unseen, badly_named, rule_files, near)


def compute_folder_checksum(root: Path) -> int | None:
    """Compute one number that changes when any file under `root` changes, hidden files included.

    None if something could not be seen. It takes a third of a scan's time and says whether a scan is needed.
    """
    total = 0
    folders = [str(root)]
    try:
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    status = os.lstat(entry.path)
                    total += hash((entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    except OSError:
        return None
    return total


def read_fingerprint(path: Path) -> Fingerprint:
    """Read the fingerprint of one file.

    Raises:
        VanishedDocument: the file is not there any more.
        BusyDocument: the file cannot be looked at.
    """
    try:
        return _fingerprint_from_stat(path.stat(follow_symlinks=False))
    except FileNotFoundError as error:
        raise VanishedDocument(make_failure(FailureCode.GONE, name=path.name)) from error
    except OSError as error:
        raise BusyDocument(make_failure(FailureCode.UNSEEN, name=path.name, error=error.strerror)) from error


def compute_content_hash(path: Path) -> str:
    """Compute the SHA-256 of a file's content, in hexadecimal.

    Raises:
        VanishedDocument: the file is not there any more.
        BusyDocument: the file may not be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError as error:
        raise VanishedDocument(make_failure(FailureCode.GONE, name=path.name)) from error
    except PermissionError as error:
        raise BusyDocument(make_failure(FailureCode.FORBIDDEN, name=path.name)) from error
    except OSError as error:
        raise BusyDocument(make_failure(FailureCode.UNOPENED, name=path.name, error=error.strerror)) from error
    return digest.hexdigest()


def _iterate_entries(root: str, unseen: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield every entry except folders, in the order of names; no recursion, for folders may nest by the thousand."""
    levels = [_list_entries(root, "", unseen)]
    while levels:
        for path, entry in levels[-1]:
            if not _is_rule_name(entry.name) and _is_folder(entry):
                levels.append(_list_entries(entry.path, path + "/", unseen))
                break
            yield path, entry
        else:
            levels.pop()


def _list_entries(folder: str, prefix: str, unseen: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        unseen[format_path(prefix) or "."] = f"cannot be listed ({error.strerror})"
        return iter(())
    kept = (entry for entry in listed if _is_rule_name(entry.name) or not _is_temporary_name(entry.name))
    return ((prefix + entry.name, entry) for entry in kept)


def _is_rule_name(name: str) -> bool:
    """Say whether an entry rules its folder, or may be meant to: nothing in such a folder is a document."""
    return name == RULE_FILE or is_near_rule_name(name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Say whether an entry is a folder; one that cannot be looked at is taken for a file, and told as unseen."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _folder_of_rule_file(path: str) -> str:
    """Return the folder that a rule file rules; "" is the root."""
    return path[: -len(RULE_FILE)].rstrip("/")


def _is_temporary_name(name: str) -> bool:
    lower = name.lower()
    return name.startswith(_TEMPORARY_PREFIXES) or lower.endswith(_TEMPORARY_SUFFIXES) or lower in _TEMPORARY_NAMES


def _fingerprint_from_stat(status: os.stat_result) -> Fingerprint:
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_valid_text(path: str) -> bool:
    return not any(unicodedata.category(char) in _INVALID_CATEGORIES for char in path)


def format_path(path: str) -> str:
    """Return the path as it may be shown: escaped if it is not valid text."""
    return path if _is_valid_text(path) else ascii(path)


class ScanCache:
    """Keeps the result of the last pass for `seconds` after a comparison with Qdrant; a failed pass empties it."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._expires_at = 0.0
        self._last_pass_succeeded = False
        self._last_settled_pass: tuple[int, PassSummary] | None = None

    def get_unchanged_summary(self, checksum: int | None) -> PassSummary | None:
        """Return the summary of a pass over an unchanged folder; None if a pass must run."""
        if not self._is_valid() or self._last_settled_pass is None or self._last_settled_pass[0] != checksum:
            return None
        last = self._last_settled_pass[1]
        unchanged = last.unchanged + last.indexed + last.moved
        return replace(last, unchanged=unchanged, indexed=0, moved=0, deleted=0)

    def begin_pass(self) -> bool:
        """Start a pass; say whether it may use the ledger in memory in place of a full comparison."""
        valid = self._is_valid()
        if not valid:
            self._expires_at = self._clock() + self._seconds
        self._last_pass_succeeded, self._last_settled_pass = False, None
        return valid

    def end_pass(self, checksum: int | None, summary: PassSummary, *, is_settled: bool) -> None:
        """Note that a pass succeeded; `is_settled`: it left nothing to do."""
        self._last_pass_succeeded = True
        self._last_settled_pass = (checksum, summary) if is_settled and checksum is not None else None

    def _is_valid(self) -> bool:
        return self._last_pass_succeeded and self._clock() < self._expires_at
