"""Keeps the ledger in memory, packed into a hundred bytes for each document: a folder may hold a million.

What many documents have alike, such as state, audience and number of passages, is kept once for all of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from operator import attrgetter
from typing import Any

from ingestion.scan.folder_scan import FINGERPRINT, PackedFingerprints
from knowledge.core.documents import (
    SEARCHABLE_STATES,
    Document,
    DocumentState,
    Fingerprint,
    lacks_vectors,
    make_content_version,
)
from knowledge.storage.document_ledger import DocumentLedger

# The number of what it shares; its fingerprint; SHA-256; when it was seen, read and changed.
_OWN = struct.Struct(f"<I{FINGERPRINT.size}s32sddd")
_NUMBER = struct.Struct("<I")
_SHARED_FIELDS = (
    *("generation", "state", "pages", "pages_read", "passages", "words_only", "pipeline", "embedding_model"),
    *("attempts", "audience", "label", "hidden", "plain_pages", "doubtful"),
)
_get_shared_fields = attrgetter(*_SHARED_FIELDS)
_MOST_SHARED = 50_000  # so that documents which have nothing alike take no more memory than they would unpacked
_NO_FINGERPRINT = Fingerprint(0, 0, 0, 0)


class PackedDocuments(MutableMapping[str, Document]):
    """Documents by path. One that is not searchable, or has a member or a failure, is kept as it is."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._records: dict[str, bytes | Document] = {}
        self._shared: list[Document] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        for document in documents:
            self[document.path] = document

    def __getitem__(self, path: str) -> Document:
        record = self._records[path]
        return record if isinstance(record, Document) else self._unpack(path, record)

    def __setitem__(self, path: str, document: Document) -> None:
        self._records[path] = self._pack(document) or document

    def __delitem__(self, path: str) -> None:
        del self._records[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, path: object) -> bool:
        return path in self._records

    def copy_documents(self, *, without: Iterable[str] = ()) -> PackedDocuments:
        """Return a copy, whose changes this one does not see; the bytes are not copied."""
        copied = PackedDocuments()
        copied._records = self._records.copy()  # of the same class
        copied._shared, copied._numbers = self._shared, self._numbers  # they only grow
        for path in without:
            copied._records.pop(path, None)
        return copied

    def is_of_file(self, path: str, files: PackedFingerprints) -> bool:
        """Say whether the document at a path is known and has the fingerprint of that file."""
        record = self._records.get(path)
        if record is None or isinstance(record, Document):
            return record is not None and record.fingerprint == files[path]
        packed = files.get_packed(path)
        return packed is not None and record.startswith(packed, _NUMBER.size)

    def get_shared_values(self, path: str) -> Document | None:
        """Return a document with the shared values of that at a path; None if it is not known."""
        record = self._records.get(path)
        return self._shared[_NUMBER.unpack_from(record)[0]] if isinstance(record, bytes) else record

    def iterate_shared_values(self) -> Iterator[tuple[str, Document]]:
        """Yield each path with a document that has its shared values."""
        shared, read_number = self._shared, _NUMBER.unpack_from
        for path, record in self._records.items():
            yield path, shared[read_number(record)[0]] if isinstance(record, bytes) else record

    def _pack(self, document: Document) -> bytes | None:
        """Return the bytes of a document; None if they would not give it back."""
        if not _is_plain(document):
            return None
        key = _get_shared_fields(document)
        number = self._numbers.get(key)
        if number is None:
            if len(self._shared) >= _MOST_SHARED:
                return None
            number = self._numbers[key] = len(self._shared)
            common = dict(zip(_SHARED_FIELDS, key, strict=True))
            self._shared.append(Document("", _NO_FINGERPRINT, "", "", **common))
        print_ = document.fingerprint
        numbers = (print_.size, print_.mtime_ns, print_.ctime_ns, print_.inode)
        times = (document.seen_at, document.read_at, document.changed_at)
        try:
            own = _OWN.pack(number, FINGERPRINT.pack(*numbers), bytes.fromhex(document.sha256), *times)
            return own + document.title.encode()
        except (struct.error, UnicodeEncodeError):  # a number that no file system gives, or no valid text
            return None

    def _unpack(self, path: str, record: bytes) -> Document:
        number, fingerprint, digest, seen_at, read_at, changed_at = _OWN.unpack_from(record)
        sha256, common = digest.hex(), _get_shared_fields(self._shared[number])
        return Document(
            path,
            Fingerprint(*FINGERPRINT.unpack(fingerprint)),
            sha256,
            make_content_version(sha256, self._shared[number].pipeline),
            title=record[_OWN.size :].decode(),
            seen_at=seen_at,
            read_at=read_at,
            changed_at=changed_at,
            **dict(zip(_SHARED_FIELDS, common, strict=True)),
        )


