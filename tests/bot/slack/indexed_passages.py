"""Puts passages where the bot of a desk finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.passage_writer import PassageWriter

if TYPE_CHECKING:
    from knowledge.core.documents import Document
    from knowledge.core.passages import Passage
    from tests.bot.slack.running_bot import Desk


def indexed(desk: Desk, document: Document, passages: list[Passage]) -> None:
    """Store a document in the ledger and its passages in the index; no model is asked."""
    lookup = desk.bot.stores.passage_lookup
    index = PassageWriter(lookup.client, lookup.prefix, EmbeddingModel(Settings(ollama_url="http://127.0.0.1:9")))
    index.prepare()
    index.replace_passages(document, passages)
    desk.ledger.save_documents(document)
