"""Lists the files of the watched folder with their fingerprints, and what could not be seen."""

from __future__ import annotations

import re
import stat
import struct
import time
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.scan.document_file import fingerprint_from_stat
from ingestion.scan.folder_walk import FolderWalk
from ingestion.scan.git_ignores import CHECKOUT_MARK, IGNORE_FILE, GitIgnores
from ingestion.scan.rule_file_names import RULE_FILE, is_backup_name, is_near_rule_name
from ingestion.scan.safe_open import FolderTree
from knowledge.core.documents import Fingerprint

if TYPE_CHECKING:
    import os

    from ingestion.sync.progress import PassSummary

# Hidden files, Office's lock files, editors' swap files, unfinished downloads, what Windows leaves in folders.
_TEMPORARY_PREFIXES = (".", "~$")
_TEMPORARY_SUFFIXES = ("~", ".part", ".crdownload", ".swp", ".tmp", ".download", ".partial")
_TEMPORARY_NAMES = frozenset({"thumbs.db", "desktop.ini"})
# How sync programs name the losing side of two edits: Syncthing, Nextcloud and Dropbox, ownCloud, rclone.
_CONFLICT_COPY = re.compile(
    r"\.sync-conflict-\d{8}-\d{6}"
    r"|\((?:[^()]{1,80} )?conflicted copy \d{4}-\d{2}-\d{2}"
    r"|_conflict-\d{8}-\d{6}"
    r"|\.conflict\d{0,3}$",
    re.IGNORECASE,
)
_CONFLICT_REMEDY = "is a conflict copy of a sync program: merge it into the file that it is a copy of, then delete it"
# Folders of systems and programs: wastebaskets, what a disk check found, snapshots, packages of code, caches.
_SYSTEM_FOLDERS = frozenset(
    (
        *("$recycle.bin", "recycler", "#recycle", "system volume information", "lost+found", "~snapshot", "#snapshot"),
        *("@eadir", "node_modules", "bower_components", "__pycache__", "__macosx", "site-packages"),
    )
)
_INVALID_CATEGORIES = frozenset(
    {"Cc", "Cs", "Zl", "Zp"}
)  # control characters, bytes that are not UTF-8, line separators
FINGERPRINT = struct.Struct("<qqqQ")  # size, times of change of content and of state, inode
_CHANGE_TIME = struct.Struct("<16xq")


