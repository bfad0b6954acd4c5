"""Builds an answer pipeline over a small index in memory, for tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from langchain_core.callbacks import BaseCallbackHandler

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.model import open_chat_model
from bot.answering.pipeline import AnswerPipeline
from bot.answering.question import Question, Turn
from bot.settings import BotSettings
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import Document, DocumentState, Fingerprint
from knowledge.core.passages import Excerpt, list_passage_ids, passages_from_excerpts
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.passage_lookup import PassageLookup
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import IndexVersion, IndexVersions, ServedDocuments
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NO_OLLAMA = "http://127.0.0.1:9"  # the discard port: nobody listens there
TEXTS = {
    "Guide.pdf": (
        "Le télétravail est limité à deux jours par semaine, avec l'accord du responsable.",
        "L'indemnité de télétravail est de trois euros par jour, sur justificatif.",
    ),
    "Handbook.pdf": ("A lost laptop is reported to line 2299 within one hour. Its disk is wiped remotely.",),
}


@dataclass(frozen=True, slots=True)
class PipelineSetup:
    """An answer pipeline, its parts, and short ways to ask it."""

    pipeline: AnswerPipeline
    search: PassageSearch
    lookup: PassageLookup
    forget: Callable[[str], None]
    ledger: DocumentLedger
    writer: PassageWriter

    def store(self, path: str, texts: tuple[str, ...]) -> None:
        """Stores a document with a passage for each text."""
        _store(self.writer, path, texts)

    def is_read(self, path: str, requirement: str = EVERYONE) -> None:
        """Records that the worker is reading a document now."""
        read = replace(_document(path), state=DocumentState.READING, audience=frozenset({requirement}))
        self.ledger.save_documents(read)

    async def events(self, text: str, *history: Turn) -> list[AnswerEvent]:
        question = Question(text, Audience.everyone(), history)
        return [event async for event in self.pipeline.answer_question(question)]

    async def answer(self, text: str, *history: Turn) -> Answer:
        """Returns the answer, and checks that the streamed text is its text."""
        *before, last = await self.events(text, *history)
        assert isinstance(last, Answer)
        shown = "".join(event.text for event in before if isinstance(event, AnswerText))
        assert shown.rstrip() in ("", last.text)
        return last


@contextlib.contextmanager
def open_pipeline(
    ollama_url: str = NO_OLLAMA,
    *,
    meaning: bool = False,
    empty: bool = False,
    rules: int = 0,
    callbacks: Sequence[BaseCallbackHandler] = (),
    **settings: object,
) -> Iterator[PipelineSetup]:
    """Opens a pipeline; `rules` adds so many passages, so that the typical margin is known."""
    given = {"ollama_url": ollama_url, "chat_timeout": 1.0, **settings}
    chosen = BotSettings(_env_file=None, **given)  # type: ignore[arg-type] # checked by pydantic
    texts_by_path = TEXTS | (
        {"Rules.pdf": tuple(f"La consigne {n} du service {n * 7}." for n in range(rules))} if rules else {}
    )
    client = open_temporary_qdrant()
    index = PassageWriter(client, "t", EmbeddingModel(chosen))
    index.prepare()
    if not empty:
        for path, texts in texts_by_path.items():
            _store(index, path, texts)
    if meaning:
        _enrich(index, texts_by_path, EmbeddingModel(chosen))
        IndexVersions(client, "t").update_index_version(
            IndexVersion(), typical_margin=index.measure_typical_margin(None)
        )
    with contextlib.closing(client):
        search = PassageSearch(client, "t", EmbeddingModel(chosen))
        yield PipelineSetup(
            AnswerPipeline(
                chosen, search, open_chat_model(chosen), ServedDocuments(IndexVersions(client, "t")), callbacks
            ),
            search,
            PassageLookup(client, "t"),
            index.delete_document_passages,
            DocumentLedger(client, "t"),
            index,
        )


def _store(index: PassageWriter, path: str, texts: tuple[str, ...]) -> None:
    document = _document(path)
    index.replace_passages(
        document, passages_from_excerpts(document, [Excerpt(text, n, n) for n, text in enumerate(texts, 1)])
    )


def _enrich(index: PassageWriter, texts_by_path: dict[str, tuple[str, ...]], meaning: EmbeddingModel) -> None:
    for path, texts in texts_by_path.items():
        waiting = list(index.list_unembedded_passages(list_passage_ids(_document(path, len(texts)))))
        vectors = meaning.embed_documents([text for _, text in waiting])
        index.add_dense_vectors([(point, vector) for (point, _), vector in zip(waiting, vectors, strict=True)])


def _document(path: str, passages: int = 0) -> Document:
    made = Document(path, Fingerprint(1, 1, 1, 1), "0" * 64, f"v-{path}", 1, DocumentState.WORDS, passages=passages)
    return replace(made, title=path.removesuffix(".pdf"), audience=frozenset({EVERYONE}))
