"""Models a folder, an index and a ledger as plain values, and a worker that executes plans write by write.

Each `yield` is a moment at which a worker may be killed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import PurePosixPath

from ingestion.scan.folder_scan import FolderScan, PackedFingerprints
from ingestion.sync.planner import (
    CopyDocument,
    ForgetDocument,
    KeepDocument,
    Operation,
    ReadDocument,
    ReadingRule,
    plan_operations,
    select_files_to_hash,
)
from knowledge.core.documents import SEARCHABLE_STATES, Document, DocumentState, Fingerprint, make_content_version

PIPELINE = "1"
BROKEN = "broken"  # a content that no reader takes
_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class File:
    """A file on the model's disk; `locked`: it may not be opened."""

    content: str
    print: Fingerprint
    locked: bool = False


@dataclass(slots=True)
class FolderModel:
    """The state that a worker works on; `index` has the searchable versions by path, the newest last."""

    files: dict[str, File] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    index: dict[str, list[str]] = field(default_factory=dict)
    ledger: dict[str, Document] = field(default_factory=dict)
    now: float = 1_000_000.0
    _ticks: Iterator[int] = field(default_factory=count)

    def write(self, path: str, content: str) -> None:
        """Write a file; its fingerprint changes."""
        tick = next(self._ticks)
        self.files[path] = File(content, Fingerprint(len(content), tick, tick, tick))

    def move(self, path: str, target: str) -> None:
        """Rename a file, sometimes onto another; only its name and change time change."""
        self.files[target] = self._changed(self.files.pop(path))

    def swap(self, path: str, other: str) -> None:
        """Let two files swap their names."""
        self.files[path], self.files[other] = self._changed(self.files[other]), self._changed(self.files[path])

    def lock(self, path: str, *, locked: bool) -> None:
        """Forbid to open a file, or allow it."""
        self.files[path] = replace(self._changed(self.files[path]), locked=locked)

    def _changed(self, file: File) -> File:
        return replace(file, print=replace(file.print, ctime_ns=next(self._ticks)))

    def scan(self) -> FolderScan:
        """Scan the folder; of a closed folder only that it is closed."""
        open_ = {path: file.print for path, file in self.files.items() if _folder(path) not in self.closed}
        return FolderScan(PackedFingerprints(open_), dict.fromkeys(self.closed, "cannot be listed"))

    def run_pass(self) -> Iterator[None]:
        """Run one pass; yield after each write."""
        scan, ledger = self.scan(), dict(self.ledger)
        known = {path: document for path, document in ledger.items() if self._is_held(document)}
        rule, hashes = ReadingRule(lambda _: PIPELINE, self.now), {}
        for path in select_files_to_hash(scan, known, rule):
            if self.files[path].locked:
                unread = ledger.get(path, self._document(path, ledger))
                yield from self._fail(replace(unread, fingerprint=scan.files[path]))
            else:
                hashes[path] = self.files[path].content
        strays = {*self.index, *ledger} - known.keys()
        for operation in plan_operations(scan, hashes, known, rule, strays):
            yield from self._execute(operation, ledger)

    def _is_held(self, document: Document) -> bool:
        expected = [document.version] if document.passages else []
        unsure = document.state is DocumentState.READING or document.retry_at is not None
        return unsure or self.index.get(document.path, []) == expected

    def _execute(self, operation: Operation, ledger: dict[str, Document]) -> Iterator[None]:
        match operation:
            case KeepDocument(path, touched) if touched:
                self.ledger[path] = replace(ledger[path], fingerprint=touched)
                yield
            case CopyDocument(path, source, moved):
                yield from self._copy(self._document(path, ledger), ledger[source], moved=moved)
            case ReadDocument(path):
                yield from self._read(self._document(path, ledger))
            case ForgetDocument(path):
                yield from self._forget(path)

    def _copy(self, document: Document, source: Document, *, moved: bool) -> Iterator[None]:
        if source.version not in self.index.get(source.path, []):
            yield from self._read(document)
            return
        yield from self._replace(document)
        self.ledger[document.path] = replace(document, state=source.state, title=source.title, passages=1)
        yield
        if moved:
            yield from self._forget(source.path)

    def _read(self, document: Document) -> Iterator[None]:
        self.ledger[document.path] = document
        yield
        if document.sha256 == BROKEN:
            self.index.pop(document.path, None)
            yield
            self.ledger[document.path] = replace(document, state=DocumentState.FAILED)
            yield
            return
        yield from self._replace(document)
        self.ledger[document.path] = replace(document, state=DocumentState.WORDS, passages=1)
        yield

    def _replace(self, document: Document) -> Iterator[None]:
        older = [version for version in self.index.get(document.path, []) if version != document.version]
        self.index[document.path] = [*older, document.version]
        yield
        self.index[document.path] = [document.version]
        yield

    def _forget(self, path: str) -> Iterator[None]:
        self.index.pop(path, None)
        yield
        self.ledger.pop(path, None)
        yield

    def _fail(self, document: Document) -> Iterator[None]:
        kept = self.index[document.path] = self.index.get(document.path, [])[-1:]
        yield
        retry_at = self.now + _RETRY_SECONDS
        self.ledger[document.path] = replace(
            document, state=DocumentState.FAILED, retry_at=retry_at, passages=len(kept)
        )
        yield

    def _document(self, path: str, ledger: dict[str, Document]) -> Document:
        content, before = self.files[path].content, ledger.get(path)
        return Document(
            path,
            self.files[path].print,
            content,
            make_content_version(content, PIPELINE),
            before.generation + 1 if before else 1,
            DocumentState.READING,
            title=_title(path, content),
            pipeline=PIPELINE,
        )

    def answering(self) -> set[str]:
        """Return the searchable documents whose files exist and are not broken."""
        return {path for path, file in self.files.items() if self.index.get(path) and file.content != BROKEN}

    def find_differences(self) -> list[str]:
        """Return where index and ledger differ from the folder after an undisturbed pass over all of it."""
        strays = (self.ledger.keys() | self.index.keys()) - self.files.keys()
        return [f"{path} is gone" for path in sorted(strays)] + [
            f"{path}: {self.ledger.get(path)} {self.index.get(path)}"
            for path, file in self.files.items()
            if not self._follows(path, file)
        ]

    def _follows(self, path: str, file: File) -> bool:
        document, answering = self.ledger.get(path), self.index.get(path, [])
        if document is None or document.fingerprint != file.print:
            return False
        if file.locked:
            return document.state is DocumentState.FAILED and len(answering) <= 1
        if document.sha256 != file.content:
            return False
        if file.content == BROKEN:
            return document.state is DocumentState.FAILED and not answering
        return document.state in SEARCHABLE_STATES and answering == [document.version] and self._is_titled(document)

    def _is_titled(self, document: Document) -> bool:
        return document.title == _title(document.path, document.sha256)


def _title(path: str, content: str) -> str:
    """Return the title in the content, as this format's reader sees it; else the file's name."""
    name = PurePosixPath(path)
    return f"{content} by {name.suffix}" if content.startswith("#") else name.stem


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
