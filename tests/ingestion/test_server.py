"""A whole pass against a Qdrant server, which fails for a moment or refuses what it is sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from knowledge.documents import State
from knowledge.errors import IndexUnavailable
from knowledge.qdrant import open_qdrant
from knowledge.settings import Settings
from playground.qdrant_faults import Fault, Kind
from playground.qdrant_server import Server, running
from tests.doubles.in_thread import in_thread
from tests.ingestion.bench import Bench, counts

PASSAGES = "PUT .*t_passages/points"


@pytest.fixture
def server() -> Iterator[Server]:
    with in_thread(lambda: running(None)) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[QdrantClient]:
    client = open_qdrant(Settings(qdrant_url=server.url))
    yield client
    client.close()


@pytest.mark.parametrize("kind", [Kind.ERROR, Kind.CUT, Kind.WAIT_TIMEOUT])
def test_a_failure_of_the_server_is_laid_to_no_document(bench: Bench, server: Server, kind: Kind) -> None:
    bench.drop("a.md", "ancien texte")
    bench.scan()
    bench.drop("a.md", "nouveau texte")
    server.faults.add(Fault(kind, route=PASSAGES))
    with pytest.raises(IndexUnavailable):
        bench.scan()
    assert [document.state for document in bench.ledger.all().values()] == [State.READING]
    assert bench.found("ancien") == {"a.md"}
    assert counts(bench.scan()) == {"indexed": 1}
    assert (bench.found("ancien"), bench.found("nouveau")) == (set(), {"a.md"})
