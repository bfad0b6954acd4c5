"""With a key of its own the bot does all its work, and can change nothing in the index."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest
from pydantic import SecretStr
from qdrant_client import QdrantClient

from knowledge.core.access import EVERYONE, Audience
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import IndexUnavailable, make_failure
from knowledge.core.passages import Excerpt, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import Settings
from knowledge.storage.bot_key import build_bot_access, create_bot_collections, sign_access_token
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.name_bindings import NameBinding
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.votes import Vote
from knowledge.storage.worker_requests import DeletionHolds, FolderProblem, FolderProblems
from playground.qdrant.access_tokens import judge_key
from playground.qdrant.server import serve_qdrant
from tests.bot.slack.running_bot import at_work, citation, document, saying, shown

SERVER_KEY, PREFIX = "of-the-server", "souffleur"
TOKEN = sign_access_token(SERVER_KEY, build_bot_access(PREFIX))
MODEL = EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9"))
DOCUMENT = replace(document("a.pdf", passages=1), audience=frozenset({EVERYONE}))


def open_client(url: str, key: str) -> QdrantClient:
    return open_qdrant(Settings(qdrant_url=url, qdrant_api_key=SecretStr(key)))


@asynccontextmanager
async def indexed_server() -> AsyncIterator[tuple[QdrantClient, QdrantClient]]:
    """A server with an index that answers, as its own key sees it and as the bot's does."""
    async with serve_qdrant(None, api_key=SERVER_KEY) as server:
        with closing(open_client(server.url, SERVER_KEY)) as full, closing(open_client(server.url, TOKEN)) as limited:
            await asyncio.to_thread(write_index, full)
            yield full, limited


def write_index(client: QdrantClient) -> None:
    index = PassageWriter(client, PREFIX, MODEL)
    index.prepare()
    index.replace_passages(DOCUMENT, passages_from_excerpts(DOCUMENT, [Excerpt("Deux jours de télétravail.")]))
    DocumentLedger(client, PREFIX).save_documents(DOCUMENT)
    IndexVersions(client, PREFIX).activate_index_version(IndexVersion())
    DeletionHolds(client, PREFIX).hold_deletions(["b.pdf"], 1, "many")
    create_bot_collections(client, PREFIX)


async def test_a_bot_with_its_own_key_answers_logs_votes_and_asks_the_worker() -> None:
    async with (
        indexed_server() as (_, limited),
        at_work(saying("Two days.", citations=(citation(),)), index=limited, collection=PREFIX) as desk,
    ):
        alice = desk.slack.person("alice")
        await alice.command("/ask", "how many days?")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Two days." in shown(m))
        await alice.command("/reindex", "confirm-deletes")
        await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE" and "Confirmé" in shown(m))
        stores, finance = desk.bot.stores, NameBinding("#finance", "CFINANCE")
        await asyncio.to_thread(stores.name_bindings.add_bindings, [finance])
        await asyncio.to_thread(stores.vote_store.cast_vote, Vote("q", "UALICE", liked=True))
        assert finance in await asyncio.to_thread(stores.name_bindings.list_bindings)
        assert await asyncio.to_thread(stores.audit_log.list_audit_entries)
        assert await asyncio.to_thread(stores.worker_requests.list_open_requests)
        assert await asyncio.to_thread(stores.folder_problems.list_folder_problems) == ()
        searched = await asyncio.to_thread(
            PassageSearch(limited, PREFIX, MODEL).search_passages, "télétravail", Audience.everyone(), 5
        )
        assert [one.passage.path for one in searched.found] == ["a.pdf"]


_PROBLEM = FolderProblem("rh", failure=make_failure(FailureCode.RULE_EMPTY))
WRITES: dict[str, Callable[[QdrantClient], object]] = {
    "delete passages": lambda client: PassageWriter(client, PREFIX, MODEL).delete_document_passages("a.pdf"),
    "change an audience": lambda client: PassageWriter(client, PREFIX, MODEL).apply_audiences(
        {"a.pdf": frozenset({"CFINANCE"})}
    ),
    "write the ledger": lambda client: DocumentLedger(client, PREFIX).save_documents(DOCUMENT),
    "move the alias": lambda client: IndexVersions(client, PREFIX).activate_index_version(IndexVersion()),
    "write problems of folders": lambda client: FolderProblems(client, PREFIX).replace_folder_problems([_PROBLEM]),
    "make an index": lambda client: PassageWriter(client, PREFIX, MODEL, IndexVersion(2)).prepare(),
    "read another prefix": lambda client: DocumentLedger(client, "other").list_documents(),
}


@pytest.mark.parametrize("name", WRITES)
async def test_it_is_refused_whatever_it_tries_on_the_index(name: str) -> None:
    async with indexed_server() as (full, limited):
        with pytest.raises(IndexUnavailable, match="refuses the key"):
            await asyncio.to_thread(WRITES[name], limited)
        ledger = await asyncio.to_thread(DocumentLedger(full, PREFIX).list_documents)
        assert ledger["a.pdf"].audience == {EVERYONE}


async def test_a_list_of_collections_shows_what_the_key_may_read_and_no_more() -> None:
    async with indexed_server() as (full, limited):
        await asyncio.to_thread(full.create_collection, "other_passages", {})
        seen = await asyncio.to_thread(limited.get_collections)
        assert {one.name for one in seen.collections} >= {"souffleur_passages", "souffleur_questions"}
        assert "other_passages" not in {one.name for one in seen.collections}


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a.b.c",
        TOKEN[:-1],
        TOKEN.replace(".", ".x", 1),
        sign_access_token("another", build_bot_access(PREFIX)),
        TOKEN.split(".")[1],
    ],
)
def test_a_key_that_the_server_did_not_sign_is_none(key: str) -> None:
    assert judge_key(key, SERVER_KEY) is None


def test_a_key_fits_into_a_header() -> None:
    assert len(TOKEN) < 8_000
