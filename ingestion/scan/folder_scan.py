"""A look at the watched folder: what is there, and what could not be seen. Reads no content, decides nothing."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.core.documents import Fingerprint
from knowledge.core.failure_reasons import FailureReason
from knowledge.core.failures import BusyDocument, VanishedDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Hidden files, Office's lock files, editors' swap files, unfinished downloads, what Windows leaves in folders.
_TEMPORARY_PREFIXES = (".", "~$")
_TEMPORARY_SUFFIXES = ("~", ".part", ".crdownload", ".swp", ".tmp", ".download", ".partial")
_TEMPORARY_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_INVALID_CATEGORIES = frozenset(
    {"Cc", "Cs", "Zl", "Zp"}
)  # control characters, bytes that are not UTF-8, line separators
_CHUNK_BYTES = 1 << 20
RULE_FILE = ".souffleur.toml"


@dataclass(frozen=True, slots=True)
class FolderScan:
    """One look: files by path relative to the root (forward slashes), and what could not be seen, with why.

    Where anything could not be seen, nothing may be concluded from what is missing. A file whose name is no text
    was seen all the same: it is only reported, in `unnamed`. `rules` has the rule files, by the folder that they rule;
    whatever stands under their name is one.
    """

    files: dict[str, Fingerprint]
    unseen: dict[str, str] = field(default_factory=dict)
    badly_named: dict[str, str] = field(default_factory=dict)
    rule_files: dict[str, Fingerprint] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether everything under the root was seen."""
        return not self.unseen


def scan_folder(root: Path) -> FolderScan:
    """Look at every file under `root`, without following links."""
    files: dict[str, Fingerprint] = {}
    unseen: dict[str, str] = {}
    unnamed: dict[str, str] = {}
    rules: dict[str, Fingerprint] = {}
    for path, entry in _iterate_entries(str(root), unseen):
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            continue
        except OSError as error:
            unseen[shown(path)] = f"cannot be looked at ({error.strerror})"
            if entry.name == RULE_FILE:
                rules[_folder_of_rule_file(path)] = Fingerprint(0, 0, 0, 0)  # it rules all the same
            continue
        if entry.name == RULE_FILE:
            rules[_folder_of_rule_file(path)] = _fingerprint_from_stat(status)
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        if _is_valid_text(path):
            files[path] = _fingerprint_from_stat(status)
        else:
            unnamed[shown(path)] = "has a name that is not valid text: rename it"
    return FolderScan(files, unseen, unnamed, rules)


def compute_folder_checksum(root: Path) -> int | None:
    """One number for everything that `look` would see, hidden files too: it changes when anything does.

    None where something could not be seen. Three times as fast as a look: it tells whether one is needed.
    """
    total = 0
    folders = [str(root)]
    try:
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    at = os.lstat(entry.path)
                    total += hash((entry.path, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino))
    except OSError:
        return None
    return total


def read_fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of one file.

    Raises:
        VanishedDocument: it is not there any more.
        BusyDocument: it cannot be looked at.
    """
    try:
        return _fingerprint_from_stat(path.stat(follow_symlinks=False))
    except FileNotFoundError as error:
        raise VanishedDocument(FailureReason.GONE.to_sentence(name=path.name)) from error
    except OSError as error:
        raise BusyDocument(FailureReason.UNSEEN.to_sentence(name=path.name, error=error.strerror)) from error


def compute_content_hash(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal.

    Raises:
        VanishedDocument: it is not there any more.
        BusyDocument: it may not be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
    except FileNotFoundError as error:
        raise VanishedDocument(FailureReason.GONE.to_sentence(name=path.name)) from error
    except PermissionError as error:
        raise BusyDocument(FailureReason.FORBIDDEN.to_sentence(name=path.name)) from error
    except OSError as error:
        raise BusyDocument(FailureReason.UNOPENED.to_sentence(name=path.name, error=error.strerror)) from error
    return digest.hexdigest()


def _iterate_entries(root: str, unseen: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every entry that is no folder, in the order of names. Without recursion: folders may nest by the thousand."""
    levels = [_list_entries(root, "", unseen)]
    while levels:
        for path, entry in levels[-1]:
            if entry.name != RULE_FILE and entry.is_dir(follow_symlinks=False):
                levels.append(_list_entries(entry.path, path + "/", unseen))
                break
            yield path, entry
        else:
            levels.pop()


def _list_entries(folder: str, prefix: str, unseen: dict[str, str]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        unseen[shown(prefix) or "."] = f"cannot be listed ({error.strerror})"
        return iter(())
    lasting = (entry for entry in inside if entry.name == RULE_FILE or not _is_temporary_name(entry.name))
    return ((prefix + entry.name, entry) for entry in lasting)


def _folder_of_rule_file(path: str) -> str:
    """The folder that a rule file rules; "" is the root."""
    return path[: -len(RULE_FILE)].rstrip("/")


def _is_temporary_name(name: str) -> bool:
    lower = name.lower()
    return name.startswith(_TEMPORARY_PREFIXES) or lower.endswith(_TEMPORARY_SUFFIXES) or lower in _TEMPORARY_NAMES


def _fingerprint_from_stat(status: os.stat_result) -> Fingerprint:
    return Fingerprint(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_valid_text(path: str) -> bool:
    return not any(unicodedata.category(char) in _INVALID_CATEGORIES for char in path)


def shown(path: str) -> str:
    """The path as it may be written down: in escapes, where it is no text."""
    return path if _is_valid_text(path) else ascii(path)
