"""Sets up a folder and an index for the tests of the rollout."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.settings import IngestionSettings
from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.index_versions import IndexRecipe, IndexVersions

OLD, NEW = "old-embed", "new-embed"
TODAY = IndexRecipe(PIPELINE_VERSION, "1", OLD)  # the lexical version before it was stored
OTHER_MODEL = replace(TODAY, model=NEW)
OTHER_READING = replace(TODAY, pipeline="another")


@dataclass(slots=True)
class Place:
    """A folder, an index, and the rollout between them."""

    root: Path
    client: QdrantClient
    reader_pool: ReaderPool
    settings: IngestionSettings
    ahead: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def drop(self, path: str, text: str) -> None:
        (self.root / path).write_text(text, encoding="utf-8")

    def open_rollout(
        self, recipe: IndexRecipe = TODAY, client: QdrantClient | None = None, **changes: object
    ) -> Rollout:
        settings = self.settings.model_copy(update=changes)
        clock = lambda: 1_000_000.0 + self.ahead  # noqa: E731  # a clock that the test turns
        index = IndexPlace(client or self.client, settings.collection, recipe)
        return Rollout(settings, index, self.reader_pool, self.stop, clock=clock)

    def scan(self, recipe: IndexRecipe = TODAY, client: QdrantClient | None = None, **changes: object) -> Rollout:
        """Run one worker: the folder, the vectors, then the next version as far as possible."""
        rollout = self.open_rollout(recipe, client, **changes)
        rollout.review_versions()
        rollout.serving_worker.reconciler.run_pass()
        rollout.serving_worker.backfill.fill_embeddings()
        while rollout.advance_rollout(lambda: False):
            pass
        return rollout

    @property
    def builds(self) -> IndexVersions:
        return IndexVersions(self.client, "t")

    def answering(self) -> int:
        serving = self.builds.get_serving_version()
        assert serving is not None
        return serving.number

    def found(self, question: str) -> set[str]:
        search = PassageSearch(self.client, "t", EmbeddingModel(self.settings))
        return {one.passage.path for one in search.search_passages(question, Audience.everyone(), 20).found}
