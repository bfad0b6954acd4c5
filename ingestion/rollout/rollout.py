"""Decides which versions of the index the worker fills, and when the next version replaces the serving one.

An index that was made by other readers, another lexical version or another embedding model serves, and follows the
folder, until the next one is complete. All state is in Qdrant: a worker that was killed continues from there.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.embedding.early_embedding import EarlyEmbedding
from ingestion.embedding.lane import EmbeddingLane, open_embedding_cluster
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.rollout.quality_gate import QualityGate
from ingestion.rollout.reuse import PreviousVersion
from ingestion.sync.reconciler import DocumentReading, IndexTarget, Reconciler, WatchedFolder
from knowledge.core.lexical import LEXICAL_VERSION
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.embeddings.prefixes import get_stored_prefixes
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.relevance import DEFAULT_FLOOR
from knowledge.runtime.settings import is_local_model
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.index_versions import (
    IndexRecipe,
    IndexVersion,
    IndexVersions,
    RolloutState,
    compute_rollout_state,
)
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import CollectionLayout
from knowledge.storage.worker_requests import FolderProblems

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from qdrant_client import QdrantClient

    from ingestion.reader_processes.pool import AnyReaderPool
    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)


@dataclass(slots=True)
class VersionWorker:
    """An index version with all that fills it; `is_gate_tried`: it was compared with the serving version and waits."""

    version: IndexVersion
    index: PassageWriter
    reconciler: Reconciler
    backfill: EmbeddingBackfill
    is_settled: bool = False
    has_all_vectors: bool = False
    is_gate_tried: bool = False

    def mark_folder_changed(self) -> None:
        """Note that the folder may have changed: it needs a pass and a new comparison."""
        self.is_settled = self.is_gate_tried = False


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """Where the versions of an index are kept, and the recipe by which this worker makes a new one."""

    client: QdrantClient
    prefix: str
    recipe: IndexRecipe

    @classmethod
    def from_settings(cls, settings: IngestionSettings, client: QdrantClient) -> IndexPlace:
        """The index of the settings, by this program's readers and the model of the settings."""
        model = settings.embedding_model
        recipe = IndexRecipe(PIPELINE_VERSION, LEXICAL_VERSION, model, get_stored_prefixes(model))
        return cls(client, settings.collection, recipe)


