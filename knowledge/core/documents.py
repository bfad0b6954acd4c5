"""A document of the watched folder, its states and its ids. Pure: knows no disk and no Qdrant."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, get_args

from knowledge.core.failures import FailureRecord
from knowledge.core.stored_record import OpenWord, StoredRecord

# CONTRIBUTING.md names the other places of a new language.
Language = Literal["fr", "en", "de", "es", "it", "pt", "nl"]
LANGUAGE_CODES: tuple[Language, ...] = get_args(Language)
TITLE_SEPARATOR = " › "  # between the titles of folder and document, and between headings
_DOCUMENT_NAMESPACE = uuid.UUID("6f2a1c1e-5a0e-4bb5-9a57-6c9d8f4f5d10")


class DocumentState(StrEnum):
    """How far a document has come."""

    READING = "reading"  # known and being read; an older version may still be found
    WORDS = "words"  # searchable by lexical search
    MEANING = "meaning"  # searchable by lexical and dense search
    FAILED = "failed"  # not searchable; `failure` says why


SEARCHABLE_STATES = frozenset({DocumentState.WORDS, DocumentState.MEANING})


def make_document_id(path: str) -> str:
    """The id of the document at `path`, relative to the folder, with forward slashes."""
    return str(uuid.uuid5(_DOCUMENT_NAMESPACE, path))


@dataclass(frozen=True, slots=True)
class Fingerprint(StoredRecord):
    """What the file system says of a file without reading it. Times in nanoseconds, size in bytes."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class FolderLabel(StoredRecord):
    """What a folder says of all its documents: a title before theirs, and their language."""

    title: str = ""
    language: Annotated[Language | None, OpenWord] = None

    def prefix_title(self, title: str) -> str:
        """The folder's title before a document's own `title`."""
        return title if self.title in ("", title) else f"{self.title}{TITLE_SEPARATOR}{title}"


EMPTY_LABEL = FolderLabel()


@dataclass(frozen=True, slots=True)
class Member(FailureRecord):
    """A file inside a document, such as an attachment; `failure` says why nothing of it was read."""

    name: str
    pages: int | None = None
    passages: int = 0


def title_member(title: str, member: str) -> str:
    """The title of a member, after that of the document that holds it."""
    return f"{title}{TITLE_SEPARATOR}{member}" if member else title


@dataclass(frozen=True, slots=True)
class Document(FailureRecord):
    """One record of the ledger: a file of the folder and its state.

    `version` names content and pipeline together. Passages carry it, so that old and new passages can be told apart.
    `generation` grows with each version of the same path. The model could not embed `words_only` of its `passages`:
    `failure` says why. `pages_read` grows while a long document is read; `pages` is set at the end. Times are seconds
    since the epoch. `hidden` counts the places with invisible text, which is left out; `doubtful` those with text that
    may be invisible, whose passages are marked. `plain_pages` counts the pages
    that were read without an optional step (tables or headings, for instance) because it failed there. `audience` has
    the requirements of its folders, as its passages do. `label` is what its folder said when it was read. `members` are
    the files inside a mail or an archive.
    """

    path: str
    fingerprint: Fingerprint
    sha256: str
    version: str
    generation: int
    state: DocumentState
    title: str = ""
    pages: int | None = None
    pages_read: int = 0
    passages: int = 0
    words_only: int = 0
    seen_at: float = 0.0
    read_at: float | None = None
    changed_at: float | None = None
    pipeline: str = ""
    embedding_model: str | None = None
    attempts: int = 0
    retry_at: float | None = None
    audience: frozenset[str] = frozenset()
    label: FolderLabel = EMPTY_LABEL
    hidden: int = 0
    plain_pages: int = 0
    doubtful: int = 0
    members: tuple[Member, ...] = ()

    @property
    def id(self) -> str:
        """The document's id, derived from its path."""
        return make_document_id(self.path)


def is_waiting(document: Document) -> bool:
    """Whether the file of a document was still changing when it was read: it is tried again."""
    return document.state is DocumentState.READING and document.retry_at is not None


def lacks_vectors(document: Document, model: str) -> bool:
    """Whether a document's passages have no dense vectors, or those of another model."""
    if document.state is DocumentState.MEANING:
        return document.embedding_model != model
    return document.state is DocumentState.WORDS


def make_content_version(sha256: str, pipeline: str) -> str:
    """The name of a document version: the same bytes read by the same pipeline give the same name."""
    return f"{sha256[:32]}.{pipeline}"
