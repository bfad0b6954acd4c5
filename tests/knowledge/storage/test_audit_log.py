from __future__ import annotations

from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from knowledge.storage.audit_log import AuditLog
from tests.doubles.temporary_qdrant import open_temporary_qdrant

DAY = 86_400.0


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    made = open_temporary_qdrant()
    yield made
    made.close()


def test_a_deed_is_kept_as_long_as_asked_and_no_longer(client: QdrantClient) -> None:
    now = [0.0]
    audit = AuditLog(client, "x", days=2, clock=lambda: now[0])
    audit.begin_audit_entry("U1", "reindex", "refused")
    now[0] = DAY
    audit.close_audit_entry(audit.begin_audit_entry("U2", "compare", "begun"), "done", "n=1")
    assert [(deed.who, deed.outcome, deed.subject) for deed in audit.list_audit_entries()] == [
        ("U2", "done", "n=1"),
        ("U1", "refused", ""),
    ]
    assert [deed.who for deed in audit.list_audit_entries(1)] == ["U2"]
    now[0] = 2.5 * DAY
    assert [deed.who for deed in audit.list_audit_entries()] == ["U2"]
    assert audit.purge_audit_entries() == 1
    assert audit.purge_audit_entries() == 0


def test_a_log_of_nothing_is_empty(client: QdrantClient) -> None:
    audit = AuditLog(client, "x")
    assert audit.list_audit_entries() == []
    assert audit.purge_audit_entries() == 0
