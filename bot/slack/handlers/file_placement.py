"""Writes a new file below a root folder: with a safe name, never outside, never over another file. Knows no Slack."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_NAME_BYTES = 200  # bytes of UTF-8: a file system takes 255
_MAX_FOLDERS = 100  # what one menu of Slack's holds, the root included
_MAX_FOLDER_DEPTH = 6
_FORBIDDEN_CHARACTERS = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_RESERVED_NAMES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, slots=True)
class UploadFolder:
    """The folder for uploads, None where they are off, and the largest size of a file in bytes."""

    root: Path | None
    max_bytes: int


def sanitize_file_name(name: str) -> str:
    """Makes a file name safe on every system; empty if no character of it may stay."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    bare = _FORBIDDEN_CHARACTERS.sub("", last).strip().lstrip(".").rstrip(". ").strip()
    if _RESERVED_NAMES.fullmatch(bare):
        bare = f"_{bare}"
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = bare, "", ""
    room = _MAX_NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + ending


def list_upload_folders(root: Path) -> list[str]:
    """Lists the folders below a root, relative and in order, without links; the root itself is the empty one."""
    found = [""]
    for here, below, _ in os.walk(root):
        inside = PurePosixPath(os.path.relpath(here, root))
        below[:] = sorted(one for one in below if not one.startswith(".") and not (Path(here) / one).is_symlink())
        found += [str(inside / one) for one in below]
        if len(inside.parts) + 1 >= _MAX_FOLDER_DEPTH:
            below[:] = []
        if len(found) >= _MAX_FOLDERS:
            break
    return sorted(found[:_MAX_FOLDERS])


@contextlib.contextmanager
def open_new_file(root: Path, folder: str, name: str) -> Iterator[IO[bytes]]:
    """Opens a hidden file to write; it gets its name at the end of the block, or is removed after an error.

    Raises:
        FileExistsError: a file of that name exists.
        OSError: the folder does not exist, leads outside through a link, or cannot be written.
    """
    with _open_folder(root, folder) as place:
        hidden = f".{secrets.token_hex(8)}.part"
        made = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644, dir_fd=place)
        try:
            with os.fdopen(made, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            # A link, unlike a rename, never takes the place of another file.
            os.link(hidden, name, src_dir_fd=place, dst_dir_fd=place, follow_symlinks=False)
        finally:
            os.unlink(hidden, dir_fd=place)


@contextlib.contextmanager
def _open_folder(root: Path, folder: str) -> Iterator[int]:
    """Opens the folder step by step, and follows no link."""
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in PurePosixPath(folder).parts:
            if part in ("..", "/") or part.startswith("."):
                raise NotADirectoryError(f"{part!r} is not a folder for uploads")
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        yield place
    finally:
        os.close(place)
