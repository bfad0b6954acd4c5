"""Decides which builds of the index the worker fills: the one that answers, and the one that is to take its place.

A build whose reading, words or embedding model are not those of today goes on answering, and follows the folder, until
another is as complete as it is. What is known of the builds is read from Qdrant: a worker that is killed between two
steps takes the next one where it finds them.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.readers.chunking import PIPELINE_VERSION
from ingestion.rollout.quality_gate import QualityGate
from ingestion.rollout.reuse import PreviousVersion
from ingestion.sync.reconciler import Reconciler
from knowledge.core.lexical import LEXICAL_VERSION
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.search import PassageSearch
from knowledge.storage.calibration import DEFAULT_FLOOR
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

    from ingestion.parsing.pool import ReaderPool
    from ingestion.settings import IngestionSettings
    from ingestion.sync.reconciler import DeletionPermits

log = logging.getLogger(__name__)


@dataclass(slots=True)
class VersionWorker:
    """A build and who fills it. `settled`: it equals the folder; `enriched`: no passage waits for a vector.

    `tried`: it was held against the one that answers, and waits for something.
    """

    version: IndexVersion
    index: PassageWriter
    reconciler: Reconciler
    backfill: EmbeddingBackfill
    is_settled: bool = False
    is_embedded: bool = False
    is_gate_tried: bool = False

    def mark_folder_changed(self) -> None:
        """The folder may have changed: follow it."""
        self.is_settled = self.is_gate_tried = False


class Rollout:
    """The builds that are filled now. `review` must be called before anything else, and again from time to time."""

    def __init__(
        self,
        settings: IngestionSettings,
        client: QdrantClient,
        reader_pool: ReaderPool,
        stop: threading.Event,
        *,
        deletions: DeletionPermits | None = None,
        scan_cache_seconds: float = 0,
        clock: Callable[[], float] = time.time,
        recipe: IndexRecipe | None = None,
        prefix: str | None = None,
    ) -> None:
        self._settings = settings
        self._client = client
        self._reader_pool = reader_pool
        self._stop = stop
        self._deletions = deletions
        self._scan_cache_seconds = scan_cache_seconds
        self._clock = clock
        self._prefix = prefix or settings.collection
        self._target_recipe = recipe or IndexRecipe(PIPELINE_VERSION, LEXICAL_VERSION, settings.embedding_model)
        self._versions = IndexVersions(client, self._prefix)
        self._embedding_model = EmbeddingModel(settings)
        search = PassageSearch(client, self._prefix, self._embedding_model)
        self._gate = QualityGate(settings.switch_gate, search) if settings.switch_gate else None
        self.serving_worker = self._make_version_worker(IndexVersion(1, self._target_recipe))
        self.next_worker: VersionWorker | None = None
        self._has_served = False  # an index of this worker's own settings
        self._gives_way = False

    # -- which builds there are ------------------------------------------------------------------------------

    def review_versions(self) -> None:
        """See which build answers, which is to be the next, and drop those that were kept for long enough.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        builds = self._versions.list_index_versions()
        serving = self._find_serving_version(builds)
        self._check_competing_worker(serving)
        in_place = self._gives_way or serving.recipe == self._target_recipe
        coming = None if in_place else self._find_next_version(serving, builds)
        if self.serving_worker.version != serving:
            self.serving_worker = self._make_version_worker(serving)
            self.next_worker = None
        if coming is None:
            self.next_worker = None
        elif self.next_worker is None or self.next_worker.version != coming:
            self.next_worker = self._make_version_worker(coming, self.serving_worker)
        if not self._gives_way:
            used = {serving.number, coming and coming.number}
            self._drop_expired_versions(build for build in builds if build.number not in used)

    def _check_competing_worker(self, serving: IndexVersion) -> None:
        """Give way to another worker with other settings: else both would switch back and forth for ever.

        An index of this worker's settings answered, and now one of other settings does: this worker did not do that.
        """
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
        """The build that answers; made, taken over from before there were builds, or given its alias back."""
        in_use = [build for build in versions if build.retired_at is None] or versions
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
        if serving.retired_at is not None:  # killed between the switch and writing this down
            serving = self._versions.update_index_version(serving, retired_at=None)
        if not self._versions.has_serving_alias():
            self._versions.activate_index_version(serving)
        return serving

    def _guess_recipe(self, version: IndexVersion) -> IndexRecipe:
        """What an index from before there were builds was made with, by what its documents say."""
        documents = DocumentLedger(self._client, self._prefix, version.number).list_documents().values()
        pipelines = Counter(document.pipeline for document in documents if document.pipeline)
        models = Counter(document.embedding_model for document in documents if document.embedding_model)
        pipeline = max(pipelines, key=pipelines.__getitem__, default=self._target_recipe.pipeline)
        model = max(models, key=models.__getitem__, default=self._target_recipe.model)
        log.info("an index from before is taken over: pipeline=%s documents=%d", pipeline, len(documents))
        return IndexRecipe(pipeline, _FIRST_LEXICAL_VERSION, model)

    def _find_next_version(self, serving: IndexVersion, versions: list[IndexVersion]) -> IndexVersion:
        """The build that is on its way, or was kept; else a new one."""
        fitting = [
            build for build in versions if build.recipe == self._target_recipe and build.number != serving.number
        ]
        if not fitting:
            number = max(build.number for build in [serving, *versions]) + 1
            coming = IndexVersion(number, self._target_recipe, self._clock(), floor=DEFAULT_FLOOR)
            self._open_index(coming).prepare()
            log.info("another index is made beside the one that answers: build=%d", number)
            return coming
        coming = fitting[-1]
        if coming.retired_at is not None:
            return self._versions.update_index_version(coming, retired_at=None, verdict=None, began_at=self._clock())
        if coming.verdict and (self._gate is None or self._gate.questions_hash != coming.verdict.questions):
            return self._versions.update_index_version(coming, verdict=None)
        return coming

    def _drop_expired_versions(self, versions: Iterable[IndexVersion]) -> None:
        for build in versions:
            now = self._clock()
            since = build.retired_at
            if since is None:
                since = now
                self._versions.update_index_version(build, retired_at=now)
            if now - since >= self._settings.keep_old_index_hours * 3600:
                self._versions.delete_index_version(build)
                log.info("an index that was set aside is dropped: build=%d", build.number)

    def _open_index(self, version: IndexVersion, previous: PassageWriter | None = None) -> PassageWriter:
        meaning = self._embedding_model.with_model(version.recipe.model) if version.recipe else self._embedding_model
        return PassageWriter(self._client, self._prefix, meaning, version, choose_layout(self._settings), previous)

    def _make_version_worker(self, version: IndexVersion, previous: VersionWorker | None = None) -> VersionWorker:
        recipe = version.recipe or self._target_recipe
        index = self._open_index(version, previous.index if previous else None)
        before = None
        if previous and previous.version.recipe:
            before = PreviousVersion(
                previous.index, previous.reconciler.ledger_cache, previous.version.recipe.pipeline == recipe.pipeline
            )
        worker = Reconciler(
            self._settings.documents_dir,
            index,
            DocumentLedger(self._client, self._prefix, version.number),
            self._reader_pool,
            self._stop,
            self._clock,
            deletions=before or self._deletions,
            scan_cache_seconds=self._scan_cache_seconds,
            pipeline=recipe.pipeline,
            previous=before,
            folder_problems=None if before else FolderProblems(self._client, self._prefix),
        )
        return VersionWorker(
            version,
            index,
            worker,
            EmbeddingBackfill(index, worker.ledger_cache, self._embedding_model.with_model(recipe.model)),
        )

    def fill_version_embeddings(
        self,
        version_worker: VersionWorker,
        should_pause: Callable[[], bool] = lambda: False,
        on_progress: Callable[[int], object] | None = None,
    ) -> None:
        """Give a build's passages their meaning, until `pause` says so; then note what leads are usual in it.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        if not version_worker.backfill.fill_embeddings(
            should_stop=lambda: self._stop.is_set() or should_pause(), on_progress=on_progress
        ):
            return
        usual = version_worker.index.measure_typical_margin(version_worker.version.typical_margin)
        if usual != version_worker.version.typical_margin:
            version_worker.version = self._versions.update_index_version(version_worker.version, typical_margin=usual)
        version_worker.is_embedded = True

    # -- the next build --------------------------------------------------------------------------------------

    def advance_rollout(
        self, should_pause: Callable[[], bool], on_progress: Callable[[int], object] | None = None
    ) -> bool:
        """Bring the next build a little further, until `pause` says so; switch to it once it is ready.

        True if there is more to do now; False where there is no such build, or it waits for something.

        Raises:
            IndexUnavailable: Qdrant failed.
        """
        lane = self.next_worker
        if lane is None or lane.is_gate_tried or (lane.version.verdict and not lane.version.verdict.passed):
            return False
        if not lane.is_settled:
            summary = lane.reconciler.run_pass(should_pause=should_pause, quiet_seconds=self._settings.quiet_seconds)
            lane.is_settled, lane.is_embedded = not summary.left, False
            return True
        if not lane.is_embedded:
            self.fill_version_embeddings(lane, should_pause, on_progress)
            return not lane.backfill.model_problem
        lane.is_gate_tried = True
        return self._switch_serving_version(lane)

    def get_rollout_state(self) -> RolloutState | None:
        """How far the next build is, by the books in memory."""
        if self.next_worker is None:
            return None
        ours, theirs = (
            self.serving_worker.reconciler.ledger_cache.list_documents(),
            self.next_worker.reconciler.ledger_cache.list_documents(),
        )
        return compute_rollout_state(self.serving_worker.version, self.next_worker.version, ours, theirs)

    def _switch_serving_version(self, version_worker: VersionWorker) -> bool:
        """Let the next build answer, if it is ready and the gate lets it through; whether there is more to do."""
        if not self._is_ready():
            return False
        if not self._confirm_nothing_to_do(version_worker):
            version_worker.mark_folder_changed()
            return True
        if not self._is_ready() or not self._passes_quality_gate(version_worker):
            return False
        # Nothing was written since both were held against the folder: the one knows what the other knows.
        self._versions.activate_index_version(version_worker.version)
        log.info("another index answers now: build=%d", version_worker.version.number)
        self.review_versions()
        return True

    def _is_ready(self) -> bool:
        standing = self.get_rollout_state()
        return standing is not None and standing.waiting_for == "gate"

    def _confirm_nothing_to_do(self, version_worker: VersionWorker) -> bool:
        """Hold both builds against the folder anew; whether there was nothing to do."""
        for one in (self.serving_worker, version_worker):
            one.reconciler.expire_scan_cache()
            summary = one.reconciler.run_pass(quiet_seconds=self._settings.quiet_seconds)
            if summary.has_changes or self._stop.is_set():
                one.is_embedded = False
                return False
        return True

    def _passes_quality_gate(self, version_worker: VersionWorker) -> bool:
        if self._gate is None:
            return True
        now = {
            build.number: build for build in self._versions.list_index_versions()
        }  # with the vectors that they have by now
        verdict = self._gate.compare_versions(
            now[self.serving_worker.version.number], now[version_worker.version.number]
        )
        if verdict is None:
            return False  # the next look at the folder tries again
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
    """The shards, replicas and quantization that the settings ask for in a new index."""
    return CollectionLayout(settings.qdrant_shards, settings.qdrant_replicas, settings.qdrant_quantization)


_FIRST_LEXICAL_VERSION = "1"  # how words were told apart before that was written down