def iterate_shared_values(documents: Mapping[str, Document]) -> Iterable[tuple[str, Document]]:
    """Yield each path with a document that has the values it shares with others; nothing is unpacked for it."""
    return documents.iterate_shared_values() if isinstance(documents, PackedDocuments) else documents.items()


def get_shared_values(documents: Mapping[str, Document], path: str) -> Document | None:
    """Return such a document for one path; None if it is not known."""
    return documents.get_shared_values(path) if isinstance(documents, PackedDocuments) else documents.get(path)


def is_of_file(documents: Mapping[str, Document], path: str, files: PackedFingerprints) -> bool:
    """Say whether the document at a path is known and has the fingerprint of that file."""
    if isinstance(documents, PackedDocuments):
        return documents.is_of_file(path, files)
    return path in documents and documents[path].fingerprint == files[path]


def _is_plain(document: Document) -> bool:
    """Say whether a document has nothing but what the bytes and the shared values hold."""
    stored = (document, document.fingerprint, document.label)
    return (
        document.state in SEARCHABLE_STATES
        and not (document.failure or document.members or any(one.unknown_fields for one in stored))
        and document.retry_at is None
        and document.read_at is not None
        and document.changed_at is not None
        and _is_digest(document.sha256)
        and document.version == make_content_version(document.sha256, document.pipeline)
    )


def _is_digest(sha256: str) -> bool:
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        return False
    return len(digest) == 32 and digest.hex() == sha256  # bytes of a SHA-256


class LedgerCache:
    """Reads and writes like the ledger; its memory has the last load and its own writes."""

    def __init__(self, ledger: DocumentLedger, name_pipeline: Callable[[str], str]) -> None:
        self._ledger = ledger
        self._name_pipeline = name_pipeline
        self._documents: PackedDocuments | None = None
        self._unembedded: tuple[str, set[str]] | None = None  # by this model

    def invalidate_cache(self) -> None:
        """Load the ledger again at the next use."""
        self._documents = self._unembedded = None

    def list_documents(self) -> PackedDocuments:
        """Return every known document by path; the caller must not change the result."""
        if self._documents is None:
            self._documents = PackedDocuments(self._ledger.iterate_documents())
        return self._documents

    def has_pending_documents(self) -> bool:
        """Say whether a document needs something though its file does not change: it is read or tried again."""
        return any(
            document.pipeline != self._name_pipeline(path) or not _is_final(document)
            for path, document in self.list_documents().iterate_shared_values()
        )

    def list_unembedded_paths(self, model: str) -> set[str]:
        """Return the documents that have no dense vectors of this model; the caller must not change the result."""
        if self._unembedded is None or self._unembedded[0] != model:
            documents = self.list_documents().iterate_shared_values()
            self._unembedded = model, {path for path, document in documents if lacks_vectors(document, model)}
        return self._unembedded[1]

    def get_documents(self, paths: Sequence[str]) -> dict[str, Document]:
        """Fetch the known ones of these documents from Qdrant, by path."""
        return self._ledger.get_documents(paths)

    def save_documents(self, *documents: Document) -> None:
        """Save documents, in Qdrant first."""
        self._ledger.save_documents(*documents)
        known = self.list_documents()
        for document in documents:
            known[document.path] = document
            if self._unembedded:
                model, paths = self._unembedded
                (paths.add if lacks_vectors(document, model) else paths.discard)(document.path)

    def delete_documents(self, paths: Sequence[str]) -> None:
        """Delete documents, in Qdrant first."""
        self._ledger.delete_documents(paths)
        for path in paths:
            self.list_documents().pop(path, None)
            if self._unembedded:
                self._unembedded[1].discard(path)


AnyLedger = DocumentLedger | LedgerCache


def _is_final(document: Document) -> bool:
    return document.state in SEARCHABLE_STATES or (document.state is DocumentState.FAILED and document.retry_at is None)
