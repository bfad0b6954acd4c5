from __future__ import annotations

from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from knowledge.storage.audit_log import Audit

DAY = 86_400.0


@pytest.fixture
def client() -> Iterator[QdrantClient]:
    made = QdrantClient(":memory:")
    yield made
    made.close()


def test_a_deed_is_kept_as_long_as_asked_and_no_longer(client: QdrantClient) -> None:
    now = [0.0]
    audit = Audit(client, "x", days=2, clock=lambda: now[0])
    audit.write("U1", "reindex", "refused")
    now[0] = DAY
    audit.close(audit.write("U2", "compare", "begun"), "done", "n=1")
    assert [(deed.who, deed.outcome, deed.subject) for deed in audit.latest()] == [
        ("U2", "done", "n=1"),
        ("U1", "refused", ""),
    ]
    assert [deed.who for deed in audit.latest(1)] == ["U2"]
    now[0] = 2.5 * DAY
    assert [deed.who for deed in audit.latest()] == ["U2"]
    assert audit.forget_old() == 1
    assert audit.forget_old() == 0


def test_a_log_of_nothing_is_empty(client: QdrantClient) -> None:
    audit = Audit(client, "x")
    assert audit.latest() == []
    assert audit.forget_old() == 0