class Rollout:
    """Fills the serving and the next version; call `review_versions` first, and again from time to time."""

    def __init__(
        self,
        settings: IngestionSettings,
        place: IndexPlace,
        reader_pool: AnyReaderPool,
        stop: threading.Event,
        *,
        folder: WatchedFolder | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._client, self._prefix, self._target_recipe = place.client, place.prefix, place.recipe
        self._reading = DocumentReading.from_settings(settings, reader_pool)
        self._folder = folder or WatchedFolder(settings.documents_dir)
        self._stop = stop
        self._clock = clock
        self._versions = IndexVersions(self._client, self._prefix)
        self._embedding_model = EmbeddingModel(settings)
        self._cluster = open_embedding_cluster(settings)
        search = PassageSearch(self._client, self._prefix, self._embedding_model)
        self._gate = QualityGate(settings.switch_gate, search) if settings.switch_gate else None
        self.serving_worker = self._make_version_worker(IndexVersion(1, self._target_recipe))
        self.next_worker: VersionWorker | None = None
        self._has_served = False  # an index of this worker's own settings
        self._gives_way = False

    def review_versions(self) -> None:
        """Find the serving version and the next one; delete those that were kept for long enough."""
        versions = self._versions.list_index_versions()
        serving = self._find_serving_version(versions)
        self._check_competing_worker(serving)
        in_place = self._gives_way or serving.recipe == self._target_recipe
        next_version = None if in_place else self._find_next_version(serving, versions)
        before = [self.serving_worker, self.next_worker]
        if self.serving_worker.version != serving:
            self.serving_worker = self._make_version_worker(serving)
            self.next_worker = None
        if next_version is None:
            self.next_worker = None
        elif self.next_worker is None or self.next_worker.version != next_version:
            self.next_worker = self._make_version_worker(next_version, self.serving_worker)
        for one in before:
            if one and one is not self.serving_worker and one is not self.next_worker:
                one.reconciler.drop_reads()
        if not self._gives_way:
            used = {serving.number, next_version and next_version.number}
            self._drop_expired_versions(version for version in versions if version.number not in used)

    def _check_competing_worker(self, serving: IndexVersion) -> None:
        """Give way to a worker of other settings that has switched: else both would switch for ever."""
        if serving.recipe == self._target_recipe:
            self._has_served, self._gives_way = True, False
        elif self._has_served and not self._gives_way:
            self._gives_way = True
            log.warning(
                "another worker with other settings has made its index answer (build=%d model=%s): this one keeps that "
                "index in order and makes no other. Give both the same EMBEDDING_MODEL and version, and stop one.",
                serving.number,
                serving.recipe.model if serving.recipe else "unknown",
            )

    def _find_serving_version(self, versions: list[IndexVersion]) -> IndexVersion:
        """Return the serving version; create it, complete its record or restore its alias if needed."""
        in_use = [version for version in versions if version.retired_at is None] or versions
        serving = self._versions.get_serving_version() or (in_use[-1] if in_use else None)
        if serving is None:
            serving = IndexVersion(1, self._target_recipe, self._clock(), floor=DEFAULT_FLOOR)
            self._open_index(serving).prepare()
        if serving.recipe is None:
            serving = self._versions.update_index_version(
                serving, recipe=self._guess_recipe(serving), began_at=self._clock()
            )
        if serving.floor is None or (serving.recipe == self._target_recipe and serving.floor != DEFAULT_FLOOR):
            serving = self._versions.update_index_version(serving, floor=DEFAULT_FLOOR)
        if serving.retired_at is not None:  # the worker was killed after the switch and before this was saved
            serving = self._versions.update_index_version(serving, retired_at=None)
        if not self._versions.has_serving_alias():
            self._versions.activate_index_version(serving)
        return serving

    def _guess_recipe(self, version: IndexVersion) -> IndexRecipe:
        """Guess from its documents how an index without a recorded recipe was made."""
        documents = DocumentLedger(self._client, self._prefix, version.number).list_documents().values()
        pipelines = Counter(document.pipeline for document in documents if document.pipeline)
        models = Counter(document.embedding_model for document in documents if document.embedding_model)
        pipeline = max(pipelines, key=pipelines.__getitem__, default=self._target_recipe.pipeline)
        model = max(models, key=models.__getitem__, default=self._target_recipe.model)
        log.info("an index from before is taken over: pipeline=%s documents=%d", pipeline, len(documents))
        return IndexRecipe(pipeline, _FIRST_LEXICAL_VERSION, model)

    def _find_next_version(self, serving: IndexVersion, versions: list[IndexVersion]) -> IndexVersion:
        """Return the version that is being built or was kept; else create one."""
        fitting = [
            version
            for version in versions
            if version.recipe == self._target_recipe and version.number != serving.number
        ]
        if not fitting:
            number = max(version.number for version in [serving, *versions]) + 1
            created = IndexVersion(number, self._target_recipe, self._clock(), floor=DEFAULT_FLOOR)
            self._open_index(created).prepare()
            log.info("another index is made beside the one that answers: build=%d", number)
            return created
        latest = fitting[-1]
        if latest.retired_at is not None:
            return self._versions.update_index_version(latest, retired_at=None, verdict=None, began_at=self._clock())
        if latest.verdict and (self._gate is None or self._gate.questions_hash != latest.verdict.questions):
            return self._versions.update_index_version(latest, verdict=None)
        return latest

    def _drop_expired_versions(self, versions: Iterable[IndexVersion]) -> None:
        for version in versions:
            now = self._clock()
            since = version.retired_at
            if since is None:
                since = now
                self._versions.update_index_version(version, retired_at=now)
            if now - since >= self._settings.keep_old_index_hours * 3600:
                self._versions.delete_index_version(version)
                log.info("an index that was set aside is dropped: build=%d", version.number)

    def _open_index(self, version: IndexVersion, previous: PassageWriter | None = None) -> PassageWriter:
        model = self._open_model(version.recipe or self._target_recipe)
        return PassageWriter(self._client, self._prefix, model, version, choose_layout(self._settings), previous)

    def _open_model(self, recipe: IndexRecipe) -> EmbeddingModel:
        return self._embedding_model.with_model(recipe.model, recipe.prefixes)

    def _make_version_worker(self, version: IndexVersion, previous: VersionWorker | None = None) -> VersionWorker:
        recipe = version.recipe or self._target_recipe
        index = self._open_index(version, previous.index if previous else None)
        previous_version = None
        if previous and previous.version.recipe:
            previous_version = PreviousVersion(
                previous.index, previous.reconciler.ledger_cache, previous.version.recipe.pipeline == recipe.pipeline
            )
            folder = replace(self._folder, deletions=previous_version, problems=None)
        else:
            folder = replace(self._folder, problems=FolderProblems(self._client, self._prefix))
        ledger = DocumentLedger(self._client, self._prefix, version.number)
        model, parallel = self._open_model(recipe), self._settings.embedding_parallel
        lane = EmbeddingLane(model, parallel, cluster=self._cluster if is_local_model(model.model) else None)
        early = EarlyEmbedding(index, lane)
        target = IndexTarget(index, ledger, recipe.pipeline, previous_version, early)
        reconciler = Reconciler(folder, target, self._reading, self._stop, self._clock)
        return VersionWorker(version, index, reconciler, EmbeddingBackfill(index, reconciler.ledger_cache, lane, early))

    def fill_version_embeddings(
        self,
        version_worker: VersionWorker,
        should_pause: Callable[[], bool] = lambda: False,
        on_progress: Callable[[int], object] | None = None,
    ) -> None:
        """Embed a version's passages until `should_pause` returns true; when done, store its typical margin."""
        if not version_worker.backfill.fill_embeddings(
            should_stop=lambda: self._stop.is_set() or should_pause(), on_progress=on_progress
        ):
            return
        margin = version_worker.index.measure_typical_margin(version_worker.version.typical_margin)
        if margin != version_worker.version.typical_margin:
            version_worker.version = self._versions.update_index_version(version_worker.version, typical_margin=margin)
        version_worker.has_all_vectors = True

    def advance_rollout(
        self, should_pause: Callable[[], bool], on_progress: Callable[[int], object] | None = None
    ) -> bool:
        """Continue the next version until `should_pause`, switch once it is ready; return if there is more to do."""
        worker = self.next_worker
        if worker is None or worker.is_gate_tried or (worker.version.verdict and not worker.version.verdict.passed):
            return False
        if not worker.is_settled:
            summary = worker.reconciler.run_pass(should_pause=should_pause, quiet_seconds=self._settings.quiet_seconds)
            worker.is_settled, worker.has_all_vectors = not summary.left, False
            return True
        if not worker.has_all_vectors:
            self.fill_version_embeddings(worker, should_pause, on_progress)
            return not worker.backfill.model_problem
        worker.is_gate_tried = True
        return self._switch_serving_version(worker)

    def get_rollout_state(self) -> RolloutState | None:
        """Return how far the next version is, by the ledgers in memory; None if there is none."""
        if self.next_worker is None:
            return None
        serving_documents, next_documents = (
            self.serving_worker.reconciler.ledger_cache.list_documents(),
            self.next_worker.reconciler.ledger_cache.list_documents(),
        )
        return compute_rollout_state(
            self.serving_worker.version, self.next_worker.version, serving_documents, next_documents
        )

    def _switch_serving_version(self, version_worker: VersionWorker) -> bool:
        """Switch to the next version if it is ready and passes the gate; say whether there is more to do."""
        if not self._is_ready():
            return False
        if not self._confirm_nothing_to_do(version_worker):
            version_worker.mark_folder_changed()
            return True
        if not self._is_ready() or not self._passes_quality_gate(version_worker):
            return False
        # Nothing was written since both were compared with the folder: both have the same documents.
        self._versions.activate_index_version(version_worker.version)
        log.info("another index answers now: build=%d", version_worker.version.number)
        self.review_versions()
        return True

    def _is_ready(self) -> bool:
        state = self.get_rollout_state()
        return state is not None and state.waiting_for == "gate"

    def _confirm_nothing_to_do(self, version_worker: VersionWorker) -> bool:
        """Compare both versions with the folder; say whether there was nothing to do."""
        for one in (self.serving_worker, version_worker):
            one.reconciler.expire_scan_cache()
            summary = one.reconciler.run_pass(
                quiet_seconds=self._settings.quiet_seconds, max_seconds=self._settings.scan_seconds
            )
            if summary.has_changes or summary.left or self._stop.is_set():
                one.has_all_vectors = False
                return False
        return True

    def _passes_quality_gate(self, version_worker: VersionWorker) -> bool:
        if self._gate is None:
            return True
        versions = {  # loaded again, with the vectors that they have by now
            version.number: version for version in self._versions.list_index_versions()
        }
        verdict = self._gate.compare_versions(
            versions[self.serving_worker.version.number], versions[version_worker.version.number]
        )
        if verdict is None:
            return False  # the next pass tries again
        version_worker.version = self._versions.update_index_version(version_worker.version, verdict=verdict)
        if not verdict.passed:
            log.warning(
                "the gate refuses the next index, the old one goes on answering: build=%d %s",
                version_worker.version.number,
                " ".join(
                    f"{name}={verdict.next[name]:.3f} was={verdict.serving[name]:.3f}"
                    for name in verdict.compared_metrics
                ),
            )
        return verdict.passed


def choose_layout(settings: IngestionSettings) -> CollectionLayout:
    """Return the shards, replicas and quantization of a new index."""
    return CollectionLayout(settings.qdrant_shards, settings.qdrant_replicas, settings.qdrant_quantization)


_FIRST_LEXICAL_VERSION = "1"  # of indexes that were made before the version was stored
