from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from qdrant_client import QdrantClient

from knowledge.core.failures import IndexUnavailable
from knowledge.storage.repository import Records
from playground.qdrant.faults import Fault, Kind
from playground.qdrant.server import Server

ONE, OTHER = str(uuid.UUID(int=1)), str(uuid.UUID(int=2))


@pytest.fixture
def records(client: QdrantClient, prefix: str) -> Records:
    return Records(client, f"{prefix}_things")


def test_without_a_collection_there_is_nothing(records: Records) -> None:
    assert records.get(ONE) is None
    assert list(records.all()) == []
    records.delete([ONE])


def test_a_record_is_put_whole(records: Records) -> None:
    records.put(ONE, {"a": 1, "b": [1, {"c": None}]})
    records.put(ONE, {"a": 2})
    assert records.get(ONE) == {"a": 2}


def test_an_empty_record_is_a_record(records: Records) -> None:
    records.put(ONE, {})
    assert records.get(ONE) == {}


def test_deleting_is_safe_to_repeat(records: Records) -> None:
    records.put_all([(ONE, {"n": 1}), (OTHER, {"n": 2})])
    records.delete([ONE])
    records.delete([ONE])
    records.delete([])
    assert list(records.all()) == [{"n": 2}]


def test_two_owners_of_one_collection_see_each_other(client: QdrantClient, records: Records) -> None:
    other = Records(client, records.collection)
    assert other.get(ONE) is None
    records.put(ONE, {"n": 1})
    assert other.get(ONE) == {"n": 1}


def test_a_collection_that_somebody_dropped_is_made_again(server: Server) -> None:
    client = QdrantClient(url=server.url, check_compatibility=False)
    records = Records(client, "things")
    records.put(ONE, {"n": 1})
    assert records.get(ONE) == {"n": 1}
    client.delete_collection("things")
    with pytest.raises(IndexUnavailable):
        records.get(ONE)
    records.put(OTHER, {"n": 2})
    assert list(records.all()) == [{"n": 2}]
    client.close()


@pytest.mark.parametrize("write", ["put", "delete"])
def test_a_write_that_is_not_applied_yet_is_no_success(server: Server, write: str) -> None:
    client = QdrantClient(url=server.url, check_compatibility=False)
    records = Records(client, "things")
    records.put(ONE, {"n": 1})
    server.faults.add(Fault(Kind.WAIT_TIMEOUT))
    with pytest.raises(IndexUnavailable, match="wait_timeout"):
        records.put(OTHER, {}) if write == "put" else records.delete([ONE])
    client.close()


def test_threads_that_write_at_once_do_not_disturb_each_other(records: Records) -> None:
    ids = [str(uuid.UUID(int=n)) for n in range(1, 41)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda id_: records.put(id_, {"id": id_}), ids))
    assert sorted(record["id"] for record in records.all()) == sorted(ids)
