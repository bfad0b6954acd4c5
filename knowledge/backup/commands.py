"""`python -m knowledge backup FILE` and `restore FILE`: opens Qdrant and the file, and says what was done."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from knowledge.backup.archive import Archive, ArchiveRefused, write_archive
from knowledge.backup.kept_records import read_kept_records
from knowledge.backup.restore import restore_records
from knowledge.core.failures import SouffleurError
from knowledge.storage.client import open_qdrant

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from knowledge.runtime.settings import Settings

_STANDARD = "-"  # standard output or input


def run_backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write a backup, whole or not at all; an older file of that name is replaced at the end."""
    with closing(open_qdrant(settings)) as client, open_target(arguments.file) as file:
        manifest = write_archive(file, read_kept_records(client, settings.collection))
    print(f"Saved {_describe_counts(manifest.records)}.", file=sys.stderr)
    if arguments.file != _STANDARD:
        with Path(arguments.file).open("rb") as written:
            print(f"{hashlib.file_digest(written, 'sha256').hexdigest()}  {arguments.file}")


def run_restore(settings: Settings, arguments: argparse.Namespace) -> None:
    """Check a backup, then put it into collections that are not there yet."""
    prefix = arguments.prefix or settings.collection
    with _open_source(arguments.file) as file:
        if arguments.sha256 and _hash_file(file) != arguments.sha256.lower():
            raise ArchiveRefused(
                "The backup has another SHA-256 than you gave: take another one. Nothing was restored."
            )
        archive = Archive(file)
        with closing(open_qdrant(settings)) as client:
            counts = restore_records(client, prefix, archive, settings.collection)
    made = datetime.fromtimestamp(archive.manifest.made_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    print(f"Restored {_describe_counts(counts)} into COLLECTION={prefix}, from {made}.", file=sys.stderr)
    if counts["bindings"]:
        print("Look at `python -m bot bindings`: undo what was taken away since the backup.", file=sys.stderr)
    if prefix != settings.collection:
        print(f"Now set COLLECTION={prefix} in .env, and start bot and worker again.", file=sys.stderr)


def _hash_file(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _describe_counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


@contextmanager
def open_target(name: str) -> Iterator[BinaryIO]:
    """A file that takes its name once it is whole. Until then its own name is new, drawn at random, in the same folder.

    Raises:
        SouffleurError: it cannot be written.
    """
    if name == _STANDARD:
        yield sys.stdout.buffer
        return
    path = Path(name)
    try:
        with ExitStack() as stack:
            descriptor, partial = tempfile.mkstemp(".part", f"{path.name}.", path.parent)  # mode 600, through no link
            stack.callback(Path(partial).unlink, missing_ok=True)
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(partial).replace(path)
    except OSError as error:
        raise SouffleurError(
            f"The backup cannot be written to {path} ({error.strerror}): name another file."
        ) from error


@contextmanager
def _open_source(name: str) -> Iterator[BinaryIO]:
    with ExitStack() as stack:
        if name == _STANDARD:  # a ZIP is read from its end
            copy = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.seek(0)
            yield copy
            return
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise SouffleurError(f"The backup {name} cannot be read ({error.strerror}): name another file.") from error
        yield file