@dataclass(frozen=True, slots=True)
class FolderScan:
    """What one scan saw: fingerprints by path relative to the root, with forward slashes.

    `unseen` has the reason for each path that could not be seen; if there is any, a missing file proves nothing.
    `badly_named` has the files whose names are not valid text, and conflict copies: they are seen and only reported.
    `rule_files` has whatever bears the name of a rule file, by the folder that it rules. `near_rule_files` has the name
    of a file that may be meant as one and is none, by its folder; an editor's copy beside a rule file is left out.
    `ignored` has the files that the `.gitignore` of a Git checkout leaves out. `tree` opens what was seen.
    """

    files: PackedFingerprints
    unseen: dict[str, str] = field(default_factory=dict)
    badly_named: dict[str, str] = field(default_factory=dict)
    rule_files: dict[str, Fingerprint] = field(default_factory=dict)
    near_rule_files: dict[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    tree: FolderTree = field(default=FolderTree(Path(), {}), compare=False)

    @property
    def is_complete(self) -> bool:
        """Say whether everything under the root was seen."""
        return not self.unseen

    def leave_out(self, paths: frozenset[str]) -> FolderScan:
        """Return the scan without these files."""
        if not paths:
            return self  # a million files are not copied for nothing
        return replace(self, files=self.files.leave_out(paths))


def scan_folder(root: Path) -> FolderScan:
    """List every file under `root`; follow no link, not even one that takes a folder's place meanwhile."""
    seen = FolderScan(PackedFingerprints(), tree=FolderTree(root, {}))

    def note_unseen(path: str, error: OSError, verb: str) -> None:
        shown = format_path(path) + "/" if path and verb == "listed" else format_path(path)
        folder, _, name = path.rpartition("/")
        if is_near_rule_name(name):
            _note_near_rule_file(seen, folder, name)
            return
        seen.unseen[shown or "."] = f"cannot be {verb} ({error.strerror})"
        if name == RULE_FILE:
            seen.rule_files[folder] = Fingerprint(0, 0, 0, 0)  # an unreadable rule file closes its folder

    git = _GitEntries()
    for path, status in FolderWalk(root, note_unseen, _is_kept_name, _is_leaf).iterate_entries():
        if not git.note_entry(path):
            _note_entry(seen, path, status)
    ignores = GitIgnores(seen.tree, git.checkouts, git.ignore_files)
    for path, error in ignores.unread.items():
        note_unseen(path, error, "opened")
    ignored = frozenset(filter(ignores.is_ignored, seen.files))
    near = {
        folder: name
        for folder, name in seen.near_rule_files.items()
        if not (folder in seen.rule_files and is_backup_name(name))
    }
    return replace(seen, near_rule_files=near, ignored=ignored).leave_out(ignored)


@dataclass(frozen=True, slots=True)
class _GitEntries:
    """The folders that hold a `.git`, and those that hold a `.gitignore`."""

    checkouts: list[str] = field(default_factory=list)
    ignore_files: list[str] = field(default_factory=list)

    def note_entry(self, path: str) -> bool:
        """Note an entry of Git's; say whether it is one."""
        folder, _, name = path.rpartition("/")
        if name not in (CHECKOUT_MARK, IGNORE_FILE):
            return False
        (self.checkouts if name == CHECKOUT_MARK else self.ignore_files).append(folder)
        return True


def _note_entry(seen: FolderScan, path: str, status: os.stat_result) -> None:
    folder, _, name = path.rpartition("/")
    if is_near_rule_name(name):
        _note_near_rule_file(seen, folder, name)
    elif name == RULE_FILE:
        seen.rule_files[folder] = fingerprint_from_stat(status)
    elif stat.S_ISDIR(status.st_mode):
        seen.tree.identities[path] = status.st_dev, status.st_ino
    elif not stat.S_ISREG(status.st_mode):
        return
    elif _CONFLICT_COPY.search(name):
        seen.badly_named[format_path(path)] = _CONFLICT_REMEDY
    elif _is_valid_text(path):
        seen.files.add_file(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    else:
        seen.badly_named[format_path(path)] = "has a name that is not valid text: rename it"


def _note_near_rule_file(seen: FolderScan, folder: str, name: str) -> None:
    known = seen.near_rule_files.get(folder)
    if known is None or is_backup_name(known):
        seen.near_rule_files[folder] = name


def compute_folder_checksum(root: Path) -> int | None:
    """Compute one number that changes when any file under `root` does; None if something could not be seen."""
    errors: list[str] = []
    total = 0
    for path, status in FolderWalk(root, lambda path, *_: errors.append(path)).iterate_entries():
        total += hash((path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    return None if errors else total


def is_left_out(path: str) -> bool:
    """Say whether no file at this path is read, for its own name or that of one of its folders."""
    return not all(map(_is_kept_name, path.split("/")))


def _is_kept_name(name: str) -> bool:
    return name in (CHECKOUT_MARK, IGNORE_FILE) or _is_rule_name(name) or not _is_temporary_name(name)


def _is_leaf(name: str) -> bool:
    return name == CHECKOUT_MARK or _is_rule_name(name)


def _is_rule_name(name: str) -> bool:
    """Say whether an entry rules its folder, or may be meant to: nothing in such a folder is a document."""
    return name == RULE_FILE or is_near_rule_name(name)


def _is_temporary_name(name: str) -> bool:
    lower = name.lower()
    return (
        name.startswith(_TEMPORARY_PREFIXES)
        or lower.endswith(_TEMPORARY_SUFFIXES)
        or lower in _TEMPORARY_NAMES | _SYSTEM_FOLDERS
    )


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


class PackedFingerprints(MutableMapping[str, Fingerprint]):
    """Fingerprints by path, in the order in which they were added; one with a time after 2262 is kept as it is."""

    def __init__(self, fingerprints: Mapping[str, Fingerprint] | None = None) -> None:
        self._packed: dict[str, bytes | Fingerprint] = {}
        self.update(fingerprints or {})

    def __getitem__(self, path: str) -> Fingerprint:
        packed = self._packed[path]
        return Fingerprint(*FINGERPRINT.unpack(packed)) if isinstance(packed, bytes) else packed

    def __setitem__(self, path: str, fingerprint: Fingerprint) -> None:
        self.add_file(path, fingerprint.size, fingerprint.mtime_ns, fingerprint.ctime_ns, fingerprint.inode)

    def __delitem__(self, path: str) -> None:
        del self._packed[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __contains__(self, path: object) -> bool:
        return path in self._packed

    def add_file(self, path: str, size: int, mtime_ns: int, ctime_ns: int, inode: int) -> None:
        """Keep the fingerprint of a file, as the file system gives it."""
        try:
            self._packed[path] = FINGERPRINT.pack(size, mtime_ns, ctime_ns, inode)
        except struct.error:
            self._packed[path] = Fingerprint(size, mtime_ns, ctime_ns, inode)

    def leave_out(self, paths: Container[str]) -> PackedFingerprints:
        """Return the fingerprints of all other files."""
        others = PackedFingerprints()
        others._packed = {path: packed for path, packed in self._packed.items() if path not in paths}
        return others

    def get_packed(self, path: str) -> bytes | None:
        """Return the bytes of a file's fingerprint: equal ones are equal fingerprints. None if it is kept as it is."""
        packed = self._packed[path]
        return packed if isinstance(packed, bytes) else None

    def iterate_change_times(self) -> Iterator[tuple[str, int]]:
        """Yield each path with the time of the last change of its state, in nanoseconds."""
        for path, packed in self._packed.items():
            yield path, _CHANGE_TIME.unpack_from(packed)[0] if isinstance(packed, bytes) else packed.ctime_ns
