from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from knowledge.runtime.heartbeat import Heartbeat
from playground.ledger_reader import QdrantLedgerReader
from playground.processes import SupervisedProcess
from playground.qdrant import server as qdrant_server

_RECORD = {"path": "a.md", "pages": None, "passages": 1, "reason": None, "title": "A"}
_ID = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize(
    ("state", "meaning", "sentence", "searchable"),
    [
        ("words", "untried", "about to be added", False),
        ("words", "on", "being added", False),
        ("words", "away", "waiting for an embedding model", True),
        ("words", None, None, False),
        ("meaning", "away", None, True),
        ("meaning", "on", None, True),
    ],
)
async def test_the_page_is_told_how_meaning_stands_while_something_waits_for_it(
    state: str, meaning: str | None, sentence: str | None, *, searchable: bool, tmp_path: Path
) -> None:
    heartbeat = Heartbeat("ingestion", tmp_path)
    if meaning:
        heartbeat.write_heartbeat(ready=True, meaning=meaning, folder_read=True)
    async with qdrant_server.serve_qdrant(tmp_path / "qdrant") as server, aiohttp.ClientSession(server.url) as session:
        await session.put("/collections/t_documents", json={"vectors": {}})
        point = {"id": _ID, "vector": {}, "payload": {**_RECORD, "state": state}}
        await session.put("/collections/t_documents/points?wait=true", json={"points": [point]})
        worker = SupervisedProcess("ingestion", {}, tmp_path / "log")
        ledger = QdrantLedgerReader(server.url, "", "t", worker, heartbeat.path)
        reading = await ledger()
        assert await ledger.is_folder_searchable() is searchable
        heartbeat.write_heartbeat(ready=True, meaning="away", folder_read=False)
        assert not await ledger.is_folder_searchable()
    assert [line.state for line in reading.lines] == [state]
    assert reading.embedding == sentence


async def test_a_file_that_waits_for_its_rest_is_not_said_to_be_read(tmp_path: Path) -> None:
    async with qdrant_server.serve_qdrant(tmp_path / "qdrant") as server, aiohttp.ClientSession(server.url) as session:
        await session.put("/collections/t_documents", json={"vectors": {}})
        point = {"id": _ID, "vector": {}, "payload": {**_RECORD, "state": "reading", "retry_at": 1.0}}
        await session.put("/collections/t_documents/points?wait=true", json={"points": [point]})
        worker = SupervisedProcess("ingestion", {}, tmp_path / "log")
        reading = await QdrantLedgerReader(server.url, "", "t", worker, tmp_path / "beat")()
    assert [line.state for line in reading.lines] == ["unfinished"]


async def test_the_page_follows_the_index_that_answers(tmp_path: Path) -> None:
    async with qdrant_server.serve_qdrant(tmp_path / "qdrant") as server, aiohttp.ClientSession(server.url) as session:
        for number, state in (("", "words"), ("_2", "meaning")):
            for of in ("passages", "documents"):
                await session.put(f"/collections/t_{of}{number}", json={"vectors": {}})
            point = {"id": _ID, "vector": {}, "payload": {**_RECORD, "state": state}}
            await session.put(f"/collections/t_documents{number}/points?wait=true", json={"points": [point]})
        worker = SupervisedProcess("ingestion", {}, tmp_path / "log")
        ledger = QdrantLedgerReader(server.url, "", "t", worker, tmp_path / "beat")
        for collection, state in (("t_passages", "words"), ("t_passages_2", "meaning")):
            alias = {"create_alias": {"collection_name": collection, "alias_name": "t_serving"}}
            await session.post("/collections/aliases", json={"actions": [alias]})
            assert [line.state for line in (await ledger()).lines] == [state]
