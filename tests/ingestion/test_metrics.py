from __future__ import annotations

from dataclasses import replace

from prometheus_client import CollectorRegistry, generate_latest

from ingestion.metrics import IndexCollector, IndexFigures, count_documents
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import make_failure

READ = Document("secret name.md", Fingerprint(1, 1, 1, 1), "", "", 1, DocumentState.MEANING, passages=3)


def test_documents_are_counted_by_state_and_reason_and_never_named() -> None:
    failed = replace(
        READ,
        state=DocumentState.FAILED,
        failure=make_failure(FailureCode.UNSUPPORTED, name="secret.xyz", suffix=".xyz", formats=""),
    )
    waiting = replace(READ, state=DocumentState.READING, retry_at=1.0)
    counts = count_documents([READ, READ, failed, waiting])
    assert counts == {("meaning", ""): 2, ("failed", FailureCode.UNSUPPORTED.value): 1, ("waiting", ""): 1}


def test_before_the_first_pass_no_figure_is_shown() -> None:
    registry, collector = CollectorRegistry(), IndexCollector()
    registry.register(collector)
    assert generate_latest(registry) == b""
    collector.figures = IndexFigures({("meaning", ""): 2}, passages=6, index_version=3)
    lines = generate_latest(registry).decode().splitlines()
    assert 'souffleur_documents{reason="",state="meaning"} 2.0' in lines
    assert "souffleur_passages 6.0" in lines
    assert "souffleur_index_version 3.0" in lines
