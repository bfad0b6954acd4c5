"""Makes scans, documents and ledgers for the tests of the planner."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from zlib import crc32

from ingestion.scan.folder_scan import FolderScan, PackedFingerprints
from knowledge.core.documents import Document, DocumentState, Fingerprint, make_content_version
from knowledge.core.failures import failure_from_sentence

PIPELINE = "1"
NOW = 1_000_000.0


def print_of(content: str, touch: int = 0) -> Fingerprint:
    """Make the fingerprint of a file with this content that changed long ago."""
    return Fingerprint(len(content), touch, touch, crc32(content.encode()))


@dataclass(frozen=True, slots=True)
class Folder:
    """A scan by the contents of its files, with what could not be seen."""

    contents: dict[str, str]
    touch: int = 0
    unseen: dict[str, str] = field(default_factory=dict)

    @property
    def look(self) -> FolderScan:
        """What a look at it shows."""
        files = {path: print_of(content, self.touch) for path, content in self.contents.items()}
        return FolderScan(PackedFingerprints(files), self.unseen)


def folder(touch: int = 0, unseen: dict[str, str] | None = None, **files: str) -> Folder:
    """Make a scan of these files (`a` for `a.md`) and contents."""
    return Folder({f"{name}.md": content for name, content in files.items()}, touch, unseen or {})


def known(path: str, content: str, state: DocumentState = DocumentState.WORDS, pipeline: str = PIPELINE) -> Document:
    """Make the ledger record of a file with this content."""
    return Document(
        path=path,
        fingerprint=print_of(content),
        sha256=content,
        version=make_content_version(content, pipeline),
        generation=1,
        state=state,
        title="A title",
        passages=1,
        pipeline=pipeline,
    )


def ledger(state: DocumentState = DocumentState.WORDS, pipeline: str = PIPELINE, **files: str) -> dict[str, Document]:
    """Make a ledger of these files, all in one state."""
    documents = [known(f"{name}.md", content, state, pipeline) for name, content in files.items()]
    return {document.path: document for document in documents}


def failing(content: str, retry_at: float | None, path: str = "a.md") -> dict[str, Document]:
    """Make a ledger of one file that could not be read."""
    failed = replace(
        known(path, content, DocumentState.FAILED),
        retry_at=retry_at,
        failure=failure_from_sentence("illisible"),
        passages=0,
    )
    return {path: failed}
