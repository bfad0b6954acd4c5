"""Words what a pass did and what the ledger knows: as lines for a terminal and as JSON for programs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ingestion.rollout.report import format_count, format_iso_time
from knowledge.core.documents import SEARCHABLE_STATES, TITLE_SEPARATOR, Document, DocumentState, is_waiting
from knowledge.core.failures import count_unsupported, is_unsupported
from knowledge.core.stored_record import known_fields
from knowledge.core.text import mask_control_characters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingestion.sync.progress import PassSummary
    from knowledge.storage.worker_requests import DeletionHold


def summary_to_json(summary: PassSummary) -> dict[str, object]:
    """What a pass did, without the fields that only the worker needs."""
    failed = [{"path": one.path, "reason": one.reason} for one in summary.failed]
    fields = {**dataclasses.asdict(summary, dict_factory=known_fields), "failed": failed}
    return {name: value for name, value in fields.items() if name not in ("waiting", "left")}


def describe_summary(summary: PassSummary) -> Iterator[str]:
    """Yield one line of numbers, then one line for each file that failed."""
    yield (
        f"{format_count(summary.documents, 'document')}: {summary.indexed} indexed, {summary.unchanged} unchanged, "
        f"{summary.moved} moved, {summary.deleted} deleted, {len(summary.failed)} failed; "
        f"{format_count(summary.passages, 'passage')}; {summary.seconds:.1f} s."
    )
    unsupported = count_unsupported(failure.failure for failure in summary.failed)
    for failure in summary.failed:
        if not is_unsupported(failure.failure):
            yield mask_control_characters(f"  {failure.path}: {failure.reason}")
    if unsupported:
        yield mask_control_characters(f"  {_describe_unsupported(unsupported)}")


def status_to_json(documents: Sequence[Document], hold: DeletionHold | None) -> dict[str, object]:
    """All documents that the ledger knows, their totals, and the deletions that wait."""
    return {
        "documents": [document_to_json(document) for document in documents],
        "searchable": sum(document.state in SEARCHABLE_STATES for document in documents),
        "failed": sum(document.state is DocumentState.FAILED for document in documents),
        "passages": count_searchable_passages(documents),
        "held": dataclasses.asdict(hold, dict_factory=known_fields) if hold else None,
    }


def describe_documents(documents: Sequence[Document]) -> Iterator[str]:
    """Yield one line for each document and each member of one, and the lines of `describe_unlisted_documents`."""
    for state, name, told in list_document_rows(documents):
        yield mask_control_characters(f"{state:<8} {name}: {told}")
    yield from describe_unlisted_documents(documents)


def list_document_rows(documents: Sequence[Document]) -> Iterator[tuple[str, str, str]]:
    """Yield state, path and what became of it for each document and, without a state, for each member of one."""
    for document in documents:
        if not is_unsupported(document.failure):
            state = "waiting" if is_waiting(document) else document.state.value
            yield state, document.path, _describe_document(document)
            for member in document.members:
                told = member.reason or describe_size(member.pages, member.passages)
                yield "", f"{document.path}{TITLE_SEPARATOR}{member.name}", told


def describe_unlisted_documents(documents: Sequence[Document]) -> Iterator[str]:
    """Yield what to do where there is no document, and how many are of a format that is not supported."""
    if not documents:
        yield "No document is known yet: drop files into the folder and run `python -m ingestion scan`."
    if unsupported := count_unsupported(document.failure for document in documents):
        yield mask_control_characters(_describe_unsupported(unsupported))


def _describe_unsupported(counts: Mapping[str, int]) -> str:
    """Say how many files there are of each format that is not supported."""
    kinds = ", ".join(f"{count} {suffix or 'without a suffix'}" for suffix, count in counts.items())
    return f"not supported: {kinds} (`python -m ingestion status --json` names each)"


def _describe_document(document: Document) -> str:
    hidden = f", hidden text left out: {format_count(document.hidden, 'place')}" if document.hidden else ""
    hidden += f", perhaps hidden: {format_count(document.doubtful, 'place')}" if document.doubtful else ""
    plain = f", a step of reading failed: {format_count(document.plain_pages, 'page')}" if document.plain_pages else ""
    detail = f"{describe_size(document.pages, document.passages)}{hidden}{plain}"
    if document.reason:
        return f"{detail}; {document.reason}" if document.state in SEARCHABLE_STATES else document.reason
    return detail


def describe_size(pages: int | None, passages: int) -> str:
    """Say how many pages, where there are any, and passages something has."""
    counted = [format_count(pages, "page")] if pages else []
    return ", ".join([*counted, format_count(passages, "passage")])


def count_searchable_passages(documents: Sequence[Document]) -> int:
    """Count the passages that a search looks through."""
    return sum(document.passages for document in documents if document.state in SEARCHABLE_STATES)


def describe_held_deletions(count: int) -> str:
    """Say how many documents are missing and how to confirm that they are gone."""
    missing, they = ("is missing", "it is") if count == 1 else ("are missing", "they are")
    return (
        f"{format_count(count, 'document')} {missing} from the folder, to be found until somebody confirms that {they} "
        "gone: see that the folder is mounted, then run `python -m ingestion scan --confirm-deletes`."
    )


def document_to_json(document: Document) -> dict[str, object]:
    """What the ledger knows of one document; times are ISO 8601 in UTC."""
    return {
        "path": document.path,
        "title": document.title,
        "state": document.state.value,
        "pages": document.pages,
        "passages": document.passages,
        "words_only": document.words_only,
        "hidden": document.hidden,
        "doubtful": document.doubtful,
        "plain_pages": document.plain_pages,
        "members": [
            {"name": one.name, "pages": one.pages, "passages": one.passages, "reason": one.reason}
            for one in document.members
        ],
        "reason": document.reason,
        "size": document.fingerprint.size,
        "sha256": document.sha256,
        "pipeline": document.pipeline,
        "embedding_model": document.embedding_model,
        "changed_at": format_iso_time(document.changed_at),
        "read_at": format_iso_time(document.read_at),
    }
