"""Decides what must be done so that the index equals the folder. Pure: time and content hashes are handed in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from knowledge.core.documents import SEARCHABLE, State, content_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingestion.scan.folder_scan import Look
    from knowledge.core.documents import Document, Fingerprint


@dataclass(frozen=True, slots=True)
class Keep:
    """The document is known as it is. `touched` is its new fingerprint if only that has changed."""

    path: str
    touched: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Take:
    """The document has the content of `source`, which is indexed: take its passages. `moved`: source is gone."""

    path: str
    source: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Read:
    """The document must be read."""

    path: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The document is gone."""

    path: str


LONGEST_REST = 3600.0  # seconds that a document which failed for a passing reason waits at most
Operation = Keep | Take | Read | Forget
Ledger = dict[str, "Document"]


def still_moving(look: Look, now: float, quiet_seconds: float) -> frozenset[str]:
    """Files that changed less than `quiet_seconds` ago by the disk's own clock: they are left for the next pass."""
    return frozenset(path for path, print_ in look.files.items() if 0 <= now - print_.ctime_ns / 1e9 < quiet_seconds)


def to_hash(look: Look, ledger: Ledger, pipeline: str, now: float, forced: frozenset[str] = frozenset()) -> list[str]:
    """Files whose content must be hashed before `plan` can decide about them."""
    return [
        path
        for path, print_ in look.files.items()
        if path in forced or not _is_known(ledger.get(path), print_, pipeline, now)
    ]


def plan(
    look: Look,
    hashes: Mapping[str, str],
    ledger: Ledger,
    pipeline: str,
    *,
    now: float,
    strays: Iterable[str] = (),
    forced: frozenset[str] = frozenset(),
) -> list[Operation]:
    """What to do, in an order that survives a stop after any step: takes, then reads, then forgets.

    `hashes` holds the content hash of each file that `to_hash` named and that could be read; one that is
    missing there is left for the next look. `strays` are paths with passages but without a file. `forced`
    files are read whatever is known of them.
    """
    keeps: list[Operation] = []
    takes: list[Take] = []
    reads: list[Operation] = []
    moved: set[str] = set()
    sources = _sources(ledger)
    for path, print_ in look.files.items():
        known = ledger.get(path)
        if path not in forced and _is_known(known, print_, pipeline, now):
            keeps.append(Keep(path))
            continue
        if path not in hashes:
            continue
        version = content_version(hashes[path], pipeline)
        source = _source(path, sources.get(version, []), look, moved)
        if path in forced:
            reads.append(Read(path))
        elif known and known.version == version and _stands(known, now) and not _may_pass(known):
            keeps.append(Keep(path, touched=print_))
        elif source:
            gone = _is_gone(source, look, moved)
            takes.append(Take(path, source.path, moved=gone))
            moved |= {source.path} if gone else set()
        else:
            reads.append(Read(path))
    takes.sort(key=lambda take: take.moved)  # a move takes its source away
    forgets = _forgets(look, {*ledger, *strays} - moved)
    return [*keeps, *takes, *reads, *forgets]


def _sources(ledger: Ledger) -> dict[str, list[Document]]:
    sources: dict[str, list[Document]] = {}
    for document in ledger.values():
        if document.state in SEARCHABLE:
            sources.setdefault(document.version, []).append(document)
    return sources


def _source(path: str, same: list[Document], look: Look, moved: set[str]) -> Document | None:
    """Which document of the same content gives its passages to `path`: one that is gone before one that stays."""
    fitting = [document for document in same if document.path != path and _reads_alike(document, path)]
    return next((document for document in fitting if _is_gone(document, look, moved)), next(iter(fitting), None))


def _is_gone(document: Document, look: Look, moved: set[str]) -> bool:
    return look.complete and document.path not in look.files and document.path not in moved


def _reads_alike(document: Document, path: str) -> bool:
    """Whether reading `path` would give the same passages: a suffix chooses the reader, a name may be the title."""
    here, there = PurePosixPath(document.path), PurePosixPath(path)
    titled_by_name = document.title == document.label.over(unicodedata.normalize("NFC", here.stem))
    return here.suffix.lower() == there.suffix.lower() and (not titled_by_name or here.stem == there.stem)


def _forgets(look: Look, known: set[str]) -> list[Operation]:
    """Absence proves nothing where a part of the folder could not be seen."""
    return [Forget(path) for path in sorted(known - set(look.files))] if look.complete else []


def _is_known(document: Document | None, print_: Fingerprint, pipeline: str, now: float) -> bool:
    return (
        document is not None
        and document.fingerprint == print_
        and document.pipeline == pipeline
        and _stands(document, now)
    )


def _may_pass(document: Document) -> bool:
    """Whether a document failed for a reason that passes: what is done to its file may be the remedy."""
    return document.state is State.FAILED and document.retry_at is not None


def _stands(document: Document, now: float) -> bool:
    """Whether the verdict on a document holds: it was read, or it failed for good or not long ago."""
    if document.state is State.FAILED:
        # A rest longer than any that is given was written down before the clock was put back.
        return document.retry_at is None or 0 < document.retry_at - now <= LONGEST_REST
    return document.state in SEARCHABLE
